"""Languages that programs are printed in, one folder each; a new one is a folder here and a line in `TARGETS`."""

from __future__ import annotations

from codegen.target import Target
from codegen.targets.numpy import NUMPY

TARGETS: dict[str, Target] = {target.name: target for target in (NUMPY,)}

"""NumPy: the printer of operations, the table of functions, the layout of the module."""

from __future__ import annotations

from codegen.target import Target
from codegen.targets.numpy.listing import backward, listing, program_text
from codegen.targets.numpy.module import emit_module

NUMPY = Target("numpy", ".py", emit_module, listing, backward, program_text)

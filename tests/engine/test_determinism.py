"""The same network gives the same bytes in every process: no order of a set or of a hash shows anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from derive.language import gallery, gallery_path
from tests import own_layers, zoo

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ("0", "4711")
CHOSEN = ("contrastive loss", "log softmax at the label")
OWN = ("leaky integrator", "gated causal convolution, dilated")

SCRIPT = """
import json, sys
from codegen.document import document
from codegen.emit import emit
from derive.backward import differentiate
from derive.language import parse
from derive.tree import to_data
for text in json.loads(sys.argv[1]):
    derivation = differentiate(parse(text))
    for adjoint in derivation.adjoints:
        for step in (*(step for local in adjoint.locals for step in local.steps), *adjoint.steps):
            print(step)
    print(json.dumps(to_data(derivation)))
    print(emit(derivation))
    print(document(derivation, "md"))
"""


def test_a_derivation_a_module_and_a_document_are_the_same_in_every_process() -> None:

    networks = [gallery_path(name).read_text(encoding="utf-8") for name in gallery() if name in ("mlp", "residual")]
    given = json.dumps([*networks, *(zoo.text(name) for name in CHOSEN), *(own_layers.text(name) for name in OWN)])
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT, given],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for seed in SEEDS
    ]
    outputs = [process.communicate(timeout=120) for process in processes]
    assert all(process.returncode == 0 for process in processes), outputs[0][1]
    assert len(outputs[0][0]) > 10_000
    assert len({output for output, _ in outputs}) == 1

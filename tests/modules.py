"""Emitted modules, loaded from their text and called with the values of a case."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from codegen.emit import emit
from derive.derivation import Derivation
from tests.derivations import Case


@cache
def load(derivation: Derivation) -> dict[str, Any]:
    """The contents of the emitted module, in a namespace of its own: one for all tests of a session."""
    module: dict[str, Any] = {"__name__": "emitted"}
    exec(compile(emit(derivation), "emitted.py", "exec"), module)
    return module


def _cast(array: np.ndarray, dtype: str) -> np.ndarray:
    return array.astype(dtype) if np.issubdtype(array.dtype, np.floating) else array


def call(module: dict[str, Any], here: Case, dtype: str = "float64") -> tuple[dict[str, Any], dict[str, Any]]:
    """The results (loss or outputs) and the gradients, each by name, for arrays of a dtype."""
    network = here.derivation.source
    arrays = {name: _cast(array, dtype) for name, array in here.values.items()}
    params = {tensor.name: arrays[tensor.name] for tensor in network.parameters}
    others = {tensor.name: arrays[tensor.name] for role in ("input", "target") for tensor in network.with_role(role)}
    if not network.is_layer:
        loss, gradients = module["loss_and_grads"](params, **others)
        return {network.results[0]: loss}, gradients
    out, saved = module["forward"](params, **others)
    outputs = out if isinstance(out, tuple) else (out,)
    upstream = [_cast(here.upstream[name], dtype) for name in network.results]
    return dict(zip(network.results, outputs, strict=True)), module["backward"](params, saved, *upstream)

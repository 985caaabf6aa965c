"""The two-layer example of many textbooks, to the eight digits in which it is published."""

from __future__ import annotations

import numpy as np
import pytest

import codegen
import derive
from derive.language import gallery_path

START = dict(
    zip(("W1", "W2", "W3", "W4", "W5", "W6", "W7", "W8"), (0.3, 0.25, 0.4, 0.35, 0.45, 0.4, 0.7, 0.6), strict=True)
)
UPDATED = (0.29959556, 0.24919112, 0.39964496, 0.34928991, 0.43703857, 0.38685205, 0.69629578, 0.59624247)
GIVEN = {"x1": 0.1, "x2": 0.2, "t1": 0.4, "t2": 0.6}


@pytest.fixture(scope="module")
def module() -> dict[str, object]:
    namespace: dict[str, object] = {"__name__": "worked_example"}
    exec(codegen.emit(derive.differentiate(derive.read(gallery_path("worked_example")))), namespace)
    return namespace


def test_the_published_numbers_come_out(module: dict) -> None:
    params = module["init_params"](np.random.default_rng(0))
    assert {name: float(value) for name, value in params.items()} == START
    given = [GIVEN[tensor] for tensor in _arguments(module)]
    loss, grads = module["loss_and_grads"](params, *given)
    assert f"{float(loss):.8f}" == "0.02397190"
    assert f"{float(grads['W5']):.8f}" == "0.02592286"
    module["gradient_step"](params, grads, 0.5)
    assert [f"{float(params[name]):.8f}" for name in START] == [f"{value:.8f}" for value in UPDATED]
    after, _ = module["forward"](params, *given)
    assert f"{float(after):.8f}" == "0.02323634"


def _arguments(module: dict) -> list[str]:
    import inspect

    return list(inspect.signature(module["forward"]).parameters)[1:]

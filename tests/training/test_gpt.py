"""The emitted GPT learns a text: the bytes of the repository's own README, by plain gradient descent."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import codegen
import derive
from derive.language import gallery_path

threadpoolctl = pytest.importorskip(
    "threadpoolctl", reason="scikit-learn brings it; matrices this small want one thread"
)
README = Path(__file__).resolve().parents[2] / "README.md"
SIZES = {"T": 32, "L": 2, "K": 8, "V": 256}
BATCH, STEPS, RATE = 8, 1200, 0.5


def windows(text: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A batch of windows of the text, and for every byte the one that follows it."""
    starts = rng.integers(len(text) - SIZES["T"], size=BATCH)
    places = starts[:, None] + np.arange(SIZES["T"])
    return text[places], text[places + 1]


@pytest.mark.parametrize("name", ["gpt", "gpt_tied"])
def test_an_emitted_gpt_learns_the_readme(name: str) -> None:
    module = ModuleType(name)
    exec(codegen.emit(derive.differentiate(derive.read(gallery_path(name)))), module.__dict__)
    text = np.frombuffer(README.read_bytes(), np.uint8).astype(np.int64)
    rng = np.random.default_rng(0)
    params = module.init_params(rng, **SIZES, dtype=np.float32)
    losses = []
    with threadpoolctl.threadpool_limits(1):
        for _step in range(STEPS):
            loss, grads = module.loss_and_grads(params, *windows(text, rng))
            module.gradient_step(params, grads, RATE)
            losses.append(float(loss))
    # Half of what a guess costs that gives every byte the same chance, and half of the loss at the start.
    assert np.mean(losses[-20:]) < min(np.log(SIZES["V"]), losses[0]) / 2
    assert all(value.dtype == np.float32 for value in params.values())


def test_every_block_starts_with_gains_of_one_and_biases_of_zero() -> None:
    module = ModuleType("gpt")
    exec(codegen.emit(derive.differentiate(derive.read(gallery_path("gpt")))), module.__dict__)
    params = module.init_params(np.random.default_rng(0), **SIZES)
    assert all(np.all(params[name] == 1.0) for name in ("g1", "g2", "gf"))
    assert all(np.all(params[name] == 0.0) for name in ("b1", "b2", "c1", "c2", "bf"))
    assert all(np.std(params[name]) > 0.01 for name in ("E", "P", "Wq", "Wk", "Wv", "Wo", "W1", "W2", "Wu"))

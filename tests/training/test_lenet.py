"""The emitted LeNet reads handwritten digits."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.reading import accuracy, digits, emitted

threadpoolctl = pytest.importorskip(
    "threadpoolctl", reason="scikit-learn brings it; matrices this small want one thread"
)
BATCH, EPOCHS, RATE = 32, 10, 0.1
SIZES = {"C": 1, "R": 2, "S": 2, "A": 8, "B": 16, "F": 32, "K": 10}


def channels(images: np.ndarray) -> tuple[np.ndarray]:
    """The images with one channel, (N, C, H, W)."""
    return (images[:, None],)


def test_an_emitted_lenet_reads_digits() -> None:
    module = emitted("lenet")
    train, held = digits()
    rng = np.random.default_rng(1)
    params = module.init_params(rng, **SIZES, dtype=np.float32)
    with threadpoolctl.threadpool_limits(1):
        for _epoch in range(EPOCHS):
            order = rng.permutation(len(train.labels))
            for start in range(0, len(order), BATCH):
                chosen = order[start : start + BATCH]
                _, grads = module.loss_and_grads(params, *channels(train.images[chosen]), train.labels[chosen])
                module.gradient_step(params, grads, RATE)
        found = accuracy(module, params, channels, held)
    assert found >= 0.95
    assert all(value.dtype == np.float32 for value in params.values())

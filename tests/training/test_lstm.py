"""The emitted LSTM reads digits row by row, and says at the last row which digit it was."""

from __future__ import annotations

import numpy as np
import pytest

from tests.training.reading import accuracy, digits, emitted

threadpoolctl = pytest.importorskip(
    "threadpoolctl", reason="scikit-learn brings it; matrices this small want one thread"
)
HIDDEN, BATCH, EPOCHS, RATE = 32, 32, 12, 0.5


def sequences(images: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The rows of the images as steps, (T, N, D), and states of zeros to begin with."""
    rows = np.ascontiguousarray(images.transpose(1, 0, 2))
    start = np.zeros((len(images), HIDDEN), images.dtype)
    return rows, start, start


def test_an_emitted_lstm_reads_digits_row_by_row() -> None:
    module = emitted("lstm")
    train, held = digits()
    rng = np.random.default_rng(1)
    params = module.init_params(rng, D=8, H=HIDDEN, K=10, dtype=np.float32)
    with threadpoolctl.threadpool_limits(1):
        for _epoch in range(EPOCHS):
            order = rng.permutation(len(train.labels))
            for start in range(0, len(order), BATCH):
                chosen = order[start : start + BATCH]
                _, grads = module.loss_and_grads(params, *sequences(train.images[chosen]), train.labels[chosen])
                module.gradient_step(params, grads, RATE)
        found = accuracy(module, params, sequences, held)
    assert found >= 0.9
    assert all(value.dtype == np.float32 for value in params.values())

"""Emitted modules learn: handwritten digits, with nothing but what the module itself offers."""

from __future__ import annotations

from types import ModuleType

import numpy as np
import pytest

import codegen
import derive

sklearn_datasets = pytest.importorskip("sklearn.datasets", reason="scikit-learn brings the handwritten digits")
HELD_BACK = 5  # one image of five
CLASSES = 10


def emitted(name: str) -> ModuleType:
    """The module of a network of the gallery, executed as it would stand on disk."""
    from derive.language import gallery_path

    module = ModuleType(name)
    exec(codegen.emit(derive.differentiate(derive.read(gallery_path(name)))), module.__dict__)
    return module


def digits() -> tuple[np.ndarray, np.ndarray]:
    """1797 images of 64 pixels from 0 to 1, and their digits, shuffled."""
    images = sklearn_datasets.load_digits()
    order = np.random.default_rng(0).permutation(len(images.target))
    return images.data[order] / 16.0, images.target[order]


@pytest.mark.parametrize("one_hot", [True, False], ids=["mlp, one-hot rows", "mlp_relu, integer labels"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_an_emitted_perceptron_reads_digits(one_hot: bool, dtype: type) -> None:
    module = emitted("mlp" if one_hot else "mlp_relu")
    x, labels = digits()
    x = x.astype(dtype)
    y = np.eye(CLASSES, dtype=dtype)[labels] if one_hot else labels
    held = len(x) // HELD_BACK
    rng = np.random.default_rng(1)
    params = module.init_params(rng, D=64, **_hidden(module), K=CLASSES, dtype=dtype)
    rate, batch = (1.0, 32) if one_hot else (0.2, 32)
    first = last = np.inf
    for _epoch in range(40):
        order = held + rng.permutation(len(x) - held)
        for start in range(0, len(order), batch):
            chosen = order[start : start + batch]
            last, grads = module.loss_and_grads(params, x[chosen], y[chosen])
            first = last if first == np.inf else first
            module.gradient_step(params, grads, rate)
    assert last < first
    assert all(value.dtype == dtype for value in params.values())
    assert _accuracy(module, params, x[:held], y[:held], labels[:held]) >= 0.95


def _hidden(module: ModuleType) -> dict[str, int]:
    """Every hidden size at 64: those that init_params knows beside pixels and classes."""
    import inspect

    sizes = inspect.signature(module.init_params).parameters.keys() - {"rng", "dtype", "D", "K"}
    return dict.fromkeys(sizes, 64)


def _accuracy(
    module: ModuleType, params: dict[str, np.ndarray], x: np.ndarray, y: np.ndarray, labels: np.ndarray
) -> float:
    """The share of images whose most probable digit is right. The loss is asked for every digit in turn: the
    module offers no prediction, and the digit of the least loss is the most probable one."""
    right = 0
    for image, label in zip(x, labels, strict=True):
        losses = []
        for digit in range(CLASSES):
            target = np.eye(CLASSES, dtype=x.dtype)[[digit]] if y.ndim == 2 else np.array([digit])
            losses.append(module.forward(params, image[None], target)[0])
        right += int(np.argmin(losses) == label)
    return right / len(x)

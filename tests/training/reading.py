"""Handwritten digits in two parts, a module of the gallery, and how many of the digits it reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import numpy as np
import pytest

import codegen
import derive
from derive.language import gallery_path

HELD_BACK = 5  # one image of five
CLASSES = 10


@dataclass(frozen=True)
class Digits:
    """Images, (N, 8, 8) from 0 to 1, and the digit of each."""

    images: np.ndarray
    labels: np.ndarray


def digits() -> tuple[Digits, Digits]:
    """Digits to learn from and digits held back, shuffled. Skips the test where scikit-learn is missing."""
    datasets = pytest.importorskip("sklearn.datasets", reason="scikit-learn brings the handwritten digits")
    found = datasets.load_digits()
    order = np.random.default_rng(0).permutation(len(found.target))
    images, labels = (found.images[order] / 16.0).astype(np.float32), found.target[order]
    held = len(labels) // HELD_BACK
    return Digits(images[held:], labels[held:]), Digits(images[:held], labels[:held])


def emitted(name: str) -> ModuleType:
    """The module of a network of the gallery, executed as it would stand on disk."""
    module = ModuleType(name)
    exec(codegen.emit(derive.differentiate(derive.read(gallery_path(name)))), module.__dict__)
    return module


def accuracy(
    module: ModuleType,
    params: dict[str, np.ndarray],
    inputs: Callable[[np.ndarray], tuple[np.ndarray, ...]],
    held: Digits,
) -> float:
    """The share of images whose most probable digit is right.

    A module offers no prediction, so each image is asked for the loss of every digit: the least is the most probable.
    """
    right = 0
    for image, label in zip(held.images, held.labels, strict=True):
        given = inputs(image[None])
        losses = [module.forward(params, *given, np.array([digit]))[0] for digit in range(CLASSES)]
        right += int(np.argmin(losses) == label)
    return right / len(held.labels)

"""Emitted models against models written by hand in torch: the loss, and every gradient that its autograd finds.

The hand-written models call torch's own layers (layer norm, gelu, convolution, pooling, the LSTM cell's formulas), so
they share neither the formulas of the files nor the machinery that reads them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is an optional cross-check (extra `crosscheck`)")

import torch.nn.functional as F  # noqa: E402

import codegen  # noqa: E402
import derive  # noqa: E402
from derive.language import gallery_path  # noqa: E402
from tests.agreement import relative_error  # noqa: E402

TOLERANCE = 1e-9
Arrays = dict[str, np.ndarray]
Model = Callable[[dict[str, Any], dict[str, Any]], Any]


@cache
def emitted(name: str, second: bool = False) -> ModuleType:
    """The module of a network of the gallery, or of its Hessian-vector product."""
    network = derive.read(gallery_path(name))
    module = ModuleType(name)
    exec(codegen.emit(derive.differentiate(derive.hvp(network) if second else network)), module.__dict__)
    return module


def gpt(p: dict[str, Any], given: dict[str, Any]) -> Any:
    """Pre-norm blocks of causal attention and a perceptron with gelu; without its own head, the embedding is it."""
    tok, y = given["tok"], given["y"]
    batch, time = tok.shape
    width, heads = p["E"].shape[1], emitted("gpt").DIMS["H"]

    def split(u: Any) -> Any:
        return u.view(batch, time, heads, width // heads).transpose(1, 2)

    x = F.embedding(tok, p["E"]) + p["P"]
    for layer in range(len(p["g1"])):
        n = F.layer_norm(x, (width,), p["g1"][layer], p["b1"][layer])
        q, k, v = (split(n @ p[name][layer]) for name in ("Wq", "Wk", "Wv"))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + mixed.transpose(1, 2).reshape(batch, time, width) @ p["Wo"][layer]
        n = F.layer_norm(x, (width,), p["g2"][layer], p["b2"][layer])
        x = x + F.gelu(n @ p["W1"][layer] + p["c1"][layer]) @ p["W2"][layer] + p["c2"][layer]
    head = p["Wu"] if "Wu" in p else p["E"].T
    logits = F.layer_norm(x, (width,), p["gf"], p["bf"]) @ head
    return F.cross_entropy(logits.flatten(0, 1), y.flatten())


def lstm(p: dict[str, Any], given: dict[str, Any]) -> Any:
    """Torch's own LSTM, whose gates stand in the same order and whose matrices are transposed."""
    layer = torch.nn.LSTM(p["W"].shape[0], p["U"].shape[0], dtype=torch.float64)
    weights = {
        "weight_ih_l0": p["W"].T, "weight_hh_l0": p["U"].T, "bias_ih_l0": p["b"], "bias_hh_l0": torch.zeros_like(p["b"])
    }  # fmt: skip
    states, _ = torch.func.functional_call(layer, weights, (given["x"], (given["h0"][None], given["c0"][None])))
    return F.cross_entropy(states[-1] @ p["Wy"] + p["by"], given["y"])


def lenet(p: dict[str, Any], given: dict[str, Any]) -> Any:
    """Twice convolution, pooling and relu, then two linear layers."""
    h = F.relu(F.max_pool2d(F.conv2d(given["x"], p["k1"], p["b1"], padding=1), 2))
    h = F.relu(F.max_pool2d(F.conv2d(h, p["k2"], p["b2"], padding=1), 2))
    h = F.relu(h.flatten(1) @ p["W3"] + p["b3"])
    return F.cross_entropy(h @ p["W4"] + p["b4"], given["y"])


def mlp(p: dict[str, Any], given: dict[str, Any]) -> Any:
    logits = torch.sigmoid(given["x"] @ p["W1"] + p["b1"]) @ p["W2"] + p["b2"]
    return F.cross_entropy(logits, given["y"])


def softmax_loss(p: dict[str, Any], given: dict[str, Any]) -> Any:
    return F.cross_entropy(p["a"] if "a" in p else given["a"], given["y"])


def parameters(module: ModuleType, rng: np.random.Generator, sizes: dict[str, int]) -> Arrays:
    """Parameters of the module's shapes, none of them special: gains and biases are random too."""
    fresh = module.init_params(rng, **sizes)
    return {name: value + 0.3 * rng.standard_normal(value.shape) for name, value in fresh.items()}


def tokens(rng: np.random.Generator, batch: int, time: int, words: int) -> Arrays:
    return {name: rng.integers(words, size=(batch, time)) for name in ("tok", "y")}


def sequences(rng: np.random.Generator, time: int, rows: int, width: int, hidden: int, classes: int) -> Arrays:
    states = {name: rng.standard_normal((rows, hidden)) for name in ("h0", "c0")}
    return {"x": rng.standard_normal((time, rows, width)), **states, "y": rng.integers(classes, size=rows)}


def images(rng: np.random.Generator, rows: int, channels: int, height: int, width: int, classes: int) -> Arrays:
    return {"x": rng.standard_normal((rows, channels, height, width)), "y": rng.integers(classes, size=rows)}


def in_torch(arrays: Arrays, learned: bool = False) -> dict[str, Any]:
    return {name: torch.tensor(value).requires_grad_(learned) for name, value in arrays.items()}


def agree(name: str, model: Model, params: Arrays, given: Arrays) -> None:
    """Loss and gradients of the emitted module are those of the model in torch."""
    loss, grads = emitted(name).loss_and_grads(params, **given)
    learned = in_torch(params, learned=True)
    expected = model(learned, in_torch(given))
    expected.backward()
    assert abs(loss - expected.item()) <= TOLERANCE * abs(expected.item())
    assert set(grads) == set(learned)
    for key, gradient in grads.items():
        assert relative_error(gradient, learned[key].grad.numpy()) < TOLERANCE, f"d{key}"


@pytest.mark.parametrize("name", ["gpt", "gpt_tied"])
@pytest.mark.parametrize(
    ("batch", "time", "layers", "head", "words"),
    [(2, 5, 3, 2, 7), (3, 8, 2, 4, 11), (1, 4, 2, 3, 5), (2, 1, 2, 3, 5), (2, 4, 1, 3, 5), (1, 1, 1, 1, 2)],
    ids=["small", "larger", "batch of one", "one position", "one block", "one of everything"],
)
def test_an_emitted_gpt_is_the_gpt_in_torch(
    name: str, batch: int, time: int, layers: int, head: int, words: int
) -> None:
    rng = np.random.default_rng(batch + time)
    params = parameters(emitted(name), rng, {"T": time, "L": layers, "K": head, "V": words})
    agree(name, gpt, params, tokens(rng, batch, time, words))


@pytest.mark.parametrize(
    ("time", "rows", "width", "hidden", "classes"),
    [(5, 3, 4, 6, 2), (9, 4, 3, 5, 7), (1, 3, 2, 4, 5), (4, 1, 3, 2, 5), (1, 1, 1, 1, 2)],
    ids=["small", "larger", "one step", "batch of one", "one of everything"],
)
def test_an_emitted_lstm_is_torchs_lstm(time: int, rows: int, width: int, hidden: int, classes: int) -> None:
    rng = np.random.default_rng(time)
    params = parameters(emitted("lstm"), rng, {"D": width, "H": hidden, "K": classes})
    agree("lstm", lstm, params, sequences(rng, time, rows, width, hidden, classes))


@pytest.mark.parametrize(
    ("rows", "channels", "across", "down"),
    [(3, 2, 2, 3), (4, 3, 3, 1), (1, 2, 2, 1), (1, 1, 1, 1)],
    ids=["small", "wider", "batch of one", "one of everything"],
)
def test_an_emitted_lenet_is_the_lenet_in_torch(rows: int, channels: int, across: int, down: int) -> None:
    rng = np.random.default_rng(rows)
    sizes = {"C": channels, "R": down, "S": across, "A": 3, "B": 4, "F": 5, "K": 6}
    params = parameters(emitted("lenet"), rng, sizes)
    agree("lenet", lenet, params, images(rng, rows, channels, 4 * down, 4 * across, 6))


@pytest.mark.parametrize(("name", "model"), [("mlp", mlp), ("softmax_loss", softmax_loss)])
@pytest.mark.parametrize("rows", [1, 4])
def test_an_emitted_hessian_vector_product_is_torchs_double_backward(name: str, model: Model, rows: int) -> None:
    module = emitted(name, second=True)
    rng = np.random.default_rng(rows)
    sizes = {"N": rows, "D": 3, "H": 5, "K": 4}
    arrays: Arrays = {
        key: rng.standard_normal([sizes.get(axis, axis) for axis in axes])
        for key, axes in {**module.PARAMS, **module.INPUTS}.items()
    }
    arrays["y"] = np.eye(sizes["K"])[rng.integers(sizes["K"], size=rows)]
    directions = {key.removeprefix("v_"): value for key, value in arrays.items() if key.startswith("v_")}
    params = {key: arrays[key] for key in module.PARAMS}
    slope, products = module.loss_and_grads(params, **{key: arrays[key] for key in module.INPUTS})

    learned = in_torch({key: arrays[key] for key in directions}, learned=True)
    rest = in_torch({key: value for key, value in arrays.items() if key not in directions})
    gradients = torch.autograd.grad(model(learned, rest), list(learned.values()), create_graph=True)
    pairs = zip(learned, gradients, strict=True)
    along = sum((gradient * torch.tensor(directions[key])).sum() for key, gradient in pairs)
    expected = torch.autograd.grad(along, list(learned.values()))
    assert abs(slope - along.item()) <= TOLERANCE * max(1.0, abs(along.item()))
    for key, product in zip(learned, expected, strict=True):
        assert relative_error(products[key], product.numpy()) < TOLERANCE, key

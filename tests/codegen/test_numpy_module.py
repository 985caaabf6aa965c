"""The emitted module: textbook lines, checks at the door, float32, layers, worked examples, no injection."""

from __future__ import annotations

import ast
import math
import re
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import derive
from codegen.emit import emit, listing
from codegen.targets.numpy.functions import FUNCTIONS, LOWERED
from derive.errors import InputError
from derive.functions import PRIMITIVES

LAYER = """network scale "A layer"
dim N, D = 5, F = 2*D
input x[N, D]
param g[D], W[D, F]
output y = g * tanh(x)
output u = x @ W
"""
BAG = """network bag "Mean of embeddings"
dim N, T, V = 9, D = 3, K = 4
input tok[N, T] in V
target t[N] in K
param E[V, D], W[D, K]
v[n,d] = mean(E[tok[n,u], d] for u)
p = softmax(v @ W)
loss C = -sum(log(p[n,t[n]]) for n) / N
"""


@cache
def source(text: str) -> str:
    network = derive.read(derive.gallery_path(text)) if text.isidentifier() else derive.parse(text)
    return emit(derive.differentiate(network), made_from="x.net", sha256="0" * 64)


def module(text: str) -> dict[str, Any]:
    namespace: dict[str, Any] = {"__name__": "emitted"}
    exec(source(text), namespace)
    return namespace


def mlp(dtype: type = np.float64) -> tuple[dict[str, Any], dict[str, np.ndarray], np.ndarray, np.ndarray]:
    emitted, rng = module("mlp"), np.random.default_rng(0)
    params = emitted["init_params"](rng, D=4, H=5, K=3, dtype=dtype)
    return emitted, params, rng.standard_normal((7, 4)).astype(dtype), np.eye(3, dtype=dtype)[rng.integers(3, size=7)]


@pytest.mark.parametrize(
    "line",
    [
        "z1 = x @ W1 + b1",
        "h = 0.5 * (1.0 + np.tanh(0.5 * z1))",
        "shifted = z2 - z2.max(axis=1, keepdims=True)",
        "log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))",
        "E = -(y * log_p).sum() / N",
        "return E, (x, y, h, p)",
        "dz2 = (p - y) / N",
        "dW2 = h.T @ dz2",
        "db2 = dz2.sum(axis=0)",
        "dh = dz2 @ W2.T",
        "dz1 = dh * h * (1.0 - h)",
        "dW1 = x.T @ dz1",
        'return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}',
    ],
)
def test_the_perceptron_reads_like_a_textbook(line: str) -> None:
    assert re.search(rf"^    {re.escape(line)}( +#|$)", source("mlp"), re.MULTILINE)


@pytest.mark.parametrize(
    ("network", "name", "line"),
    [
        ("mlp_relu", "dz1", "dz1 = dh1 * (z1 > 0.0)"),
        ("mlp_relu", "dz3", "dz3 = (p - (y[:, None] == np.arange(K))) / N"),
        ("linear_regression", "da", "da = (a - y) / N"),
        ("logistic_regression", "dz", "dz = (p - y) / N"),
        ("logistic_regression", "dw", "dw = x.T @ dz"),
        ("quadratic_mlp", "dz1", "dz1 = da1 * a1 * (1.0 - a1)"),
    ],
)
def test_listing_gives_the_emitted_lines_of_an_equation(network: str, name: str, line: str) -> None:
    lines = listing(derive.differentiate(derive.read(derive.gallery_path(network))))
    assert lines[name] == (line,)
    assert line in source(network)


@pytest.mark.parametrize("network", derive.gallery())
def test_a_module_passes_its_own_gradient_check(network: str, tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(source(network), encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ok" in done.stdout


def test_the_gradient_check_finds_a_wrong_gradient(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(source("mlp").replace("dz1.sum(axis=0)", "2 * dz1.sum(axis=0)"), encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert re.search(r"^db1 .*WRONG", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("network", [*derive.gallery(), LAYER, BAG])
def test_a_module_imports_numpy_and_the_interpreter_only(network: str) -> None:
    tree = ast.parse(source(network))
    found = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert found == {"numpy"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert "einsum" not in source(network)


@pytest.mark.parametrize("network", [*derive.gallery(), LAYER, BAG])
def test_the_same_network_gives_the_same_bytes(network: str) -> None:
    again = derive.read(derive.gallery_path(network)) if network.isidentifier() else derive.parse(network)
    assert emit(derive.differentiate(again), made_from="x.net", sha256="0" * 64) == source(network)


def test_float32_stays_float32() -> None:
    emitted, params, x, y = mlp(np.float32)
    loss, grads = emitted["loss_and_grads"](params, x, y)
    emitted["gradient_step"](params, grads, 0.1)
    assert loss.dtype == np.float32
    assert all(array.dtype == np.float32 for array in (*grads.values(), *params.values()))


def test_a_gradient_step_lowers_the_loss_in_place() -> None:
    emitted, params, x, y = mlp()
    same = params["W1"]
    before, grads = emitted["loss_and_grads"](params, x, y)
    emitted["gradient_step"](params, grads, 0.1)
    assert params["W1"] is same
    assert emitted["loss_and_grads"](params, x, y)[0] < before


def _refused(emitted: dict[str, Any], *arguments: Any) -> str:
    with pytest.raises(ValueError) as caught:
        emitted["forward"](*arguments)
    return str(caught.value)


def test_the_door_names_what_does_not_fit() -> None:
    emitted, params, x, y = mlp()
    assert _refused(emitted, params, x[:, :3], y) == "x: expected shape (N, D) = (7, 4), got (7, 3)"
    assert _refused(emitted, params, x, y[:5]) == "y: expected shape (N, K) = (7, 3), got (5, 3)"
    assert "x: expected float64" in _refused(emitted, params, x.astype(np.float32), y)
    assert "x: expected real numbers" in _refused(emitted, params, x.astype(int), y)
    assert "x: expected a NumPy array, got list" in _refused(emitted, params, x.tolist(), y)
    assert "b1 is missing" in _refused(emitted, {k: v for k, v in params.items() if k != "b1"}, x, y)
    assert "b2: expected shape (K,) = (3,)" in _refused(emitted, {**params, "b2": np.zeros(9)}, x, y)


def test_the_door_refuses_what_is_no_array_at_all() -> None:
    emitted, params, x, y = mlp()
    for nothing in (None, [], 3):
        assert "params: expected a dictionary" in _refused(emitted, nothing, x, y)
    assert _refused(emitted, params, None, y) == "x: expected a NumPy array, got NoneType"
    assert _refused(emitted, params, x[0], y) == "x: expected shape (N, D) = (7, 4), got (4,)"
    empty = _refused(emitted, params, x[:0], y[:0])
    assert empty == "x: expected at least one entry along every axis, got (0, 4)"


def test_the_door_checks_numbers() -> None:
    emitted = module('network line "Line"\ndim N\ninput x[N]\nparam w\nloss E = sum((w*x)**2)\n')
    x = np.ones(3, np.float32)
    for number in (2, 2.0, np.float32(2), np.array(2.0, np.float32)):
        loss, grads = emitted["loss_and_grads"]({"w": number}, x)
        assert loss.dtype == np.asarray(grads["w"]).dtype == np.float32
    for number in (np.float64(2), np.array(2.0)):
        assert _refused(emitted, {"w": number}, x) == "w: expected float32 like the other arrays, got float64"
    assert _refused(emitted, {"w": [1.0]}, x) == "w: expected a number, got list"
    assert "w: expected real numbers" in _refused(emitted, {"w": None}, x)


def test_the_door_refuses_sizes_below_one() -> None:
    emitted = module('network s "S"\ndim H, P = H - 2\ninput x[H]\nparam w\nloss E = sum(w*x) * P\n')
    assert _refused(emitted, {"w": 1.0}, np.ones(2)) == "P: the shapes given make it 0, expected at least 1"


def test_the_door_checks_labels() -> None:
    emitted = module(BAG)
    rng = np.random.default_rng(0)
    params = emitted["init_params"](rng)
    tok, t = rng.integers(9, size=(6, 2)), rng.integers(4, size=6)
    emitted["forward"](params, tok, t)
    assert _refused(emitted, params, tok, t + 4).startswith("t: expected 0 to 3, got 4 to")
    assert _refused(emitted, params, tok, t * 1.0) == "t: expected whole numbers, got float64"
    assert _refused(emitted, params, tok, t.tolist()) == "t: expected a NumPy array of whole numbers, got list"
    assert _refused(emitted, params, tok, t[:4]) == "t: expected shape (N,) = (6,), got (4,)"


def test_repeated_tokens_add_up() -> None:
    emitted = module(BAG)
    assert max(emitted["gradient_errors"]().values()) < 1e-8
    assert "_sum_by_label" in source(BAG)


def test_a_layer_takes_upstream_gradients_and_gives_those_of_its_inputs() -> None:
    emitted = module(LAYER)
    rng = np.random.default_rng(0)
    params = emitted["init_params"](rng, D=3)
    assert params["W"].shape == (3, 6)
    x = rng.standard_normal((4, 3))
    (y, u), saved = emitted["forward"](params, x)
    assert y.shape == (4, 3) and u.shape == (4, 6)
    grads = emitted["backward"](params, saved, np.ones((4, 3)), np.ones((4, 6)))
    assert set(grads) == {"g", "W", "x"}
    with pytest.raises(ValueError, match=r"dy: expected shape \(N, D\) = \(4, 3\), got \(3,\)"):
        emitted["backward"](params, saved, np.ones(3), np.ones((4, 6)))
    assert max(emitted["gradient_errors"]().values()) < 1e-8
    assert "loss_and_grads" not in {name for name in emitted if not name.startswith("_")}


def test_the_worked_example_shows_its_published_numbers(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text(source("worked_example"), encoding="utf-8")
    shown = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=60).stdout
    for line in ("E = 0.02397190", "dW5 = 0.02592286", "W1 = 0.29959556", "W8 = 0.59624247", "E = 0.02323634"):
        assert line in shown.splitlines()


@pytest.mark.parametrize(
    "title",
    [
        'a """ b',
        'ends with "',
        '"""',
        "back\\slash \\",
        "{{ 1 + 1 }} {% raw %}",
        "%s \\N{DIGIT ONE} \\x41",
        "a' '''",
        "한국어",
    ],
)
def test_no_title_breaks_out_of_the_docstring(title: str) -> None:
    derivation = derive.differentiate(derive.read(derive.gallery_path("neuron")))
    text = emit(replace(derivation, network=replace(derivation.network, title=title)), made_from=title, sha256="0" * 64)
    first = (ast.get_docstring(ast.parse(text), clean=False) or "").splitlines()[0]
    assert first == f"{title}: forward and backward pass in plain NumPy."
    namespace: dict[str, Any] = {"__name__": "emitted"}
    exec(text, namespace)
    assert max(namespace["gradient_errors"]().values()) < 1e-8


def test_the_check_holds_a_fixed_value_fixed(tmp_path: Path) -> None:
    text = 'network fixed "Fixed"\ndim N\ninput x[N]\nparam w\na = w * x\nloss E = sum(a * stop(a))\n'
    path = tmp_path / "module.py"
    path.write_text(source(text), encoding="utf-8")
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=60)
    assert (done.returncode, "ok" in done.stdout) == (0, True)
    path.write_text(source(text).replace("dw = da @ x", "dw = 2.0 * da @ x"), encoding="utf-8")
    assert subprocess.run([sys.executable, str(path)], capture_output=True, timeout=60).returncode == 1
    _, grads = module(text)["loss_and_grads"]({"w": np.array(3.0)}, np.array([1.0, 2.0]))
    assert grads["w"] == 15.0


def test_a_name_that_the_module_uses_is_refused() -> None:
    text = 'network clash "Clash"\ndim N\ninput saved[N]\nparam w\nloss E = sum(w * saved)\n'
    with pytest.raises(InputError, match="saved"):
        emit(derive.differentiate(derive.parse(text)))


def test_an_unknown_target_is_refused() -> None:
    with pytest.raises(InputError, match="fortran"):
        emit(derive.differentiate(derive.read(derive.gallery_path("neuron"))), target="fortran")


@pytest.mark.parametrize("name", sorted(PRIMITIVES))
def test_every_primitive_has_a_numpy_form_with_its_values(name: str) -> None:
    if name in LOWERED:
        return
    primitive = PRIMITIVES[name]
    arguments = "uv"[: primitive.arity]
    namespace: dict[str, Any] = {"np": np}
    exec(_helpers(), namespace)
    rng = np.random.default_rng(0)
    arrays = {letter: rng.uniform(*primitive.domain, size=200) for letter in arguments}
    text = FUNCTIONS[name].format(*arguments)
    found = eval(text, namespace, arrays)
    expected = [primitive.numeric(*map(float, row)) for row in zip(*arrays.values(), strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-14, atol=1e-15)
    narrow = {letter: array.astype(np.float32) for letter, array in arrays.items()}
    assert eval(text, namespace, narrow).dtype == np.float32


def test_the_error_function_is_accurate_everywhere() -> None:
    namespace: dict[str, Any] = {"np": np}
    exec(_helpers(), namespace)
    x = np.concatenate([np.linspace(-8, 8, 40001), np.linspace(-1.001, 1.001, 2001), [-np.inf, np.inf, 1e300, -0.0]])
    expected = np.array([math.erf(value) for value in x])
    assert np.max(np.abs(namespace["_erf"](x) - expected)) < 1e-15
    assert namespace["_erf"](np.array(1e-200)) == pytest.approx(math.erf(1e-200), rel=1e-14)


@cache
def _helpers() -> str:
    """The helping functions, cut out of a module that has them all."""
    text = 'network all "All"\ndim N\ntarget y[N]\nparam w[N]\nloss E = sum(gelu(w)) + sum(xlogy(y, 2 + sin(w)))\n'
    emitted = source(text)
    return emitted[emitted.index("def _xlogy") : emitted.index("def _sample")]

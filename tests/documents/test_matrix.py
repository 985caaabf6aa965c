"""Matrix notation is worth what the equation is worth: an interpreter of it, beside the loop oracle."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import numpy as np
import pytest

from codegen.notation import formula as f
from codegen.notation.formula import Formula
from codegen.outline.page import page
from derive.backward import differentiate
from derive.derivation import Derivation
from derive.evaluate import evaluate_derivation
from derive.language import gallery_path, parse, read
from derive.sample import sample, sizes_for, upstream
from tests.documents.networks import NETWORKS
from tests.zoo import text

_ONES = f.Ones()
_FUNCTIONS = {
    "exp": np.exp,
    "log": np.log,
    "sin": np.sin,
    "cos": np.cos,
    "tanh": np.tanh,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "relu": lambda z: np.maximum(z, 0),
    "max": np.maximum,
    "snake": lambda z: z + np.sin(2 * z) ** 2 / 2,  # of custom_activation, with c = 2
}


def worth(formula: Formula, arrays: Mapping[str, np.ndarray]) -> np.ndarray:
    """The value as a matrix: a vector is a column, and a row or column of ones stretches what it multiplies."""

    def of(node: Formula) -> np.ndarray:
        match node:
            case f.Number(digits):
                return np.full((1, 1), float(digits))
            case f.Name(name) | f.Gradient(_, name) | f.Handed(_, name):
                array = np.asarray(arrays[name], dtype=float)
                return array.reshape(-1, 1) if array.ndim < 2 else array
            case f.Group(body):
                return of(body)
            case f.Negative(body):
                return -of(body)
            case f.Terms(items):
                return sum(((1 if sign == "+" else -1) * of(item) for sign, item in items), np.zeros((1, 1)))
            case f.Infix("hadamard", items):
                return reduce(np.multiply, map(of, items))
            case f.Infix("over", items):
                return reduce(np.divide, map(of, items))
            case f.Fraction(top, bottom):
                return of(top) / of(bottom)
            case f.Transposed(body):
                return of(body).T
            case f.Power(base, f.Elementwise(exponent) | exponent):
                return of(base) ** of(exponent)
            case f.Root(body):
                return np.sqrt(of(body))
            case f.Iverson(f.Relation(">", left, right)):
                return (of(left) > of(right)).astype(float)
            case f.Call(name, arguments):
                return _FUNCTIONS[name](*map(of, arguments))
            case f.Factors(items):
                return product(list(items))
        raise TypeError(f"no worth for {node}")

    def product(items: list[Formula]) -> np.ndarray:
        scalar, found, summed = np.ones((1, 1)), None, False
        for item in items:
            if item == _ONES:
                # Behind a matrix it sums the rows; in front of a row it only repeats it.
                found = None if found is None else found.sum(axis=1, keepdims=True)
            elif item == f.Transposed(_ONES):
                summed = found is None
            elif (value := of(item)).size == 1:  # no size is 1 here, so this is a number
                scalar = scalar * value
            elif found is None:
                found = value.sum(axis=0, keepdims=True) if summed else value
            else:
                found = found @ value
        return scalar if found is None else scalar * found

    return of(formula)


def derivations() -> dict[str, Derivation]:
    gallery = ("mlp", "quadratic_mlp", "residual", "custom_activation", "softmax_loss", "linear_batch")
    found = {name: differentiate(make()) for name, make in NETWORKS.items()}
    found["read again"] = differentiate(parse(text("two outputs, one of them read again")))
    return found | {f"gallery {name}": differentiate(read(gallery_path(name))) for name in gallery}


@pytest.mark.parametrize(
    ("name", "derivation"), derivations().items(), ids=lambda item: item if isinstance(item, str) else ""
)
def test_matrix_notation_is_worth_its_equation(name: str, derivation: Derivation) -> None:
    rng = np.random.default_rng(3)
    network = derivation.network
    sizes = sizes_for(network, rng)
    values = sample(network, sizes, rng)
    if derivation.upstream:
        back = upstream(network, sizes, rng)
        values |= {
            tensor.name: back[result] for tensor, result in zip(derivation.upstream, network.results, strict=True)
        }
    expected = evaluate_derivation(derivation, values, sizes)
    arrays = {**expected, **{key: np.asarray(size) for key, size in sizes.items()}}
    here = page(derivation, {})
    said = 0
    for equation in (*network.equations, *(adjoint.equation for adjoint in derivation.adjoints)):
        sides = here.matrix(equation)
        if sides is None:
            continue
        said += 1
        array = expected[equation.tensor.name]
        wanted = array.reshape(-1, 1) if array.ndim < 2 else array
        assert np.broadcast_to(worth(sides[1], arrays), wanted.shape) == pytest.approx(wanted, rel=1e-9, abs=1e-12), (
            equation
        )
    # In these networks everything has a matrix notation, except a gather by labels.
    assert said >= len(network.equations) + len(derivation.adjoints) - 1

"""Every rule keeps the value of its examples, and applies to at least one of them."""

from __future__ import annotations

import importlib
import pkgutil

import numpy as np
import pytest
from sympy import Expr, Integer, Symbol

import derive.rules
from derive.binding import bind
from derive.entry import Constant, Entry, Tensor
from derive.evaluate import evaluate
from derive.functions import apply, exp
from derive.index import Bound, Index, dimension
from derive.operators import Compare, Delta, Maximum, Minimum, Partial, Product, Sum, Where
from derive.partial import work_out
from derive.rule import Rule, Trail
from derive.rules.derivatives import DERIVATIVE_RULES
from derive.slopes import Slopes
from tests.agreement import assert_same_value


def rules() -> dict[str, Rule]:
    """Every rule that a module in the folder of rules has."""
    found = {}
    for module in pkgutil.iter_modules(derive.rules.__path__):
        contents = vars(importlib.import_module(f"derive.rules.{module.name}"))
        found.update({f"{module.name}.{name}": item for name, item in contents.items() if isinstance(item, Rule)})
    return found


RULES = rules()
N, D = dimension("N"), dimension("D")
n, i, j, k = Index("n", N), Index("i", D), Index("j", D), Index("k", D)
X, V, W, T = Tensor("x", (N, D)), Tensor("v", (D,)), Tensor("W", (D, D)), Tensor("t", (N,), within=D)


def random_values(*expressions: Expr, seed: int = 0) -> tuple[dict[str, np.ndarray], dict[str, int]]:
    """Sizes, all different, for every dimension, and positive values for every tensor and constant that stands there.

    Positive, because some rules work where nothing divides by 0 and no root is imaginary.
    """
    rng = np.random.default_rng(seed)
    symbols = sorted({symbol for expr in expressions for symbol in all_symbols(expr)}, key=str)
    sizes = {str(symbol): size for size, symbol in enumerate((s for s in symbols if s == dimension(s.name)), start=2)}
    values = {str(symbol): rng.uniform(0.3, 1) for symbol in symbols if isinstance(symbol, Constant)}
    for tensor in sorted({entry.tensor for expr in expressions for entry in expr.atoms(Entry)}, key=str):
        shape = tuple(int(evaluate(axis, {}, sizes)) for axis in tensor.axes)
        if tensor.within is not None:
            values[tensor.name] = rng.integers(0, int(evaluate(tensor.within, {}, sizes)), size=shape)
        else:
            values[tensor.name] = rng.uniform(0.2, 0.8, size=shape)
    return values, sizes


def all_symbols(expr: Expr) -> set[Symbol]:
    """The symbols of an expression, those in the sizes of letters and tensors too."""
    found = set(expr.free_symbols)
    for atom in expr.atoms(Index, Bound):
        found |= atom.size.free_symbols
    for entry in expr.atoms(Entry):
        found |= {symbol for axis in entry.tensor.axes for symbol in axis.free_symbols}
    return found


def test_there_are_rules_and_their_names_differ() -> None:
    assert len(RULES) > 4
    assert len({rule.name for rule in RULES.values()}) == len(RULES)
    assert len({rule.name for rule in DERIVATIVE_RULES}) == len(DERIVATIVE_RULES)


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_keeps_the_value_of_its_examples(name: str) -> None:
    rule, applied = RULES[name], 0
    for example in rule.examples():
        rewrite = rule.apply(example)
        if rewrite is None:
            continue
        applied += 1
        assert rewrite.after != example
        for seed in range(3):
            values, sizes = random_values(example, rewrite.after, seed=seed)
            assert_same_value(example, rewrite.after, values, sizes, np.random.default_rng(seed))
    assert applied, f"no example of {rule.name} shows what it does"


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_keeps_the_value_of_the_examples_of_all_others(name: str) -> None:
    rule = RULES[name]
    for other in RULES.values():
        for example in other.examples():
            rewrite = rule.apply(example)
            if rewrite is not None:
                values, sizes = random_values(example, rewrite.after)
                assert_same_value(example, rewrite.after, values, sizes, np.random.default_rng(0))


DIFFERENTIATED: dict[str, Expr] = {
    "constant": V[i] ** 2,
    "same entry": X[n, i],
    "sum rule": X[n, i] + V[i] + X[n, j] ** 2,
    "constant factor": 3 * V[i] * X[n, i],
    "reciprocal rule": 1 / (1 + X[n, i]),
    "quotient rule": X[n, i] / bind(Sum, X[n, j], [j]),
    "product rule": X[n, i] * X[n, j],
    "power rule": (1 + X[n, i]) ** 3,
    "exponential rule": (1 + X[n, i]) ** X[n, j],
    "under the sum": bind(Sum, X[n, i] * W[i, j], [i]),
    "chain rule": exp(X[n, i] * V[i]),
    "at the extremum": bind(Maximum, X[n, i] * V[i], [i]),
    "running product": bind(Product, X[n, i] + V[i], [i]),
    "case by case": Where(Compare("<", X[n, i], V[i]), X[n, i] ** 2, V[i] * X[n, j]),
}
MORE = (
    X[n, T[n]] * V[T[n]],
    apply("max", X[n, i], V[i]) + apply("min", X[n, i], V[i]),
    apply("max", X[n, i], Integer(0)) * bind(Minimum, X[n, j], [j]),
    Delta(i, j) * X[n, i] ** 2,
    Where(Compare("<", V[i], V[j]), X[n, i], Integer(0)),
    bind(Sum, Where(Compare("<", i, j), X[n, i], X[n, j] ** 2), [j]),
    bind(Maximum, bind(Sum, X[n, i] * W[i, j], [i]), [j]),
    bind(Product, bind(Sum, X[n, i], [n]), [i]),
)


def differentiated(of: Expr) -> Trail:
    """The derivative by another entry of x, worked out."""
    trail = Trail(Partial(of, X[Index("m", N), k]))
    work_out(trail, Slopes().of)
    return trail


def test_every_rule_of_differentiation_has_an_example() -> None:
    assert set(DIFFERENTIATED) == {rule.name for rule in DERIVATIVE_RULES}


@pytest.mark.parametrize("name", sorted(DIFFERENTIATED))
def test_a_rule_of_differentiation_is_used_and_finds_the_slope(name: str) -> None:
    trail = differentiated(DIFFERENTIATED[name])
    assert trail.steps[0].rule == name
    for step in trail.steps:
        values, sizes = random_values(step.before, step.after, DIFFERENTIATED[name])
        assert_same_value(step.before, step.after, values, sizes, np.random.default_rng(0))


@pytest.mark.parametrize("of", MORE, ids=str)
def test_the_rules_of_differentiation_work_together(of: Expr) -> None:
    trail = differentiated(of)
    assert not trail.expr.has(Partial)
    values, sizes = random_values(of, trail.expr, X[n, k])
    assert_same_value(Partial(of, X[Index("m", N), k]), trail.expr, values, sizes, np.random.default_rng(0))

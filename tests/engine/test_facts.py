"""A fact says something true of what is sampled with it, and what it rewrites keeps its value there."""

from __future__ import annotations

import numpy as np
import pytest
from sympy import Expr, Rational

from derive.binding import bind, replace_nodes
from derive.entry import Tensor
from derive.errors import InputError
from derive.facts import FACTS, known_facts
from derive.functions import apply, exp
from derive.index import Index, dimension
from derive.language import parse
from derive.layers import softmax
from derive.network import Declaration, Dimension, Equation, Network
from derive.operators import Sum
from derive.sample import sample
from tests.agreement import assert_same_value

N, K = dimension("N"), dimension("K")
n, m, k = Index("n", N), Index("m", N), Index("k", K)
F = Tensor("f", (N,))
SIZES = {"N": 3, "K": 4}


def square(fact: str) -> tuple[Tensor, Index, Index]:
    """A tensor that may have the fact (some need two equal axes), with letters for its axes."""
    return (Tensor("a", (N, N)), n, m) if FACTS[fact].of_axes == 2 else (Tensor("a", (N, K)), n, k)


def network(fact: str) -> Network:
    tensor, *_ = square(fact)
    declarations = (Declaration(tensor, "input", (fact,)), Declaration(F, "input"))
    return Network("facts", "", (Dimension(N), Dimension(K)), (), declarations, (), ())


def candidates(fact: str) -> tuple[Expr, ...]:
    """Expressions that one or another fact makes shorter."""
    a, row, column = square(fact)
    return (
        bind(Sum, a[row, column], [column]),
        bind(Sum, a[row, column] * F[row], [row, column]),
        bind(Sum, a[row, column], [row]),
        a[row, column] ** 2,
        a[row, column] ** 3 * F[row],
        a[row, column] ** -1 if fact in ("positive", "signs") else a[row, column] ** 4,
        apply("abs", a[row, column]),
        apply("sign", a[row, column]),
        exp(a[row, column] ** 2),
        a[row, column] * a[row, column] + a[row, column],
        *((a[column, row] - a[row, column], a[0, 1] * a[1, 0]) if fact == "symmetric" else ()),
    )


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_a_fact_keeps_the_value_of_what_it_rewrites(fact: str) -> None:
    known, rewritten = known_facts(network(fact)), 0
    for seed in range(5):
        rng = np.random.default_rng(seed)
        values = sample(network(fact), SIZES, rng)
        for expr in candidates(fact):
            for item in known:
                after = replace_nodes(expr, lambda node, item=item: item.fact.rewrite(node, item.tensor))
                rewritten += after != expr
                assert_same_value(expr, after, values, SIZES, rng)
    assert rewritten


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_a_fact_is_told_with_the_name_of_its_tensor(fact: str) -> None:
    assert all("a" in item.sentence and "{" not in item.sentence for item in known_facts(network(fact)))
    assert {item.fact.name for item in known_facts(network(fact))} == {fact, *FACTS[fact].implies}


def written(array: np.ndarray) -> object:
    """An array as a network's text writes it."""
    return tuple(map(written, array)) if array.ndim else Rational(float(array))


def unlike(fact: str, rng: np.random.Generator) -> np.ndarray:
    """Values of the tensor that have no fact at all."""
    shape = tuple(SIZES[str(axis)] for axis in square(fact)[0].axes)
    return -1.5 - rng.random(shape)


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_what_is_sampled_and_what_a_module_draws_has_the_fact_and_other_values_are_refused(fact: str) -> None:
    rng = np.random.default_rng(3)
    assert FACTS[fact].broken(written(unlike(fact, rng)))
    for _ in range(5):
        assert FACTS[fact].broken(written(sample(network(fact), SIZES, rng)["a"])) is None
        shape = unlike(fact, rng).shape
        text = FACTS[fact].numpy.format(shape=shape, rest=shape[:-1], last=shape[-1], values="values")
        drawn = eval(text, {"np": np, "rng": rng, "values": rng.normal(size=shape), "float": float})
        assert drawn.shape == shape and FACTS[fact].broken(written(drawn)) is None
        assert not FACTS[fact].values or set(np.unique(drawn)) == set(FACTS[fact].values)
        assert not FACTS[fact].never_negative or drawn.min() >= 0


@pytest.mark.parametrize("fact", sorted(FACTS))
def test_a_fact_is_declared_of_tensors_with_the_axes_that_it_speaks_of(fact: str) -> None:
    tensor, *_ = square(fact)
    axes = ", ".join(map(str, tensor.axes))
    lines = 'network t "t"\ndim N, K\ninput {}, q[N, K]\nparam w\nloss E = mean(a * w) + mean(q)'
    assert parse(lines.format(f"a[{axes}] {fact}")).declaration("a").facts == (fact,)
    if FACTS[fact].of_axes:
        with pytest.raises(InputError, match=f"{fact} speaks of .* but a is one number"):
            parse(lines.format(f"a {fact}"))


def test_facts_of_entries_and_of_matrices_can_be_declared_together() -> None:
    tensor, *_ = square("symmetric")
    declared = Declaration(tensor, "input", ("symmetric", "signs"))
    values = sample(Network("both", "", (Dimension(N),), (), (declared,), (), ()), SIZES, np.random.default_rng(0))["a"]
    assert FACTS["signs"].broken(written(values)) is None and FACTS["symmetric"].broken(written(values)) is None


def test_what_a_fact_implies_is_a_fact() -> None:
    assert all(implied in FACTS for fact in FACTS.values() for implied in fact.implies)


def defined(right: Expr) -> set[tuple[str, str]]:
    """The facts of p, where p[n,k] is defined by the right side."""
    a, p = Tensor("a", (N, K)), Tensor("p", (N, K))
    equations = (Equation(p, (n, k), right),)
    drawn = Network("drawn", "", (), (), (Declaration(a, "input"),), equations, ("p",), is_layer=True)
    return {(item.tensor.name, item.fact.name) for item in known_facts(drawn)}


def test_a_softmax_is_seen_to_sum_to_one_by_its_definition_alone() -> None:
    a = Tensor("a", (N, K))
    assert ("p", "sums_to_one") in defined(softmax(a[n, k], k))
    assert ("p", "sums_to_one") in defined(a[n, k] ** 2 / bind(Sum, a[n, k] ** 2, [k]))


def test_nothing_is_claimed_of_a_definition_that_does_not_sum_to_one() -> None:
    a = Tensor("a", (N, K))
    assert defined(softmax(a[n, k], n)) == set()
    assert defined(2 * softmax(a[n, k], k)) == set()
    assert defined(exp(a[n, k]) / bind(Sum, a[n, k], [k])) == set()

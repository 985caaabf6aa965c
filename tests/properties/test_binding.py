"""The laws of binding: spelling does not matter, nothing is captured, and a substitution means what it says."""

from __future__ import annotations

import itertools
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sympy import Expr

from derive.binding import bind, free_letters, replace_nodes, substitute, unbind
from derive.evaluate import evaluate
from derive.index import Bound, Index
from derive.operators import Binder, Maximum, Product, Sum
from tests.properties.expressions import LETTERS, ROWS, SIZES, D, V, X, expressions, letters

RNG = np.random.default_rng(11)
VALUES = {"x": RNG.normal(size=(2, 3)), "v": RNG.normal(size=3)}
ASSIGNMENTS = [
    dict(zip((*LETTERS, *ROWS), numbers, strict=True))
    for numbers in itertools.islice(itertools.product(range(3), range(3), range(3), (0, 2), (1,), (0,)), 0, None, 5)
]
Z = Index("z", D)


def agree(first: Expr, second: Expr) -> bool:
    """Equal values for many assignments of the letters."""
    return all(
        math.isclose(
            evaluate(first, VALUES, SIZES, letters),
            evaluate(second, VALUES, SIZES, letters),
            rel_tol=1e-9,
            abs_tol=1e-9,
        )
        for letters in ASSIGNMENTS
    )


@given(expressions, letters)
def test_the_spelling_of_a_bound_letter_does_not_matter(body: Expr, letter: Index) -> None:
    renamed = substitute(body, {letter: Z})
    for kind in (Sum, Product, Maximum):
        assert bind(kind, body, [letter]) == bind(kind, renamed, [Z])


@given(expressions)
def test_the_order_of_bound_letters_does_not_matter(body: Expr) -> None:
    chosen = LETTERS[:3]
    assert len({bind(Sum, body, order) for order in itertools.permutations(chosen)}) == 1


@given(expressions, letters)
def test_a_bound_letter_is_not_free(body: Expr, letter: Index) -> None:
    assert free_letters(bind(Sum, body, [letter])) == free_letters(body) - {letter}


@given(expressions, letters, letters)
def test_nothing_is_captured(body: Expr, letter: Index, incoming: Index) -> None:
    """Putting `incoming` for a free letter gives the value that the letter has when it stands for the same number."""
    put = substitute(body, {letter: incoming})
    for assignment in ASSIGNMENTS:
        same = {**assignment, letter: assignment[incoming]}
        assert math.isclose(
            evaluate(put, VALUES, SIZES, assignment), evaluate(body, VALUES, SIZES, same), rel_tol=1e-9, abs_tol=1e-9
        )


@given(expressions)
def test_substituting_a_letter_that_is_not_free_changes_nothing(body: Expr) -> None:
    assert substitute(body, {Z: LETTERS[0]}) == body


@given(expressions, letters)
def test_a_substitution_can_be_taken_back(body: Expr, letter: Index) -> None:
    assert substitute(substitute(body, {letter: Z}), {Z: letter}) == body


@given(expressions, letters, expressions)
def test_an_entry_may_be_replaced_by_an_expression(body: Expr, letter: Index, right: Expr) -> None:
    entry = V[letter]
    numbers = {"v": VALUES["v"].copy(), "x": VALUES["x"]}
    put = substitute(body, {entry: X[ROWS[0], letter]})
    assert not put.has(entry)
    # Only this spelling of the entry moves: where no other entry of v stands, its value may move instead.
    others = {found for found in body.atoms(type(entry)) if found.tensor == V} - {entry}
    if not others:
        for assignment in ASSIGNMENTS:
            numbers["v"][assignment[letter]] = VALUES["x"][assignment[ROWS[0]], assignment[letter]]
            expected = evaluate(body, numbers, SIZES, assignment)
            assert math.isclose(evaluate(put, VALUES, SIZES, assignment), expected, rel_tol=1e-9, abs_tol=1e-9)


@given(expressions, st.sampled_from([(Sum, 2), (Product, 1), (Maximum, 1)]))
def test_unbinding_and_binding_again_gives_the_same_node(body: Expr, choice: tuple[type[Binder], int]) -> None:
    kind, count = choice
    bound = bind(kind, body, LETTERS[:count])
    for node in bound.atoms(Binder):
        if not loose(node, frozenset()):
            opened, inside = unbind(node, avoid=LETTERS)
            assert not set(opened) & {*free_letters(node), *LETTERS}
            assert bind(type(node), inside, opened) == node


@given(expressions)
def test_no_bound_letter_stands_outside_its_binder(body: Expr) -> None:
    for node in (body, substitute(body, {LETTERS[0]: LETTERS[1]}), replace_nodes(body, lambda node: None)):
        assert not loose(node, frozenset())


def loose(node: Expr, bound: frozenset[Bound]) -> bool:
    """True when a bound letter stands where no binder binds it."""
    if isinstance(node, Bound):
        return node not in bound
    if isinstance(node, Binder):
        return loose(node.body, bound | set(node.letters))
    return any(loose(argument, bound) for argument in node.args)


@given(expressions)
def test_rebuilding_without_a_change_changes_nothing(body: Expr) -> None:
    assert replace_nodes(body, lambda node: None) == body


@given(expressions, letters, st.sampled_from([Sum, Product, Maximum]))
def test_a_binder_has_the_value_of_its_loop(body: Expr, letter: Index, kind: type[Binder]) -> None:
    combine = {Sum: sum, Product: math.prod, Maximum: max}[kind]
    for assignment in ASSIGNMENTS:
        looped = combine([evaluate(body, VALUES, SIZES, {**assignment, letter: number}) for number in range(3)])
        bound = evaluate(bind(kind, body, [letter]), VALUES, SIZES, assignment)
        assert math.isclose(bound, looped, rel_tol=1e-9, abs_tol=1e-9)

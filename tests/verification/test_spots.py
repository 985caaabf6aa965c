"""A node is exchanged wherever it stands, in one pass, as it is spot by spot."""

from __future__ import annotations

import pytest

from derive.errors import InputError
from derive.verification.diagnosis.spots import in_place_of_all, spots
from derive.verification.formula import snippet_of, statements, written
from derive.verification.formula.tree import Node, Symbol


def side_of(text: str) -> Node:
    (found,) = statements(snippet_of(f"u = {text}", "latex"))
    assert not isinstance(found, InputError), found
    return found.sides[1]


# Below another symbol, above it and under a sum, where x stands for a letter, it is not a spot of its own.
SIDES = (
    (r"x + x y", r"v + v y"),
    (r"\sum_x x y_x", r"\sum_x v y_x"),
    (r"\frac{x}{1 + x} (x - y)^2", r"\frac{v}{1 + v} (v - y)^2"),
    (r"\frac{\partial x}{\partial y} \exp(x)", r"\frac{\partial v}{\partial y} \exp(v)"),
    (r"y^{x} + y_{x}", r"y^{x} + y_{x}"),
    (r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}",
     r"\begin{cases} v & v > 0 \\ 0 & \text{otherwise} \end{cases}"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SIDES)
def test_a_symbol_is_exchanged_at_all_of_its_spots(text: str, expected: str) -> None:
    side, old, new = side_of(text), Symbol("x"), Symbol("v")
    made = in_place_of_all(side, old, new)
    assert made == side_of(expected), written(made, "latex")
    one_by_one = side
    while (spot := next((spot for spot in spots(one_by_one) if spot.node == old), None)) is not None:
        one_by_one = spot.put(new)
    assert made == one_by_one


def test_a_side_without_the_symbol_stays_as_it_is() -> None:
    side = side_of(r"a \exp(b) + c")
    assert in_place_of_all(side, Symbol("x"), Symbol("v")) is side

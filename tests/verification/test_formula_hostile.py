"""Whatever is put in, the answer is a tree or a message of ours, and the work grows with the length only."""

from __future__ import annotations

import random

import pytest

from derive.errors import InputError
from derive.verification.formula import snippet_of, statements, written
from derive.verification.formula.tokens import LONGEST
from tests.verification.formulas import TABLES

MUTATIONS = 6  # of each formula
SHORT = 600
PIECES = (
    *"{}()[]_^|&$\\'%#,;:.=<>+-*/ \n∂∇Σ√²₂ᵀ…‖ŷ\x00",
    r"\\", r"\left", r"\right", r"\begin{cases}", r"\end{cases}", r"\begin{matrix}", "&&", r"\text{if}", r"\frac",
    r"\sqrt", r"\underset", r"\overset", r"\underbrace", r"\hat", "||", r"\not", " for ", " if ", "sum(", "max_",
)  # fmt: skip
UNITS = (
    "{", "(", "[", r"\left(", "^", "_", "'", "-", "+", "|", "||", r"\|", "x_", "x^", "x^{", "x_{", r"\frac", r"\frac{",
    r"\sqrt", r"\sqrt{", r"\hat", r"\hat{", r"\sum", r"\sum_", r"\sum_{", r"\log ", r"\underset", r"\underset{a}{",
    r"\overset{a}{", r"\underbrace{", r"\text{", r"\mathbf", r"\mathbf{", r"\begin{cases}", r"\begin{matrix}x&",
    r"\left.", r"\left|", r"\right|", r"\left\{", r"\right.", "&", r"\\", "=x\\\\", "x=", "x,", r"x\quad ", "a→b",
    "a=b→", "∂", "∂/", "d", "dx/", r"\nabla_", r"\nabla_x", "d/dx ", r"\frac{d}{dx}", "|x", "|_{x=1}", "x(", "f(x)",
    "x[", "x[i]", "[[", "[i=j]", "1[", "1{", "(i=j)", r"\{", "cases(", "sum(", "sum_i ", "x'", "x²", "√", "if ",
    "for x", "and ", "1", "9^", "9^{", "1e", "x y ", "2x", "...", "a+", "a/", "(a+", "^{(", r"\text{a} ", "%", "\n",
    "=a\n", "(\n", "dx", "{a}^", r"\mathrm{d}", r"\arg", r"\begin{", r"\end{cases}", ".", "𝐖", "_{i,", "^{(l)",
)  # fmt: skip


def _read(text: str, surface: str) -> None:
    """Reads and writes; anything but a tree or a message of ours is raised."""
    for one in statements(snippet_of(text, surface)):
        if isinstance(one, InputError):
            assert one.what and one.place is not None
        else:
            assert all(written(one, to) for to in ("latex", "plain", "mathml"))


def _mutated(text: str, chance: random.Random, formulas: list[str]) -> str:
    characters = list(text)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(characters) + 1)
        kind = chance.randrange(4)
        if kind == 0 and characters:
            del characters[min(at, len(characters) - 1)]
        elif kind == 1:
            characters[at:at] = chance.choice(PIECES)
        elif kind == 2:
            to = chance.randrange(len(characters) + 1)
            characters[at:at] = characters[min(at, to) : max(at, to)]
        else:
            other = chance.choice(formulas)
            start = chance.randrange(len(other) + 1)
            characters[at:at] = other[start : start + chance.randint(1, 12)]
    return "".join(characters)


@pytest.mark.parametrize("surface", ["latex", "plain"])
def test_mutated_formulas_are_read_or_refused(surface: str) -> None:
    formulas = list(TABLES[surface])
    for number, text in enumerate(formulas):
        chance = random.Random(number)
        for _ in range(MUTATIONS):
            _read(_mutated(text, chance, formulas), surface)


@pytest.mark.parametrize("surface", ["latex", "plain"])
@pytest.mark.parametrize("unit", UNITS)
def test_the_longest_formula_of_one_piece_is_read_or_refused(unit: str, surface: str) -> None:
    found = statements(snippet_of((unit * LONGEST)[:LONGEST], surface))
    assert all(one.what if isinstance(one, InputError) else one.sides for one in found)


@pytest.mark.parametrize("surface", ["latex", "plain"])
@pytest.mark.parametrize("unit", UNITS)
def test_what_is_repeated_behind_a_symbol_or_closed_is_read_or_refused(unit: str, surface: str) -> None:
    _read("x" + unit * (SHORT // len(unit)), surface)
    half = unit * (SHORT // len(unit) // 2)
    closing = "".join({"{": "}", "(": ")", "[": "]"}.get(character, "") for character in reversed(half))
    _read(half + "x" + closing, surface)


def test_a_tower_of_powers_is_only_a_tree() -> None:
    (one,) = statements(snippet_of("x^{9^{9^9}}", "latex"))
    assert not isinstance(one, InputError)

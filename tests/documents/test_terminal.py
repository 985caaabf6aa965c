"""The text for the terminal: complete, aligned, and no wider than its window."""

from __future__ import annotations

import re

import pytest

from codegen.formats.terminal import Part, describe
from derive.backward import differentiate
from derive.language import parse
from tests.documents.networks import NETWORKS, perceptron, rectifier
from tests.zoo import text


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("width", [60, 80, 110])
def test_lines_stay_in_the_window(name: str, width: int) -> None:
    derivation = differentiate(NETWORKS[name]())
    for line in describe(derivation, derivation.wanted, width).splitlines():
        assert len(line) <= width, line


def test_the_gradient_asked_for_ends_the_text_with_its_number() -> None:
    text = describe(differentiate(perceptron()), "W1", 100)
    assert text.rstrip().endswith("∂E/∂W1[i,j] = Σ_n x[n,i]·dz1[n,j]   (12)")
    assert text.endswith("\n")


def test_only_what_the_gradient_needs_is_derived() -> None:
    text = describe(differentiate(perceptron()), ("b2",), 100)
    assert "Gradient with respect to z2" in text and "Gradient with respect to b2" in text
    assert "Gradient with respect to h" not in text and "Gradient with respect to W1" not in text


def test_every_step_has_its_reason() -> None:
    text = describe(differentiate(perceptron()), "W1", 110)
    for reason in ("quotient rule", "contract the delta", "the rows of y sum to one", "definition of p"):
        assert reason in text


def test_equals_signs_stand_below_each_other() -> None:
    text = describe(differentiate(rectifier()), "w", 100)
    for block in text.split("\n\n"):
        chain = [line for line in block.splitlines() if line.lstrip().startswith("= ") or " = " in line]
        if len(chain) > 1 and chain[1].lstrip().startswith("= "):
            assert {line.index(" = ") for line in chain if line.lstrip().startswith("= ")} == {chain[0].index(" = ")}


def test_an_output_that_is_read_again_has_two_gradients() -> None:
    found = differentiate(parse(text("two outputs, one of them read again")))
    written = " ".join(describe(found, "W", 100).split())
    assert "dh is the part of its gradient that is handed in, dh_ is only the part that comes back" in written


def test_a_name_without_gradient_is_refused() -> None:
    with pytest.raises(KeyError, match="no gradient by q"):
        describe(differentiate(rectifier()), "q", 80)


def test_colours_take_no_room() -> None:
    derivation = differentiate(perceptron())

    def paint(text: str, part: Part) -> str:
        return f"\x1b[{1 if part is Part.HEADING else 36}m{text}\x1b[0m"

    painted = describe(derivation, derivation.wanted, 80, paint=paint)
    assert "\x1b[1mForward\x1b[0m" in painted and "\x1b[36mcontract the delta" in painted
    assert re.sub(r"\x1b\[\d+m", "", painted) == describe(derivation, derivation.wanted, 80)

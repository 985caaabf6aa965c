"""What a document contains: every part of a derivation, in the order in which a reader needs it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from codegen.block import Block, Display, Document, Graph, Heading, Listing, Math, Paragraph, Points, Steps, Table, Text
from codegen.document import document
from codegen.notation.formula import Formula
from codegen.notation.plain import plain
from codegen.outline import outline
from codegen.outline.checked import WrongGradient, compared
from codegen.outline.example import number, printed
from derive.backward import differentiate
from derive.derivation import Derivation
from derive.equation import Equation
from derive.language import gallery_path, read
from tests.documents.networks import NETWORKS, neuron, normalisation, perceptron, rectifier
from tests.documents.worth import walk


@cache
def derivation(name: str) -> Derivation:
    return differentiate(NETWORKS[name]())


def made(found: Derivation) -> Document:
    return outline(found, {})


def words(text: Text) -> str:
    return "".join(plain(p.formula) if isinstance(p, Math) else p if isinstance(p, str) else p.text for p in text)


def said(block: Block) -> str:
    """Everything that a block says, on one line."""
    match block:
        case Heading(_, text) | Paragraph(text):
            return words(text)
        case Points(items):
            return " ".join(words(item) for item in items)
        case Display(rows):
            return " ".join(f"{plain(left)} = {plain(right)} ({place})" for left, right, place in rows)
        case Steps(left, rows, place):
            return (
                f"{plain(left)} = "
                + " = ".join(f"{plain(row.formula)} [{words(row.reason)}]" for row in rows)
                + f" ({place})"
            )
        case Table(head, rows):
            return " | ".join(words(cell) for row in (head, *rows) for cell in row)
        case Listing(_, code):
            return code
        case Graph(nodes, edges):
            return f"{[node.key for node in nodes]} {edges}"


def headings(found: Document) -> list[str]:
    return [words(block.text) for block in found.blocks if isinstance(block, Heading)]


def section(found: Document, title: str) -> str:
    """All that is said below a heading, up to the next one of its level."""
    lines: list[str] = []
    level = 0
    for block in found.blocks:
        if isinstance(block, Heading):
            if level and block.level <= level:
                break
            if words(block.text) == title:
                level = block.level
                continue
        if level:
            lines.append(said(block))
    assert lines, f"no section {title} in {headings(found)}"
    return "\n".join(lines)


@pytest.mark.parametrize("name", NETWORKS)
def test_every_gradient_has_its_subsection_and_every_equation_its_number_once(name: str) -> None:
    found = made(derivation(name))
    titles = headings(found)
    numbers: list[int] = []
    for block in found.blocks:
        if isinstance(block, Display) and not block.boxed:
            numbers += [place for _, _, place in block.rows if place is not None]
        elif isinstance(block, Steps) and block.number is not None:
            numbers.append(block.number)
    for adjoint in derivation(name).adjoints:
        assert f"Gradient by {adjoint.of.name}" in titles
    assert numbers == sorted(derivation(name).numbers.values())


@pytest.mark.parametrize("name", NETWORKS)
def test_the_parts_stand_in_reading_order(name: str) -> None:
    expected = ["Symbols and shapes", "Forward pass", "Computational graph", "Backward pass", "All gradients"]
    titles = [title for title in headings(made(derivation(name))) if title in expected or title.startswith("What was")]
    assert titles == [*expected, "What was checked, and how"]


@pytest.mark.parametrize("name", NETWORKS)
def test_every_result_in_the_document_is_the_one_that_was_derived(name: str) -> None:
    found = made(derivation(name))
    text = "\n".join(said(block) for block in found.blocks)
    for adjoint in derivation(name).adjoints:
        assert f"({derivation(name).numbers[adjoint.tensor.name]})" in text


def test_softmax_shows_its_two_cases() -> None:
    text = section(made(derivation("perceptron")), "Gradient by z2")
    assert "quotient rule" in text
    assert "l = k" in text and "p[n,k]·(1 - p[n,k])" in text
    assert "l ≠ k" in text and "-p[n,k]·p[n,l]" in text
    assert "p[n,l]·(δ[k,l] - p[n,k])" in text


def test_the_fact_that_is_used_is_cited_and_the_one_that_is_missing_is_named() -> None:
    with_fact = section(made(derivation("perceptron")), "Gradient by z2")
    assert "the rows of y sum to one" in with_fact
    assert "missing" not in with_fact
    without = section(made(differentiate(perceptron(facts=()))), "Gradient by z2")
    assert "A fact is missing" in without
    assert "the rows of y sum to one" in without


def test_a_kink_is_named_with_the_value_chosen_there() -> None:
    text = section(made(derivation("rectifier")), "Gradient by lv")
    assert "A kink" in text and "no derivative where" in text


def test_a_value_that_is_read_twice_gets_the_sum_over_its_uses() -> None:
    text = section(made(derivation("rectifier")), "Gradient by lv")
    assert "adds up what comes back from each" in text
    assert "∂E/∂lv[n]|direct" in text


def test_a_layer_explains_the_loss_behind_it() -> None:
    text = section(made(derivation("normalisation")), "Symbols and shapes")
    assert "A layer has no loss of its own" in text
    assert "handed to it, in code as dy" in text


def test_the_worked_example_is_computed() -> None:
    text = section(made(derivation("neuron")), "Worked example")
    # By hand: a = 0.8 * 0.5, E = 0.6^2 / 2, dE/dw = -0.6 * 0.5, w = 0.8 + 0.1 * 0.3, E = (0.415 - 1)^2 / 2
    for expected in ("0.40000000", "0.18000000", "−0.30000000", "0.83000000", "0.17111250"):
        assert expected in text
    assert "Worked example" not in headings(made(derivation("perceptron")))


def test_the_box_holds_exactly_what_was_asked_for() -> None:
    for name in NETWORKS:
        (box,) = (block for block in made(derivation(name)).blocks if isinstance(block, Display) and block.boxed)
        assert len(box.rows) == len(derivation(name).wanted)


def test_matrix_notation_says_what_the_index_notation_says() -> None:
    found = made(derivation("perceptron"))
    assert "z1 = x·W1 + 1·b1ᵀ" in section(found, "Forward pass")
    assert "dW1 = xᵀ·dz1" in section(found, "Gradient by W1")
    assert "db1 = dz1ᵀ·1" in section(found, "Gradient by b1")
    assert "dh = dz2·W2ᵀ" in section(found, "Gradient by h")
    assert "dz2 = (1/N)·(p - y)" in section(found, "Gradient by z2")


def test_a_wrong_gradient_is_never_handed_out() -> None:
    found = derivation("perceptron")
    *others, last = found.adjoints
    wrong = replace(last, equation=Equation(last.equation.tensor, last.letters, 2 * last.equation.right))
    with pytest.raises(WrongGradient, match=last.of.name):
        compared(replace(found, adjoints=(*others, wrong)))
    assert compared(found) is not None


def test_the_same_derivation_gives_the_same_bytes() -> None:
    for format in ("md", "tex"):
        assert document(differentiate(rectifier()), format) == document(differentiate(rectifier()), format)


def test_an_unknown_format_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="md, tex"):
        document(differentiate(neuron()), "docx")


def test_numbers_have_eight_digits() -> None:
    assert number(1 / 3) == "0.33333333"
    assert number(-2.5) == "−2.50000000"
    assert number(3) == "3"
    assert number(1.5e-9) == "1.50000000e-09"
    assert printed(np.array([[1.0, 0.25], [2.0, 3.0]])) == "(1, 0.25000000; 2, 3)"
    assert printed(np.zeros((7, 7))).startswith("7 × 7 numbers")


@pytest.mark.parametrize("make", [perceptron, rectifier, normalisation, neuron])
def test_no_bound_letter_repeats_a_letter_around_it(make) -> None:  # type: ignore[no-untyped-def]
    from codegen.notation import formula as f

    def check(node: object, around: frozenset[str]) -> None:
        if isinstance(node, f.Big):
            names = [letter.name for letter in node.letters]
            assert len(set(names)) == len(names) and not around & set(names)
            around |= set(names)
        for part in (
            vars(node).values() if hasattr(node, "__dataclass_fields__") else node if isinstance(node, tuple) else ()
        ):
            check(part, around)

    found: list[Formula] = []
    for block in made(differentiate(make())).blocks:
        if isinstance(block, Steps):
            found += [row.formula for row in block.rows]
    assert found
    for formula in found:
        check(formula, frozenset())
        assert any(True for _ in walk(formula))


def test_the_published_worked_example_is_in_its_document() -> None:
    text = section(made(differentiate(read(gallery_path("worked_example")))), "Worked example")
    updated = [
        "0.29959556",
        "0.24919112",
        "0.39964496",
        "0.34928991",
        "0.43703857",
        "0.38685205",
        "0.69629578",
        "0.59624247",
    ]  # as published, to eight digits
    for expected in ("0.02397190", "0.02592286", "0.02323634", *updated):
        assert expected in text

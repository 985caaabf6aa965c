"""What a document contains: every part of a derivation, in the order in which a reader needs it."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from codegen.block import (
    Block,
    Display,
    Document,
    Forms,
    Graph,
    Heading,
    Listing,
    Math,
    Paragraph,
    Points,
    Steps,
    Table,
    Text,
)
from codegen.document import document
from codegen.notation.formula import Big, Formula
from codegen.notation.plain import plain
from codegen.outline import outline
from codegen.outline.checked import WrongGradient, compared
from codegen.outline.legend import nodes
from derive.backward import differentiate
from derive.derivation import Derivation
from derive.equation import Equation
from derive.language import gallery_path, parse, read
from tests.documents.networks import NETWORKS, neuron, normalisation, perceptron, rectifier
from tests.documents.worth import walk
from tests.zoo import text as text_of_zoo


def layer(*equations: str) -> str:
    """A layer with one input and one parameter."""
    return "\n".join(("network layer", "dim N", "input x[N]", "param w", *equations, ""))


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
        case Forms(_, together):
            return " ".join(said(part) for part in together)
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
        assert f"Gradient with respect to {adjoint.of.name}" in titles
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
    text = section(made(derivation("perceptron")), "Gradient with respect to z2")
    assert "quotient rule" in text
    assert "l = k" in text and "p[n,k]·(1 - p[n,k])" in text
    assert "l ≠ k" in text and "-p[n,k]·p[n,l]" in text
    assert "p[n,l]·(δ[k,l] - p[n,k])" in text


def test_the_fact_that_is_used_is_cited_and_the_one_that_is_missing_is_named() -> None:
    with_fact = section(made(derivation("perceptron")), "Gradient with respect to z2")
    assert "the rows of y sum to one" in with_fact
    assert "missing" not in with_fact
    without = section(made(differentiate(perceptron(facts=()))), "Gradient with respect to z2")
    assert "A fact is missing" in without
    assert "the rows of y sum to one" in without


def test_a_kink_is_named_with_the_value_chosen_there() -> None:
    text = section(made(derivation("rectifier")), "Gradient with respect to lv")
    assert "A kink" in text and "no derivative where" in text


def test_the_place_of_a_kink_is_an_equation_with_its_number_on_the_right() -> None:
    found = made(differentiate(parse(layer("output y = max(0, w * x) + relu(w)"))))
    text = section(found, "Gradient with respect to w")
    assert "has no derivative where w·x[n] = 0; the derivative used there is 0" in text.replace("x[n]·w", "w·x[n]")
    assert "0 = " not in text


def test_a_function_that_stops_the_gradient_is_named_with_its_equation() -> None:
    found = made(differentiate(parse(layer("a = sign(w) * x", "output y = a + 1"))))
    assert "On its way to the loss there is sign in (1)" in section(found, "All gradients")


def test_the_value_called_a_is_mathematics_in_a_reason() -> None:
    found = differentiate(parse(layer("a = sigmoid(w * x)", "output y = a**2")))
    texts = [row.reason for block in made(found).blocks if isinstance(block, Steps) for row in block.rows]
    (reason,) = {text for text in texts if "definition of a" in words(text)}
    assert any(isinstance(piece, Math) and plain(piece.formula) == "a" for piece in reason)
    assert "(1)" in words(reason)


def test_the_forward_pass_shows_its_code_with_all_that_gradients_read_of_it() -> None:
    network = parse(layer("target t in N", "output y = log(exp(w * x[t]) / sum(exp(w * x[n]) for n))"))
    markdown = document(differentiate(network), "md")
    forward, backward = markdown.split("## 3 Computational graph")
    computed = set(re.findall(r"^(\w+) = ", forward, re.MULTILINE))
    assert computed
    for line in re.findall(r"^dw.* = (.*)$", backward, re.MULTILINE):
        assert set(re.findall(r"\b[a-z]+_[a-z]+\b", line)) <= computed


def test_no_letter_of_a_sum_looks_like_a_value() -> None:
    found = differentiate(read(gallery_path("mlp_relu")))
    sums = [node for node in nodes(made(found).blocks) if isinstance(node, Big)]
    assert sums
    assert not {letter.name for node in sums for letter in node.letters} & {"h", "z", "p", "b", "x", "y"}


def test_code_is_named_as_the_code_names_it() -> None:
    markdown = document(differentiate(parse(layer("a' = w * x", "output y = a'**2"))), "md")
    assert "| $a'$ | `a_prime` |" in markdown
    assert "`a'`" not in markdown


def test_an_output_that_is_read_again_has_two_gradients_with_two_symbols() -> None:
    found = differentiate(parse(text_of_zoo("two outputs, one of them read again")))
    markdown = document(found, "md")
    assert r"\bar h$, in code `dh`" in markdown
    assert r"\left(\bar h_{nj} + \frac{\partial L}{\partial h_{nj}}\right)" in markdown
    assert r"\bar" not in document(derivation("normalisation"), "md")


def test_the_mark_of_a_gradient_is_no_accent_of_a_name() -> None:
    text = layer("h = w * x", "output h_bar = tanh(h)", "output y = h_bar**2")
    assert r"\check{\bar h}" in document(differentiate(parse(text)), "md")


def test_an_example_without_finite_numbers_says_so() -> None:
    text = "network n\ndim N\ninput x[N] = [1, -1]\nparam w = 2\nloss E = sum(log(w * x))\n"
    found = section(made(differentiate(parse(text))), "Worked example")
    assert "With these values E (1) is not a finite number" in found
    assert "nan" not in found


def test_what_differences_cannot_see_is_said() -> None:
    title = "What was checked, and how"
    held = "whatever stop() encloses is held fixed"
    assert held in section(made(differentiate(parse(text_of_zoo("a stopped gradient")))), title)
    assert held not in section(made(derivation("perceptron")), title)


def test_a_layer_without_gradients_claims_no_comparison() -> None:
    found = differentiate(parse(layer("a = sign(w) * sign(x)", "output y = a + 1")))
    assert compared(replace(found, wanted=())) is None


def test_conditions_on_the_letter_of_a_sum_are_no_cases_of_the_result() -> None:
    found = made(differentiate(parse(text_of_zoo("pairwise hinge"))))
    assert "Case by case" not in section(found, "Gradient with respect to r")


def test_a_value_that_is_read_twice_gets_the_sum_over_its_uses() -> None:
    text = section(made(derivation("rectifier")), "Gradient with respect to lv")
    assert "adds up what comes back from each" in text
    assert "∂E/∂lv[n]|direct" in text


def test_a_layer_explains_the_loss_behind_it() -> None:
    text = section(made(derivation("normalisation")), "Symbols and shapes")
    assert "A layer has no loss of its own" in text
    assert "handed to it, in code as dy" in text


def test_the_worked_example_is_computed() -> None:
    text = section(made(derivation("neuron")), "Worked example")
    # By hand: a = 0.8 * 0.5, E = 0.6^2 / 2, dE/dw = -0.6 * 0.5, w = 0.8 + 0.1 * 0.3, E = (0.415 - 1)^2 / 2
    for expected in ("0.40000000", "0.18000000", "-0.30000000", "0.83000000", "0.17111250"):
        assert expected in text
    assert "Worked example" not in headings(made(derivation("perceptron")))


def test_the_box_holds_exactly_what_was_asked_for() -> None:
    for name in NETWORKS:
        (box,) = (block for block in made(derivation(name)).blocks if isinstance(block, Display) and block.boxed)
        assert len(box.rows) == len(derivation(name).wanted)


def test_matrix_notation_says_what_the_index_notation_says() -> None:
    found = made(derivation("perceptron"))
    assert "z1 = x·W1 + 1·b1ᵀ" in section(found, "Forward pass")
    assert "dW1 = xᵀ·dz1" in section(found, "Gradient with respect to W1")
    assert "db1 = dz1ᵀ·1" in section(found, "Gradient with respect to b1")
    assert "dh = dz2·W2ᵀ" in section(found, "Gradient with respect to h")
    assert "dz2 = (1/N)·(p - y)" in section(found, "Gradient with respect to z2")


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

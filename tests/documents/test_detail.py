"""How much a document shows: the result has no steps, everything has every step, and the steps lie between."""

from __future__ import annotations

import re
from functools import cache

import pytest

from codegen.block import Block, Display, Document, Heading, Math, Row, Steps, Table, laid_out
from codegen.detail import DETAILS, Detail
from codegen.document import document
from codegen.emit import backward_lines, emit, listing
from codegen.formats import FORMATS
from codegen.notation.formula import Derivative, Number
from codegen.outline import outline
from codegen.outline.chain import SLOPE
from codegen.outline.legend import nodes
from codegen.outline.local import is_circle
from codegen.outline.page import page
from codegen.outline.rule_formulas import FORMULAS, IN_WORDS
from derive.backward import differentiate
from derive.index import Index, dimension
from derive.language import parse
from derive.language.names import identifier
from derive.operators import Delta
from derive.rules.derivatives import DERIVATIVE_RULES
from tests.documents.gallery import derived
from tests.engine.test_rules import RULES

NAMES = ("mlp", "batch_norm", "attention", "lstm", "worked_example", "gaussian_nll")


@cache
def written(name: str, detail: Detail) -> Document:
    item = derived(name)
    return outline(item, listing(item), spelled=identifier, detail=detail, backward=backward_lines(item))


def chains(name: str, detail: Detail) -> list[Steps]:
    return [block for block in written(name, detail).blocks if isinstance(block, Steps)]


def headings(item: Document) -> list[str]:
    return ["".join(str(piece) for piece in block.text if isinstance(piece, str))
            for block in item.blocks if isinstance(block, Heading)]  # fmt: skip


def words(row: Row) -> str:
    return "".join(piece for piece in row.reason if isinstance(piece, str))


def rule_said(rule: str) -> str:
    """The beginning of the reason that a step by this rule is given."""
    if rule.startswith(SLOPE):
        return f"derivative of {rule.removeprefix(SLOPE)}"
    return {"local derivatives": "local derivatives put in", "fold into forward values": "definition of",
            "use a fact": ""}.get(rule, rule)  # fmt: skip


# Everything


@pytest.mark.parametrize("name", NAMES)
def test_everything_names_every_application_of_every_rule(name: str) -> None:
    item = derived(name)
    applied = [step.rule for lemma in item.lemmas for step in lemma.steps]
    applied += [step.rule for restated in item.restatements for step in restated.steps]
    for adjoint in item.adjoints:
        applied += [step.rule for local in adjoint.locals for step in local.steps]
        # The chain rule itself has a line of its own above; where the loss reads the tensor there is nothing to put in.
        direct = len(adjoint.locals) == 1 and adjoint.locals[0].consumer.tensor.name in item.network.results
        left_out = ("local derivatives",) if direct and not item.upstream else ()
        applied += [step.rule for step in adjoint.steps[1:] if step.rule not in left_out]
    said = [words(row) for chain in chains(name, Detail.EVERYTHING) for row in chain.rows]
    for rule in dict.fromkeys(applied):
        found = sum(text.count(rule_said(rule)) for text in said) if rule_said(rule) else len(said)
        assert found >= applied.count(rule), rule


@pytest.mark.parametrize("name", [name for name in NAMES if name != "worked_example"])
def test_every_line_but_the_first_has_its_reason(name: str) -> None:
    # Lines of numbers, which a worked example has, need none.
    for chain in chains(name, Detail.EVERYTHING):
        assert all(row.reason for row in chain.rows[1:])


@pytest.mark.parametrize("name", NAMES)
def test_lines_grow_in_number_with_the_detail(name: str) -> None:
    few, more = (sum(len(chain.rows) for chain in chains(name, detail)) for detail in (Detail.STEPS, Detail.EVERYTHING))
    assert chains(name, Detail.RESULT) == []
    assert 0 < few < more


def test_no_line_of_everything_shows_what_the_one_above_shows() -> None:
    for name in NAMES:
        for chain in chains(name, Detail.EVERYTHING):
            assert all(one.formula != two.formula for one, two in zip(chain.rows[1:], chain.rows[2:], strict=False))


def test_the_letters_of_a_rule_are_told() -> None:
    rows = [row for chain in chains("mlp", Detail.EVERYTHING) for row in chain.rows]
    (quotient,) = [row for row in rows if words(row).startswith("quotient rule")]
    formulas = [piece.formula for piece in quotient.reason if isinstance(piece, Math)]
    assert formulas[0] == FORMULAS["quotient rule"]
    assert len(formulas) == 3
    before = rows[rows.index(quotient) - 1].formula
    parts = list(nodes(before))
    assert all(formula.items[1] in parts for formula in formulas[1:])  # type: ignore[union-attr]


def test_a_term_that_does_not_move_is_named() -> None:
    rows = [words(row) for chain in chains("mlp", Detail.EVERYTHING) for row in chain.rows]
    assert sum("the derivative of  is 0" in text for text in rows) >= 6


def cases(source: str) -> list[Table]:
    """The tables of cases in the whole derivation of a small network."""
    item = differentiate(parse(f"network small\n{source}"))
    here = outline(item, listing(item), detail=Detail.EVERYTHING)
    return [block for block in laid_out(here.blocks) if isinstance(block, Table) and block.head[0] == ("case",)]


def test_a_delta_has_both_its_cases_even_where_it_is_the_result() -> None:
    (table,) = cases("dim T, D\ninput x[T, D]\noutput y[a,b,d] = x[a,d] - x[b,d]")
    assert len(table.rows) == 4
    (table,) = cases("dim N, K\ninput z[N, K]\noutput p = softmax(z)")
    assert len(table.rows) == 2


def test_two_deltas_have_four_cases_each_with_its_value() -> None:
    (table,) = cases("dim N\ninput x[N]\noutput y[n,m] = x[n] + x[m]")
    values = [piece.formula for _, cell in table.rows for piece in cell if isinstance(piece, Math)]
    assert values == [Number("2"), Number("1"), Number("1"), Number("0")]


def test_three_letters_that_are_compared_in_a_circle_have_no_table() -> None:
    m, n, p = (Index(name, dimension("N")) for name in "mnp")
    assert is_circle([Delta(m, n), Delta(n, p), Delta(m, p)])
    assert not is_circle([Delta(m, n), Delta(n, p)])


# The result


@pytest.mark.parametrize("name", NAMES)
def test_the_result_has_every_equation_that_is_computed(name: str) -> None:
    item = derived(name)
    here = written(name, Detail.RESULT)
    numbers = {item.numbers[equation.tensor.name] for equation in (*item.network.equations, *item.backward)}
    assert numbers <= set(numbered(here.blocks))
    assert headings(here) == ["Forward pass", "All gradients"]
    assert not any(isinstance(node, Derivative) for node in nodes(here.blocks))


def numbered(blocks: tuple[Block, ...]) -> list[int]:
    """The numbers of the equations in displays and in tables of notations."""
    found: list[int] = []
    for block in laid_out(blocks):
        if isinstance(block, Display):
            found += [number for _, _, number in block.rows if number is not None]
        elif isinstance(block, Table):
            found += [int(row[0][0].strip("()")) for row in block.rows
                      if row[0] and isinstance(row[0][0], str) and re.fullmatch(r"\(\d+\)", row[0][0])]  # fmt: skip
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_result_has_the_code_of_the_backward_pass(name: str) -> None:
    item = derived(name)
    text = document(item, detail="result")
    lines = backward_lines(item)
    assert lines
    assert all(line.strip() in text for line in lines)


def test_the_lines_of_the_backward_pass_are_those_of_the_module() -> None:
    item = derived("lstm")
    body = emit(item).partition("def backward(")[2].partition("\n    return")[0].split("\n")
    code = [line.partition("#")[0].strip() for line in body]
    own = [line.strip() for line in backward_lines(item)]
    assert own == [line for line in code if line in own]


def test_the_result_is_short() -> None:
    full, short = (document(derived("mlp"), detail=detail) for detail in ("steps", "result"))
    assert 3 * len(short) < len(full)


# All of them


@pytest.mark.parametrize("name", ["mlp", "lstm", "gaussian_nll"])
@pytest.mark.parametrize("detail", [Detail.RESULT, Detail.EVERYTHING])
def test_documents_of_every_detail_are_sound(name: str, detail: Detail) -> None:
    for format in ("md", "tex"):
        assert FORMATS[format].violations(FORMATS[format].render(written(name, detail))) == []


def test_every_rule_has_a_formula_or_needs_none() -> None:
    names = {rule.name for rule in RULES.values()} | {rule.name for rule in DERIVATIVE_RULES}
    assert not set(FORMULAS) & set(IN_WORDS)
    assert names <= set(FORMULAS) | set(IN_WORDS)


def test_the_details_are_those_of_the_command() -> None:
    assert DETAILS == ("result", "steps", "everything")
    with pytest.raises(ValueError, match="'all' is no depth of detail; there are result, steps, everything"):
        document(derived("mlp"), detail="all")


def test_steps_are_what_a_page_shows_unless_it_is_told_otherwise() -> None:
    item = derived("mlp")
    assert page(item, {}).detail is Detail.STEPS
    assert document(item) == document(item, detail="steps", lang="en")

"""A mistake that was put into a claim is named, and the correction that is offered makes the claim true."""

from __future__ import annotations

from functools import cache

import pytest

import derive
from derive.errors import InputError
from derive.language import gallery_path
from derive.verification.diagnosis import diagnosed, residue
from derive.verification.formula import snippet_of, statements
from derive.verification.formula.tree import Statement
from derive.verification.judge import Judge
from derive.verification.names import Names
from derive.verification.points import points_for
from derive.verification.reading import Reading
from derive.verification.verdict import Diagnosis
from tests.verification.planted_claims import COLUMNS, PLANTED, ROWS, TABLE, Planted


@cache
def judge_of(network: str, layout: str, batch: str) -> Judge:
    read = derive.read(gallery_path(network))
    names = Names(read)
    return Judge(names, Reading(layout, batch), points_for(read, names.batch, batch == "one"))  # type: ignore[arg-type]


def statement_of(text: str, surface: str) -> Statement:
    (found,) = statements(snippet_of(text, surface))  # type: ignore[arg-type]
    assert not isinstance(found, InputError), found
    return found


def diagnosis_of(network: str, reading: tuple[str, str], surface: str, text: str) -> Diagnosis | None:
    judge, statement = judge_of(network, *reading), statement_of(text, surface)
    trial = judge.tried(statement, 0, surface)
    assert not trial.equal, f"{text} holds"
    return diagnosed(statement, 0, surface, judge, trial)


def _name(planted: Planted) -> str:
    return f"{planted.network}: {planted.left} = {planted.wrong}"


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row[0]}: {row[3]}")
def test_what_is_spoilt_holds(row: tuple[str, tuple[str, str], str, str, str, object]) -> None:
    network, reading, surface, left, right, _ = row
    judge = judge_of(network, *reading)
    assert judge.tried(statement_of(f"{left} = {right}", surface), 0, surface).equal


@pytest.mark.parametrize("planted", PLANTED, ids=_name)
def test_a_mistake_is_named(planted: Planted) -> None:
    found = diagnosis_of(planted.network, planted.reading, planted.surface, f"{planted.left} = {planted.wrong}")
    assert found is not None
    assert found.mistake.name == planted.kind, found
    assert found.sentence


@pytest.mark.parametrize("planted", PLANTED, ids=_name)
def test_a_correction_read_again_makes_the_claim_true(planted: Planted) -> None:
    found = diagnosis_of(planted.network, planted.reading, planted.surface, f"{planted.left} = {planted.wrong}")
    assert found is not None
    if not found.correction:
        assert found.mistake.name in ("PATH", "FACT", "DELTA", "SHAPE", "ACTIVATION")
        return
    corrected = statement_of(f"{planted.left} = {found.correction}", planted.surface)
    judge = judge_of(planted.network, *planted.reading)
    assert judge.tried(corrected, 0, planted.surface).equal, found


def test_there_are_mistakes_of_most_kinds() -> None:
    assert len(PLANTED) >= 80
    assert len({planted.kind for planted in PLANTED}) >= 12


UNDECLARED = """\
network undeclared "Softmax and cross-entropy, nothing known of y"
dim     N, K
input   a[N, K]
target  y[N, K]
wrt     a

p = softmax(a)
loss C = mean(cross_entropy(p, y))
"""


def test_a_fact_that_was_not_declared_is_named() -> None:
    network = derive.parse(UNDECLARED)
    names = Names(network)
    judge = Judge(names, Reading("row", "all"), points_for(network, names.batch, False))
    statement = statement_of("da = (p - y) / N", "plain")
    found = diagnosed(statement, 0, "plain", judge, judge.tried(statement, 0, "plain"))
    assert found is not None
    assert found.mistake.name == "FACT"
    assert "the rows of y sum to one" in found.sentence


def test_shapes_that_nothing_corrects_are_said() -> None:
    found = diagnosis_of("mlp", ROWS, "plain", "dW1 = x @ h @ y @ W2")
    assert found is not None
    assert found.mistake.name == "SHAPE"
    assert "(" in found.sentence


@pytest.mark.parametrize(
    "text",
    [
        "dz2 = sin(p) * cos(y) / N**3 + h[1,1]",
        "dW2 = h.T @ (p * z2)",
        "dh = exp(h)",
        "dz1 = dz2 @ W2.T * h * (1 - h) * sin(z1)**2 + x[1,1]",
    ],
)
def test_what_is_wrong_beyond_one_mistake_is_not_diagnosed(text: str) -> None:
    assert diagnosis_of("mlp", ROWS, "plain", text) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dz2 = (p - y) / (3 * N * N)", "left / right is 3 N everywhere"),
        ("dz2 = (y - p) / 2", "left / right is -2/N everywhere"),
        ("dz1 = dz2 @ W2.T * h * (1 - h) + 3 * z1", "left - right is -3 * z1"),
        ("dz2 = sin(p)", ""),
    ],
)
def test_what_is_left_over_is_said_where_it_can_be(text: str, told: str) -> None:
    judge = judge_of("mlp", *ROWS)
    assert residue(statement_of(text, "plain"), 0, "plain", judge) == told


def test_a_formula_on_the_left_is_corrected_there() -> None:
    found = diagnosis_of("mlp", COLUMNS, "latex", r"W^{(2)} \delta^{(2)} = \frac{\partial E}{\partial a^{(1)}}")
    assert found is not None
    assert found.mistake.name == "TRANSPOSE"


def test_a_number_that_is_another_one_everywhere_is_told() -> None:
    found = diagnosis_of("mlp", ROWS, "latex", r"\sum_k p_{nk} = 0")
    assert found is not None
    assert (found.mistake.name, found.correction) == ("VALUE", "1")


def test_another_left_side_may_be_what_is_meant() -> None:
    found = diagnosis_of("mlp", COLUMNS, "latex", r"\frac{\partial E}{\partial z_1} = p - y")
    assert found is not None
    assert found.mistake.name == "INDEX"
    assert "z_{2}" in found.sentence


@pytest.mark.parametrize("text", ["dz2 = 0", "dx = 0", "dz2 = 0 * p"])
def test_a_gradient_said_to_be_zero_has_lost_no_single_path(text: str) -> None:
    found = diagnosis_of("mlp", ROWS, "plain", text)
    assert found is None or found.mistake.name != "PATH"


def test_a_long_formula_is_not_searched_through() -> None:
    text = "dW1 = " + " + ".join(f"W{number % 8 + 1} * h1 * (1 - h1)" for number in range(60))
    assert diagnosis_of("worked_example", ROWS, "plain", text) is None


def test_the_place_is_the_part_that_is_wrong() -> None:
    found = diagnosis_of("mlp", ROWS, "plain", "dW2 = x.T @ dz2")
    assert found is not None
    assert found.place is not None
    assert found.place.source[found.place.column - 1 :].startswith("x")


def test_two_runs_say_the_same() -> None:
    text = "dz1 = dz2 @ W2.T * (1 - h**2)"
    assert diagnosis_of("mlp", ROWS, "plain", text) == diagnosis_of("mlp", ROWS, "plain", text)

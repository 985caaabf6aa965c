"""What is wrong with a printed number: digits, rounding, the point, the sign, a factor, or the value as such."""

from __future__ import annotations

import pytest

import derive
from derive.verification.diagnosis import diagnosed_numbers
from derive.verification.formula.tree import Negative, Number
from derive.verification.verdict import Diagnosis


@pytest.mark.parametrize(
    ("printed", "true", "kind", "told"),
    [
        ("0.02592386", 0.02592286, "DIGITS", "one digit is wrong, 3 for 2: the value is 0.02592286"),
        ("0.0259826", 0.0259286, "DIGITS", "two digits are swapped, 82 for 28"),
        ("0.5194", 0.52194, "DIGITS", "the digit 2 is missing"),
        ("0.609944", 0.60944, "DIGITS", "the digit 9 is one too many"),
        ("0.70", 0.36, "VALUE", "the value is 0.36"),
        ("0.5274320", 0.5247320, "DIGITS", "two digits are swapped, 74 for 47: the value is 0.5247320"),
        ("0.5199", 0.51998934, "ROUNDING", "0.5200"),
        ("0.51999", 0.5199793, "ROUNDING", "0.519979"),
        ("0.2592", 0.02592286, "FACTOR", "decimal point"),
        ("0.051846", 0.025923, "FACTOR", "the factor 2 is superfluous"),
        ("0.0129615", 0.025923, "FACTOR", "the factor 2 is missing"),
        ("0.20944600", -0.209446, "SIGN", "-0.20944600"),
        ("0.7", 0.3, "VALUE", "the value is 0.3"),
        ("1.234e-5", 1.243e-5, "DIGITS", "1.243e-5"),
        ("12", 11.6, "VALUE", "the value is 11.6"),
        ("0.12", 0.11, "VALUE", "the value is 0.11"),
    ],
)
def test_the_slip_is_named(printed: str, true: float, kind: str, told: str) -> None:
    found = diagnosed_numbers(Number(printed), true)
    assert found.mistake.name == kind, found
    assert told in found.sentence


def test_a_minus_before_the_number_counts() -> None:
    found = diagnosed_numbers(Negative(Number("0.209446")), 0.209446)
    assert found.mistake.name == "SIGN"
    assert found.correction == "0.209446"


@pytest.mark.parametrize("true", [0.0, 1e300, 1e-300, -5.0, 123456789.123456789])
@pytest.mark.parametrize("printed", ["0", "0.0", "1e9", "3.", "99999", "0.000001"])
def test_any_number_gets_an_answer(printed: str, true: float) -> None:
    assert diagnosed_numbers(Number(printed), true).sentence


NEURON = """\
network one_neuron "A neuron with numbers"
input   x = 1.5
target  y = 0.25
param   w = 0.8, b = 0.3
learning_rate 0.1

z = w*x + b
a = sigmoid(z)
loss C = (a - y)**2 / 2
"""


def named(claim: str) -> Diagnosis:
    (verdict,) = derive.verify(derive.parse(NEURON), claim).verdicts
    assert verdict.diagnosis is not None, verdict
    return verdict.diagnosis


@pytest.mark.parametrize(
    ("claim", "kind", "told"),
    [
        ("z = 0.8 * 1.5 - 0.3", "SIGN", "+ is right"),
        ("z = 0.8 * 0.25 + 0.3", "SYMBOL", "0.25, the value of y, stands where x, 1.5, belongs"),
        ("z = 0.8 * 1.7 + 0.3", "VALUE", "it is 1.5"),
        ("b ← b - 0.1 * b * dC/db", "UPDATE", "no step of gradient descent"),
        ("dC/dw = 0.8514", "ACTIVATION", "the slope at a, 0.1491, is missing"),
        ("dC/dw = 0.151234", "VALUE", "0.126978"),
    ],
)
def test_a_wrong_reckoning_is_named(claim: str, kind: str, told: str) -> None:
    found = named(claim)
    assert found.mistake.name == kind, found
    assert told in found.sentence

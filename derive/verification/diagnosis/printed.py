"""What is wrong with a printed number: digits swapped, the last one rounded wrongly, the point, a sign, a factor."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, InvalidOperation

from derive.errors import Place
from derive.language.tree import NOWHERE
from derive.verification.digits import half_unit, significant
from derive.verification.formula.tree import Negative, Node, Number
from derive.verification.verdict import Diagnosis, Mistake

_EXACTLY = Context(prec=400)
_FACTORS = (2, 3, 4)
_SHIFTS = (1, -1, 2, -2, 3, -3)
# Of a number with fewer digits, two numbers agree too easily for a slip of the pen to be told from another value.
_FEWEST_DIGITS, _MANY_DIGITS = 3, 4


def diagnosed_numbers(printed: Node, true_value: float) -> Diagnosis:
    """The mistake in a printed number, perhaps with a minus before it, whose true value is known."""
    text, place = _text(printed)
    value, truth = Decimal(text), Decimal(repr(float(true_value)))
    right = _as_printed(truth, text)
    mistake, sentence = _slip(text, value, truth, right) or (Mistake.VALUE, "")
    told = f"{sentence}: the value is {right}" if sentence else f"the value is {right}"
    return Diagnosis(mistake, told, right, place)


def _slip(text: str, value: Decimal, truth: Decimal, right: str) -> tuple[Mistake, str] | None:
    if truth and _near(value, -truth, half_unit(text)):
        return Mistake.SIGN, "the sign is wrong"
    rounded, cut = _rounded(truth, text, ROUND_HALF_UP), _rounded(truth, text, ROUND_DOWN)
    if rounded is not None and "." in text:
        longer = _longer(truth, text)
        if value == cut != rounded:
            return Mistake.ROUNDING, f"{longer} was cut off, not rounded"
        has_more = not _near(rounded, truth, 0.0)  # a value with no more digits than were printed has not been rounded
        if has_more and abs(value - rounded) == _unit(text) and significant(text.lstrip("-")) > 1:
            return Mistake.ROUNDING, f"the last digit is off by one, it is {longer} before rounding"
    for shift in _SHIFTS:
        if truth and _near(value.scaleb(shift), truth, half_unit(text) * 10.0**shift):
            return Mistake.FACTOR, "the decimal point is shifted"
    for factor in _FACTORS:
        if truth and _near(value / factor, truth, half_unit(text) / factor):
            return Mistake.FACTOR, f"the factor {factor} is superfluous"
        if truth and _near(value * factor, truth, half_unit(text) * factor):
            return Mistake.FACTOR, f"the factor {factor} is missing"
    digits = _digits(text, right, truth) or _digits_nearly(text, rounded)
    return None if digits is None else (Mistake.DIGITS, digits)


def _text(node: Node) -> tuple[str, Place | None]:
    place = None if node.place is NOWHERE else node.place
    sign = ""
    while isinstance(node, Negative):
        sign = "" if sign else "-"
        node = node.of
    assert isinstance(node, Number)
    return sign + node.text, place


def _unit(text: str) -> Decimal:
    """What one more in the last printed digit is."""
    mantissa, _, exponent = text.lower().partition("e")
    return Decimal(1).scaleb(int(exponent or 0) - len(mantissa.partition(".")[2]))


def _rounded(truth: Decimal, text: str, way: str, further: int = 0) -> Decimal | None:
    """The true value with the decimals of the text, or with some more."""
    try:
        return truth.quantize(_unit(text).scaleb(-further), way, context=_EXACTLY)
    except InvalidOperation:
        return None


def _as_printed(truth: Decimal, text: str) -> str:
    """The true value with as many digits as the text has."""
    mantissa, _, exponent = text.lower().partition("e")
    if exponent:
        digits, _, power = f"{truth:.{len(mantissa.partition('.')[2])}e}".partition("e")
        return f"{digits}e{int(power)}"
    if "." not in mantissa and truth != truth.to_integral_value():
        return f"{float(truth):.6g}"
    rounded = _rounded(truth, text, ROUND_HALF_UP)
    return f"{float(truth):.6g}" if rounded is None or abs(truth) > 10**15 or not rounded else f"{rounded:f}"


def _longer(truth: Decimal, text: str) -> str:
    """The true value with two digits more than the text has."""
    found = _rounded(truth, text, ROUND_HALF_UP, further=2)
    return str(truth) if found is None else f"{found:f}"


def _near(value: Decimal, truth: Decimal, reach: float) -> bool:
    """True when two numbers differ by no more than printed digits leave open."""
    return abs(value - truth) <= Decimal(reach) * Decimal("1.000001") + abs(truth) * Decimal("1e-11")


def _digits(text: str, right: str, truth: Decimal) -> str | None:
    """How the digits of two numbers differ, where that is one slip of the pen."""
    a, b = text.lstrip("-"), right.lstrip("-")
    if text.startswith("-") != right.startswith("-") or significant(a) < _FEWEST_DIGITS or "." not in a:
        return None
    exchanged = _exchanged(a, b)
    if exchanged is not None:
        return exchanged
    shorter, longer = _as_printed(truth, text[:-1]).lstrip("-"), _as_printed(truth, text + "0").lstrip("-")
    point = a.index(".")
    for number in range(point + 1, len(a)):
        if a[:number] + a[number + 1 :] == shorter:
            return f"the digit {a[number]} is one too many"
    for number in range(point + 1, len(longer)):
        if longer[:number] + longer[number + 1 :] == a:
            return f"the digit {longer[number]} is missing"
    return None


def _exchanged(a: str, b: str) -> str | None:
    """One digit for another, or two neighbours swapped."""
    apart = [number for number in range(len(a)) if a[number] != b[number]] if len(a) == len(b) else []
    if len(apart) == 1:
        return f"one digit is wrong, {a[apart[0]]} for {b[apart[0]]}"
    if len(apart) == 2 and apart[1] == apart[0] + 1 and a[apart[0]] == b[apart[1]] and a[apart[1]] == b[apart[0]]:
        return f"two digits are swapped, {a[apart[0]]}{a[apart[1]]} for {b[apart[0]]}{b[apart[1]]}"
    return None


def _digits_nearly(text: str, rounded: Decimal | None) -> str | None:
    """The same, where the last digit is off by one beside it: the author reckoned with rounded numbers."""
    if rounded is None or "." not in text or "e" in text.lower() or significant(text.lstrip("-")) <= _MANY_DIGITS:
        return None
    near = (f"{rounded + step:f}" for step in (_unit(text), -_unit(text)))
    return next((found for other in near if (found := _exchanged(text, other)) is not None), None)

"""How wide a formula is on paper, in characters of its letters: enough to decide where a line is full."""

from __future__ import annotations

from codegen.notation import formula as f
from codegen.notation.symbol import read

_SUBSCRIPT = 0.7
_GAPS = {"equals": 3, "about": 3, "to": 3, "hadamard": 3, "over": 3, "times": 3}


def width(formula: object) -> float:
    """The width of the printed formula; fractions and cases are as wide as their widest part."""
    match formula:
        case f.Number(digits):
            return len(digits)
        case f.Name(name):
            symbol = read(name)
            stem = 1 if symbol.letter else len(symbol.stem)
            return stem + _SUBSCRIPT * sum(len(label) for label in symbol.labels)
        case f.Component(name, subscripts):
            return width(f.Name(name)) + _SUBSCRIPT * sum(width(item) for item in subscripts)
        case f.Gradient(_, _, of):
            return 1 + width(of)
        case f.Handed(_, _, of):
            return width(of)
        case f.Derivative(of, by):
            simple = isinstance(of, f.Name | f.Component | f.Call | f.Exponential)
            return 1 + max(width(of), width(by)) if simple else 3 + width(by) + width(of)
        case f.Fraction(top, bottom):
            return max(width(top), width(bottom)) + 0.5
        case f.Terms(items):
            return sum(width(item) + 2.5 for _, item in items) - 2
        case f.Factors(items):
            return sum(width(item) + 0.3 for item in items)
        case f.Infix(sign, items):
            return sum(width(item) for item in items) + _GAPS[sign] * (len(items) - 1)
        case f.Power(base, exponent):
            return width(base) + _SUBSCRIPT * width(exponent)
        case f.Exponential(exponent):
            return 1 + _SUBSCRIPT * width(exponent)
        case f.Big(_, letters, body, condition):
            below = sum(width(letter) for letter in letters) + len(letters) + (width(condition) if condition else 0)
            return max(2.5, _SUBSCRIPT * below) + width(body)
        case f.Call(name, arguments):
            return len(name) + 2 + sum(width(argument) + 1 for argument in arguments)
        case (
            f.Group(body)
            | f.Rounded(body)
            | f.Root(body)
            | f.Absolute(body)
            | f.Iverson(body)
            | f.Negative(body)
            | f.Primed(body)
        ):
            return width(body) + 1.5
        case f.Transposed(body):
            return width(body) + 1
        case f.Tupled(parts):
            return 1 + sum(width(part) for part in parts)
        case f.Kronecker(first, second):
            return 1 + _SUBSCRIPT * (width(first) + width(second))
        case f.Cases(then, condition, otherwise, _):
            return max(width(then), width(otherwise)) + max(width(condition), 9) + 5
        case f.Matrix(rows):
            columns = zip(*rows, strict=True)
            return sum(max(width(entry) for entry in column) + 2 for column in columns) + 1
        case f.Relation(_, left, right):
            return width(left) + width(right) + 3
        case f.Logic(_, parts):
            return sum(width(part) + 4 for part in parts)
    return 2

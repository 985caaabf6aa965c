"""How large formulas are on paper, for a format that sets them itself and can shrink what turns out wider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from codegen.block import Math, Text
from codegen.figure.geometry import Size
from codegen.notation import formula as f
from codegen.notation.width import width

# Of a letter of the size for which layouts are made.
_LETTER, _LINE, _FRACTION, _SUM = 6.8, 13.0, 30.0, 32.0


def estimated(texts: Sequence[Text]) -> list[Size]:
    """The size of each text on a line of its own."""
    return [_size(text) for text in texts]


def _size(text: Text) -> Size:
    across = 0.0
    down = _LINE
    for piece in text:
        if isinstance(piece, Math):
            across += _LETTER * width(piece.formula)
            down = max(down, _height(piece.formula))
        else:
            across += 0.9 * _LETTER * len(piece if isinstance(piece, str) else piece.text)
    return Size(across, down)


def _height(item: Any) -> float:
    """The height of a formula as it is displayed: of the highest of its parts, of both for a fraction."""
    match item:
        case f.Fraction(top, bottom):
            return max(_FRACTION, _height(top) + _height(bottom) + 2.0)
        case f.Gradient() | f.Derivative():
            return _FRACTION
        case f.Big(_, _, body, _):
            return max(_SUM, _height(body))
        case f.Cases(then, _, otherwise, _):
            return _height(then) + _height(otherwise) + 8.0
        case f.Power(base, _):
            return _height(base) + 3.0
        case tuple():
            return max((_height(part) for part in item), default=_LINE)
    inner = vars(item).values() if hasattr(item, "__dict__") else ()
    return max((_height(part) for part in inner if isinstance(part, tuple) or hasattr(part, "__dict__")), default=_LINE)

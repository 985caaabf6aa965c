"""Axes that are products of two, such as heads times their width: the subscript (he) is h K + e."""

from __future__ import annotations

from sympy import Expr, Mul

from derive.entry import Entry
from derive.index import Bound, Index
from derive.network import Network


def factors_of(size: Expr, network: Network) -> tuple[Expr, ...]:
    """What the letters of a subscript on an axis of this size run over, the slowest first, as an equation of the
    network has them, h K + e or 3 H + j; nothing where none has such a subscript there."""
    for equation in network.equations:
        for entry in sorted((equation.left, *equation.right.atoms(Entry)), key=str):
            for axis, subscript in zip(entry.tensor.axes, entry.subscripts, strict=True):
                if axis != size:
                    continue
                letters = sorted(subscript.atoms(Index, Bound), key=str)
                if len(letters) == 1 and _is_part(subscript, letters[0], size):
                    return size / letters[0].size, letters[0].size
                if len(letters) < 2 or Mul(*(letter.size for letter in letters)) != size:
                    continue
                found = sorted(letters, key=lambda letter: len(Mul.make_args(subscript.coeff(letter))), reverse=True)
                unit = [letter for letter in found if subscript.coeff(letter) == 1]
                found = [letter for letter in found if letter not in unit] + unit
                return tuple(letter.size for letter in found)
    return ()


def _is_part(subscript: Expr, letter: Index | Bound, size: Expr) -> bool:
    """True for 3 H + j, the part with number 3 of an axis of 4 H."""
    rest = subscript - letter
    parts = size / letter.size
    return bool(parts.is_Integer and parts > 1 and (rest / letter.size).is_Integer)

r"""Formulas as Typst mathematics, in which every word is a string and every structure a call.

    typst(formula)     ->  frac(∂ E, ∂ attach(W, b: 1 comma i j))
    in_lines(formula)  ->  the same, with brackets across which a line can be broken

So nothing that a user wrote can be a command, and no space or bracket is left to be guessed at. A space beside a word
or a box would be printed: `beside` of typst_symbol.py leaves it out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from codegen.notation import formula as f
from codegen.notation.formula import Formula
from codegen.notation.latex import is_large
from codegen.notation.runs import is_kept, may_part
from codegen.notation.symbol import read
from codegen.notation.typst_symbol import (
    SPECIAL,
    accented,
    attached,
    beside,
    function_name,
    listed,
    name,
    stands_alone,
    stem,
)
from codegen.typesetting import string

_FUNCTIONS = ("exp", "log", "sin", "cos", "tanh", "sinh", "cosh", "max", "min")
_RELATIONS = {"<": "lt", "<=": "≤", ">": "gt", ">=": "≥", "==": "=", "!=": "≠"}
_SIGNS = {
    "sum": "sum",
    "product": "product",
    "max": "max",
    "min": "min",
    "argmax": 'op("argmax", limits: #true)',
    "argmin": 'op("argmin", limits: #true)',
}
_INFIX = {"hadamard": "⊙", "over": "⊘", "times": "×", "equals": "=", "about": "≈", "to": "→"}
# Only what stands in one row with the whole formula can be broken; a fraction or a root cannot.
_IN_A_ROW = (f.Terms, f.Factors, f.Infix, f.Negative, f.Group, f.Big, f.Derivative, f.Call, f.Relation, f.Iverson)


def typst(formula: Formula) -> str:
    """The formula in Typst, without dollar signs."""
    return _WHOLE.show(formula)


def in_lines(formula: Formula, parted: bool = False) -> str:
    """The formula for a line that is too short for it: it can be broken inside brackets, `parted` between factors."""
    return (_PARTED if parted else _BROKEN).show(formula)


def relation(assignment: bool) -> str:
    """What stands between the sides of a displayed formula."""
    return "←" if assignment else "="


@dataclass(frozen=True)
class _Way:
    """How formulas are printed: whole, or so that lines can end between their brackets, or between factors too."""

    broken: bool = False
    parted: bool = False

    def show(self, node: Formula) -> str:
        way = self if isinstance(node, _IN_A_ROW) else _WHOLE
        return _PRINTERS[type(node)](node, way)

    def brackets(self, body: Formula) -> str:
        """Brackets as high as what is in them. Escaped ones keep their height, and are no pair to Typst."""
        if self.broken and is_kept(body):
            return _kept(_WHOLE.brackets(body))
        inside = self.show(body)
        if not is_large(body):
            return beside(r"\(", inside, r"\)")
        return beside("opening", inside, "closing") if self.broken else beside("(", inside, ")")


def _kept(formula: str) -> str:
    """What no line can end in."""
    return f"#box($display({formula})$);"


_WHOLE, _BROKEN, _PARTED = _Way(), _Way(broken=True), _Way(broken=True, parted=True)


def _subscripts(subscripts: tuple[Formula, ...]) -> str:
    """Letters side by side, `i j`, with commas around what is longer: `b t comma (h e)`."""
    groups: list[str] = []
    together = False
    for subscript in subscripts:
        letter = isinstance(subscript, f.Name) and len(subscript.name) == 1 and subscript.name.isascii()
        if letter and together:
            groups[-1] = beside(groups[-1], typst(subscript))
        else:
            groups.append(typst(subscript))
        together = letter
    return listed(groups)


def _handed(node: f.Handed, way: _Way) -> str:
    symbol = read(node.of.name)
    below = _subscripts(node.of.subscripts) if isinstance(node.of, f.Component) else ""
    if symbol.accent or symbol.labels or symbol.primes or not stands_alone(symbol):
        return accented(node.mark, name(node.of.name, below))
    return attached(accented(node.mark, stem(symbol)), below)


def _derivative(node: f.Derivative, way: _Way) -> str:
    if isinstance(node.of, f.Name | f.Component | f.Call | f.Exponential) and not is_large(node.of):
        fraction = f"frac({beside('∂', typst(node.of))}, {beside('∂', typst(node.by))})"
        return f"attach(lr({fraction} |), br: {string(node.mark)})" if node.direct else fraction
    return beside(f"frac(∂, {beside('∂', typst(node.by))})", way.brackets(node.of))


def _terms(node: f.Terms, way: _Way) -> str:
    parts: list[str] = []
    for place, (sign, item) in enumerate(node.items):
        parts += [sign] if place or sign == "-" else []
        parts.append(way.show(item))
    return beside(*parts)


def _factors(node: f.Factors, way: _Way) -> str:
    row: list[str] = []
    last = len(node.items) - 1
    for place, item in enumerate(node.items):
        before = node.items[place - 1] if place else None
        printed = way.show(item) if place == last else _before_more(item, way)
        digits = isinstance(before, f.Number) and isinstance(item, f.Number | f.Power) and printed[:1].isdigit()
        row += ["⋅" if digits else "thin"] if digits or _is_wide(before) or (before and _is_wide(item)) else []
        row += ["on"] if way.parted and before and may_part(before, item) else []
        row.append(printed)
    return beside(*row)


def _is_wide(item: Formula | None) -> bool:
    """Whether a factor is a word, which would run together with the one beside it."""
    if isinstance(item, f.Gradient | f.Handed):
        return False
    return isinstance(item, f.Name | f.Component) and not read(item.name).letter and item.name not in SPECIAL


def _before_more(node: Formula, way: _Way) -> str:
    """A factor that others follow: log(p) q, for in log p q the logarithm seems to go on."""
    if isinstance(node, f.Call) and len(node.arguments) == 1 and node.name in _FUNCTIONS:
        return beside(node.name, way.brackets(node.arguments[0]))
    return way.show(node)


def _infix(node: f.Infix, way: _Way) -> str:
    *others, last = node.items
    plain = node.sign in ("equals", "about", "to")
    row: list[str] = []
    for item in others:
        row += [way.show(item) if plain else _before_more(item, way), _INFIX[node.sign]]
    return beside(*row, way.show(last))


def _power(node: f.Power, way: _Way) -> str:
    match node.exponent:
        case f.Fraction(f.Number(top), f.Number(bottom)):
            return attached(typst(node.base), above=rf"{top} \/ {bottom}")
    return attached(typst(node.base), above=typst(node.exponent))


def _exponential(node: f.Exponential, way: _Way) -> str:
    if is_large(node.exponent):
        return beside("exp", way.brackets(node.exponent))
    return attached("e", above=typst(node.exponent))


def _call(node: f.Call, way: _Way) -> str:
    head = node.name if node.name in _FUNCTIONS else function_name(node.name)
    if len(node.arguments) == 1:
        (argument,) = node.arguments
        if node.name in _FUNCTIONS and isinstance(argument, f.Name | f.Component | f.Gradient):
            return beside(head, typst(argument))
        return beside(head, way.brackets(argument))
    inside = listed(way.show(argument) for argument in node.arguments)
    if not is_large(node.arguments):
        return beside(head, r"\(", inside, r"\)")
    return beside(head, "opening", inside, "closing") if way.broken else beside(head, "(", inside, ")")


def _big(node: f.Big, way: _Way) -> str:
    return beside(attached(_SIGNS[node.sign], _range(node)), way.show(node.body))


def _range(node: f.Big) -> str:
    """What stands below a large sign: letters, or the condition where it says which letter it is about."""
    letters = listed(typst(letter) for letter in node.letters)
    if node.condition is None:
        return letters
    if isinstance(node.condition, f.Relation):
        alone = (node.condition.left,) == node.letters or isinstance(node.condition.right, f.Relation)
    else:
        alone = False
    return typst(node.condition) if alone else beside(letters, "colon", typst(node.condition))


def _cases(node: f.Cases, way: _Way) -> str:
    """Cases among the other cases are further rows: each row holds where none above it does."""
    rows = [(node.then, typst(node.condition))]
    while node.last is None and isinstance(node.otherwise, f.Cases):
        node = node.otherwise
        rows.append((node.then, beside(string(f"{node.words[1]} "), typst(node.condition))))
    rows.append((node.otherwise, string(node.words[0]) if node.last is None else typst(node.last)))
    large = any(is_large(value) for value, _ in rows)
    values = [f"display({typst(value)})" if large else typst(value) for value, _ in rows]
    gap = "gap: #0.8em, " if large else ""
    return f"cases({gap}{', '.join(f'{value} quad & {said}' for value, (_, said) in zip(values, rows, strict=True))})"


def _matrix(node: f.Matrix, way: _Way) -> str:
    return f"mat({'; '.join(', '.join(typst(entry) for entry in row) for row in node.rows)})"


def _logic(node: f.Logic, way: _Way) -> str:
    if node.word == "not":
        return beside("¬", way.brackets(node.parts[0]))
    row: list[str] = []
    for part in node.parts:
        row += [f"med upright({string(node.said or node.word)})med", typst(part)] if row else [typst(part)]
    return beside(*row)


def _iverson(node: f.Iverson, way: _Way) -> str:
    """[z > 0]; between conditions that hold together a line can end."""
    condition = node.condition
    if way.parted and isinstance(condition, f.Logic) and len(condition.parts) > 1:
        parts = [_kept(typst(part)) for part in condition.parts]
        return beside(r"\[", f" conjunction({string(condition.word)}) ".join(parts), r"\]")
    printed = beside(r"\[", typst(condition), r"\]")
    return _kept(printed) if way.broken else printed


_PRINTERS: dict[type, Callable[[Any, _Way], str]] = {
    f.Number: lambda node, way: node.digits,
    f.Name: lambda node, way: name(node.name),
    f.Component: lambda node, way: name(node.name, _subscripts(node.subscripts)),
    f.Gradient: lambda node, way: f"frac({beside('∂', name(node.loss))}, {beside('∂', typst(node.of))})",
    f.Handed: _handed,
    f.Derivative: _derivative,
    f.Primed: lambda node, way: attached(way.brackets(node.body), above="′"),
    f.Negative: lambda node, way: beside("-", way.show(node.body)),
    f.Terms: _terms,
    f.Factors: _factors,
    f.Infix: _infix,
    f.Fraction: lambda node, way: f"frac({typst(node.top)}, {typst(node.bottom)})",
    f.Power: _power,
    f.Exponential: _exponential,
    f.Elementwise: lambda node, way: beside("⊙", typst(node.body)),
    f.Root: lambda node, way: f"sqrt({typst(node.body)})",
    f.Rounded: lambda node, way: f"{'ceil' if node.up else 'floor'}({typst(node.body)})",
    f.Absolute: lambda node, way: f"abs({typst(node.body)})",
    f.Transposed: lambda node, way: attached(typst(node.body), above="⊤"),
    f.Ones: lambda node, way: attached("upright(bold(1))", typst(node.size) if node.size else ""),
    f.Call: _call,
    f.Big: _big,
    f.Tupled: lambda node, way: beside(r"\(", _subscripts(node.parts), r"\)"),
    f.Kronecker: lambda node, way: attached("δ", _subscripts((node.first, node.second))),
    f.Group: lambda node, way: way.brackets(node.body),
    f.Iverson: _iverson,
    f.Cases: _cases,
    f.Matrix: _matrix,
    f.Relation: lambda node, way: beside(way.show(node.left), _RELATIONS[node.relation], way.show(node.right)),
    f.Logic: _logic,
}

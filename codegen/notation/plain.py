"""Formulas on one line of Unicode mathematics, for the terminal: Σ_n x[n,i]·dz1[n,j]."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from codegen.notation import formula as f
from codegen.notation.formula import Formula

_RELATIONS = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
_SIGNS = {"sum": "Σ", "product": "Π"}
_INFIX = {"hadamard": " ⊙ ", "over": " ⊘ ", "times": " × ", "equals": " = ", "about": " ≈ ", "to": " → "}
_SPECIAL = {"inf": "∞", "pi": "π"}


def plain(formula: Formula) -> str:
    """The formula as text on one line; names stay as their author spelled them."""
    return _PRINTERS[type(formula)](formula)


def gradient(node: f.Gradient) -> str:
    """∂E/∂W1[i,j]: the long spelling, for the left side of an equation."""
    return f"∂{node.loss}/∂{plain(node.of)}"


def _component(node: f.Component) -> str:
    return f"{node.name}[{','.join(_tightly(subscript) for subscript in node.subscripts)}]"


def _tightly(subscript: Formula) -> str:
    """h[t-1], without spaces around the signs."""
    return plain(subscript).replace(" + ", "+").replace(" - ", "-")


def _of_gradient(node: f.Gradient | f.Handed) -> str:
    if isinstance(node.of, f.Component):
        return _component(f.Component(node.name, node.of.subscripts))
    return node.name


def _derivative(node: f.Derivative) -> str:
    return f"∂{plain(_tight(node.of))}/∂{plain(node.by)}{'|direct' if node.direct else ''}"


def _tight(formula: Formula) -> Formula:
    tight = isinstance(formula, f.Name | f.Component | f.Call | f.Exponential | f.Number | f.Group)
    return formula if tight else f.Group(formula)


def _terms(node: f.Terms) -> str:
    text = ""
    for place, (sign, item) in enumerate(node.items):
        text += (f" {sign} " if place else ("-" if sign == "-" else "")) + plain(item)
    return text


def _factors(node: f.Factors) -> str:
    items = [f.Group(item) if isinstance(item, f.Fraction) else item for item in node.items]
    return "·".join(plain(item) for item in items)


def _fraction(node: f.Fraction) -> str:
    loose = isinstance(node.bottom, f.Factors | f.Fraction | f.Terms | f.Negative | f.Big | f.Infix)
    top, bottom = plain(f.grouped(node.top)), plain(f.Group(node.bottom) if loose else node.bottom)
    return f"{top}/{bottom}" if len(top) + len(bottom) < 8 and " " not in top + bottom else f"{top} / {bottom}"


def _power(node: f.Power) -> str:
    # exp(z)² needs no brackets of its own, other than e^z.
    inner = node.base.body if isinstance(node.base, f.Group) else node.base
    base = plain(_tight(inner) if isinstance(node.base, f.Group) else node.base)
    if node.exponent == f.Number("2"):
        return f"{base}²"
    exponent = node.exponent if isinstance(node.exponent, f.Negative) else _tight(node.exponent)
    return f"{base}^{plain(exponent)}"


def _call(node: f.Call) -> str:
    return f"{node.name}({', '.join(plain(argument) for argument in node.arguments)})"


def _big(node: f.Big) -> str:
    letters = ",".join(plain(letter) for letter in node.letters)
    if node.condition is not None:
        letters = f"{{{letters}: {plain(node.condition)}}}"
    sign = _SIGNS.get(node.sign)
    return f"{sign}_{letters} {plain(node.body)}" if sign else f"{node.sign}_{letters}({plain(node.body)})"


def _transposed(node: f.Transposed) -> str:
    match node.body:
        case f.Group(f.Gradient() as inner):  # on one line a gradient is a short name, which needs no brackets
            return f"{plain(inner)}ᵀ"
    return f"{plain(node.body)}ᵀ"


def _relation(node: f.Relation) -> str:
    return f"{plain(node.left)} {_RELATIONS.get(node.relation, node.relation)} {plain(node.right)}"


def _cases(node: f.Cases) -> str:
    otherwise = "else" if node.last is None else f"and, if {plain(node.last)},"
    return f"({plain(node.then)} if {plain(node.condition)} {otherwise} {plain(node.otherwise)})"


def _matrix(node: f.Matrix) -> str:
    """[[1, 2], [3, 4]], as NumPy prints it; one row alone is [1, 2]."""
    rows = [f"[{', '.join(plain(entry) for entry in row)}]" for row in node.rows]
    return rows[0] if len(rows) == 1 else f"[{', '.join(rows)}]"


def _logic(node: f.Logic) -> str:
    if node.word == "not":
        return f"not ({plain(node.parts[0])})"
    return f" {node.word} ".join(plain(part) for part in node.parts)


_PRINTERS: dict[type, Callable[[Any], str]] = {
    f.Number: lambda node: node.digits,
    f.Name: lambda node: _SPECIAL.get(node.name, node.name),
    f.Component: _component,
    f.Gradient: _of_gradient,
    f.Handed: _of_gradient,
    f.Derivative: _derivative,
    f.Primed: lambda node: f"({plain(node.body)})'",
    f.Negative: lambda node: f"-{plain(node.body)}",
    f.Terms: _terms,
    f.Factors: _factors,
    f.Infix: lambda node: _INFIX[node.sign].join(plain(item) for item in node.items),
    f.Fraction: _fraction,
    f.Power: _power,
    f.Exponential: lambda node: f"exp({plain(node.exponent)})",
    f.Elementwise: lambda node: f"⊙{plain(node.body)}",
    f.Root: lambda node: f"√{plain(_tight(node.body))}",
    f.Rounded: lambda node: f"⌈{plain(node.body)}⌉" if node.up else f"⌊{plain(node.body)}⌋",
    f.Absolute: lambda node: f"|{plain(node.body)}|",
    f.Transposed: _transposed,
    f.Ones: lambda node: "1",
    f.Call: _call,
    f.Big: _big,
    f.Tupled: lambda node: f"({','.join(plain(part) for part in node.parts)})",
    f.Kronecker: lambda node: f"δ[{plain(node.first)},{plain(node.second)}]",
    f.Group: lambda node: f"({plain(node.body)})",
    f.Iverson: lambda node: f"[{plain(node.condition)}]",
    f.Cases: _cases,
    f.Matrix: _matrix,
    f.Relation: _relation,
    f.Logic: _logic,
}

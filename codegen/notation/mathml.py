"""Formulas as MathML Core, which browsers draw by themselves; names that a page explains are elements of their own.

    element(formula)                     ->  <math alttext="..."> ... </math>
    element(formula, named={"z1"})       ->  every z1 in it carries data-symbol="z1"

A printer gives the elements of a node side by side; where MathML wants one element, `one` makes a row of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from codegen.notation import formula as f
from codegen.notation.formula import Formula
from codegen.notation.latex import is_large, latex
from codegen.notation.mathml_elements import (
    NO_SPACE,
    Elements,
    Named,
    between,
    escaped,
    function_name,
    name,
    one,
    operator,
    tight,
)
from codegen.notation.symbol import read

_FUNCTIONS = ("exp", "log", "sin", "cos", "tanh", "sinh", "cosh", "max", "min")
_RELATIONS = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
_SIGNS = {"sum": "∑", "product": "∏", "argmax": "arg max", "argmin": "arg min"}
_INFIX = {"hadamard": "⊙", "over": "⊘", "equals": "=", "about": "≈", "to": "→", "times": "×"}
# What stands in front of a right side, by its LaTeX.
_RELATION_SIGNS = {"=": "=", r"\leftarrow": "←", r"\approx": "≈", "+": "+", "-": "−"}
_THIN = '<mspace width="0.17em"></mspace>'
_DEL = "<mi>∂</mi>"


def element(formula: Formula, named: Named = (), relation: str = "") -> str:
    """The formula as a whole, behind a relation if one is given; its text for machines and for copying is LaTeX."""
    sign = operator(_RELATION_SIGNS[relation], ' form="infix"' if relation in "+-" else "") if relation else ""
    written = escaped(f"{relation} {latex(formula)}" if relation else latex(formula))
    return f'<math alttext="{written}">{sign}{mathml(formula, named)}</math>'


def mathml(formula: Formula, named: Named = ()) -> str:
    """The elements of the formula; `named` are the names that the page says something about."""
    return "".join(_elements(formula, named))


def _elements(node: Formula, named: Named) -> Elements:
    return _PRINTERS[type(node)](node, named)


def _row(node: Formula, named: Named) -> str:
    """The node as one element."""
    return one(_elements(node, named))


# Names ------------------------------------------------------------------------------------------------------------


def _subscripts(subscripts: Sequence[Formula], named: Named) -> Elements:
    """Letters side by side, `ij`, with commas around what is longer: `bt,(he)`."""
    groups: list[Elements] = []
    beside = False
    for subscript in subscripts:
        letter = isinstance(subscript, f.Name) and len(subscript.name) == 1
        printed = [tight(part) for part in _elements(subscript, named)]
        if letter and beside:
            groups[-1] += printed
        else:
            groups.append(printed)
        beside = letter
    return between(groups)


def _component(node: f.Component, named: Named) -> Elements:
    return name(node.name, _subscripts(node.subscripts, named), named)


def _gradient(node: f.Gradient, named: Named) -> Elements:
    """∂E/∂W is one symbol with an equation of its own, so the letters in it are not marked."""
    mark = f' data-symbol="{escaped(node.name)}"' if node.name in named else ""
    top = one([_DEL, *name(node.loss, (), ())])
    return [f"<mfrac{mark}>{top}{one([_DEL, *_elements(node.of, ())])}</mfrac>"]


def _handed(node: f.Handed, named: Named) -> Elements:
    subscripts = _subscripts(node.of.subscripts, ()) if isinstance(node.of, f.Component) else []
    (printed,) = name(node.of.name, subscripts, (), node.mark)
    return [printed.replace(">", f' data-symbol="{escaped(node.name)}">', 1) if node.name in named else printed]


def _derivative(node: f.Derivative, named: Named) -> Elements:
    by = one([_DEL, *_elements(node.by, named)])
    if isinstance(node.of, f.Name | f.Component | f.Call | f.Exponential) and not is_large(node.of):
        fraction = f"<mfrac>{one([_DEL, *_elements(node.of, named)])}{by}</mfrac>"
        if not node.direct:
            return [fraction]
        bar = '<mo fence="true" form="postfix" stretchy="true">|</mo>'
        return [f"<msub><mrow>{fraction}{bar}</mrow><mtext>{escaped(node.mark)}</mtext></msub>"]
    return [f"<mfrac>{_DEL}{by}</mfrac>", *_brackets(node.of, named)]


# Operations -------------------------------------------------------------------------------------------------------


def _brackets(body: Formula, named: Named, signs: str = "()") -> Elements:
    """Brackets as high as what they hold; around one line they keep their size."""
    inside = _row(body, named)
    if is_large(body):
        # There is no space between a bracket and a large sign.
        inside = re.sub(r"^((?:<mrow>)?<munder><mo)(?=>)", r'\1 lspace="0"', inside)
        return [f"<mrow>{operator(signs[0])}{inside}{operator(signs[1])}</mrow>"]
    small = ' stretchy="false"'
    return [operator(signs[0], small), inside, operator(signs[1], small)]


def _terms(node: f.Terms, named: Named) -> Elements:
    elements: Elements = []
    for place, (sign, item) in enumerate(node.items):
        if place or sign == "-":
            elements.append(operator("−" if sign == "-" else sign, "" if place else ' form="prefix"'))
        elements += _elements(item, named)
    return elements


def _factors(node: f.Factors, named: Named) -> Elements:
    elements: Elements = []
    before: Formula | None = None
    for item in node.items:
        printed = _elements(item, named) if item is node.items[-1] else _before_more(item, named)
        if before is not None:
            elements += _gap(before, item)
        elements += printed
        before = item
    return elements


def _gap(before: Formula, item: Formula) -> Elements:
    """A dot between numbers; a space beside whole words, which would run together."""
    follows = item.base if isinstance(item, f.Power) else item
    if isinstance(before, f.Number) and isinstance(follows, f.Number):
        return [operator("⋅")]
    call = isinstance(before, f.Call) and not isinstance(item, f.Group)
    return [_THIN] if call or _is_word(before) or _is_word(item) else []


def _is_word(node: Formula) -> bool:
    if isinstance(node, f.Call) or (isinstance(node, f.Exponential) and is_large(node.exponent)):
        return True
    return isinstance(node, f.Name | f.Component) and not read(node.name).letter


def _primed(node: f.Primed, named: Named) -> Elements:
    """The sign of a prime is made to stand on the line; above high brackets it has to be raised."""
    body = _brackets(node.body, named)
    if is_large(node.body):
        return [*body, f'<mpadded voffset="0.5em"><mo{NO_SPACE}>′</mo></mpadded>']
    return [*body, f"<mo{NO_SPACE}>′</mo>"]


def _infix(node: f.Infix, named: Named) -> Elements:
    *others, last = node.items
    printer = _elements if node.sign in ("equals", "about", "to") else _before_more
    return [part for item in others for part in (*printer(item, named), operator(_INFIX[node.sign]))] + _elements(
        last, named
    )


def _before_more(node: Formula, named: Named) -> Elements:
    """A factor that others follow: log(p) q, for in log p q the logarithm seems to go on."""
    if isinstance(node, f.Call) and len(node.arguments) == 1 and node.name in _FUNCTIONS:
        return [f"<mi>{node.name}</mi>", *_brackets(node.arguments[0], named)]
    return _elements(node, named)


def _power(node: f.Power, named: Named) -> Elements:
    match node.exponent:
        case f.Fraction(f.Number(top), f.Number(bottom)):
            exponent = f"<mrow><mn>{top}</mn><mo{NO_SPACE}>/</mo><mn>{bottom}</mn></mrow>"
        case _:
            exponent = tight(_row(node.exponent, named))
    return [_raised(_row(node.base, named), exponent)]


def _raised(base: str, exponent: str) -> str:
    """The base with an exponent, which stands above its subscripts and not behind them."""
    if base.startswith("<msub") and not base.startswith("<msubsup"):
        return f"<msubsup{base.removeprefix('<msub').removesuffix('</msub>')}{exponent}</msubsup>"
    return f"<msup>{base}{exponent}</msup>"


def _exponential(node: f.Exponential, named: Named) -> Elements:
    if is_large(node.exponent):
        return ["<mi>exp</mi>", *_brackets(node.exponent, named)]
    return [f"<msup><mi>e</mi>{tight(_row(node.exponent, named))}</msup>"]


def _call(node: f.Call, named: Named) -> Elements:
    head = [f"<mi>{node.name}</mi>"] if node.name in _FUNCTIONS else function_name(node.name)
    if len(node.arguments) == 1 and node.name in _FUNCTIONS:
        (argument,) = node.arguments
        if isinstance(argument, f.Name | f.Component | f.Gradient):
            return [*head, _THIN, *_elements(argument, named)]
    if len(node.arguments) == 1:
        return [*head, *_brackets(node.arguments[0], named)]
    inside = f"<mrow>{''.join(between([_elements(item, named) for item in node.arguments]))}</mrow>"
    small = "" if is_large(node.arguments) else ' stretchy="false"'
    return [*head, f"<mrow>{operator('(', small)}{inside}{operator(')', small)}</mrow>"]


def _big(node: f.Big, named: Named) -> Elements:
    sign = _SIGNS.get(node.sign, node.sign)
    spaces = ' movablelimits="true" lspace="0" rspace="0.17em"' if len(sign) > 1 else ""
    return [f"<munder>{operator(sign, spaces)}{_range(node, named)}</munder>", *_elements(node.body, named)]


def _range(node: f.Big, named: Named) -> str:
    """What stands below a large sign: letters, or the condition where it says which letter it is about."""
    letters = between([_elements(letter, ()) for letter in node.letters])
    if node.condition is None:
        return one(letters)
    if isinstance(node.condition, f.Relation):
        alone = (node.condition.left,) == node.letters or isinstance(node.condition.right, f.Relation)
    else:
        alone = False
    condition = _elements(node.condition, named)
    return tight(one(condition if alone else [*letters, operator(":"), *condition]))


def _cases(node: f.Cases, named: Named) -> Elements:
    """Cases among the other cases are further rows: each row holds where none above it does."""
    rows = [(node.then, _row(node.condition, named))]
    while node.last is None and isinstance(node.otherwise, f.Cases):
        node = node.otherwise
        rows.append((node.then, f"<mtext>{escaped(node.words[1])}\u00a0</mtext>{_row(node.condition, named)}"))
    last = f"<mtext>{escaped(node.words[0])}</mtext>" if node.last is None else _row(node.last, named)
    rows.append((node.otherwise, last))
    body = "".join(f"<mtr><mtd>{_row(value, named)}</mtd><mtd>{condition}</mtd></mtr>" for value, condition in rows)
    return [f'<mrow>{operator("{")}<mtable class="cases">{body}</mtable></mrow>']


def _matrix(node: f.Matrix, named: Named) -> Elements:
    rows = "".join(
        "<mtr>" + "".join(f"<mtd>{_row(entry, named)}</mtd>" for entry in row) + "</mtr>" for row in node.rows
    )
    return [f"<mrow>{operator('(')}<mtable>{rows}</mtable>{operator(')')}</mrow>"]


def _logic(node: f.Logic, named: Named) -> Elements:
    if node.word == "not":
        return [operator("¬"), *_brackets(node.parts[0], named)]
    between = f"<mtext>\u00a0{escaped(node.said or node.word)}\u00a0</mtext>"
    return [part for item in node.parts for part in (between, *_elements(item, named))][1:]


def _rounded(node: f.Rounded, named: Named) -> Elements:
    return [f"<mrow>{''.join(_brackets(node.body, named, '⌈⌉' if node.up else '⌊⌋'))}</mrow>"]


def _absolute(node: f.Absolute, named: Named) -> Elements:
    opening, closing = (f'<mo fence="true" form="{form}">|</mo>' for form in ("prefix", "postfix"))
    return [f"<mrow>{opening}{_row(node.body, named)}{closing}</mrow>"]


def _ones(node: f.Ones, named: Named) -> Elements:
    one = "<mn>𝟏</mn>"
    return [one if node.size is None else f"<msub>{one}{_row(node.size, named)}</msub>"]


_PRINTERS: dict[type, Callable[[Any, Named], Elements]] = {
    f.Number: lambda node, named: [f"<mn>{escaped(node.digits)}</mn>"],
    f.Name: lambda node, named: name(node.name, (), named),
    f.Component: _component,
    f.Gradient: _gradient,
    f.Handed: _handed,
    f.Derivative: _derivative,
    f.Primed: _primed,
    f.Negative: lambda node, named: ['<mo form="prefix">−</mo>', *_elements(node.body, named)],
    f.Terms: _terms,
    f.Factors: _factors,
    f.Infix: _infix,
    f.Fraction: lambda node, named: [f"<mfrac>{_row(node.top, named)}{_row(node.bottom, named)}</mfrac>"],
    f.Power: _power,
    f.Exponential: _exponential,
    f.Elementwise: lambda node, named: [f"<mo{NO_SPACE}>⊙</mo>", *_elements(node.body, named)],
    f.Root: lambda node, named: [f"<msqrt>{''.join(_elements(node.body, named))}</msqrt>"],
    f.Rounded: _rounded,
    f.Absolute: _absolute,
    f.Transposed: lambda node, named: [_raised(_row(node.body, named), '<mi mathvariant="normal">⊤</mi>')],
    f.Ones: _ones,
    f.Call: _call,
    f.Big: _big,
    f.Tupled: lambda node, named: [
        operator("(", f' stretchy="false"{NO_SPACE}'),
        *_subscripts(node.parts, named),
        operator(")", f' stretchy="false"{NO_SPACE}'),
    ],
    f.Kronecker: lambda node, named: [f"<msub><mi>δ</mi>{one(_subscripts((node.first, node.second), named))}</msub>"],
    f.Group: lambda node, named: _brackets(node.body, named),
    f.Iverson: lambda node, named: _brackets(node.condition, named, "[]"),
    f.Cases: _cases,
    f.Matrix: _matrix,
    f.Relation: lambda node, named: [
        *_elements(node.left, named),
        operator(_RELATIONS.get(node.relation, node.relation)),
        *_elements(node.right, named),
    ],
    f.Logic: _logic,
}

r"""Formulas as LaTeX that TeX, MathJax and KaTeX read alike, also inside Markdown.

Markdown reads a backslash before punctuation, `[a](b)`, `<a` and `}_` in its own way before any formula is seen. So
there is no `\,` or `\{` here, no square bracket, and an underscore always follows a letter or a digit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from codegen.notation import formula as f
from codegen.notation.formula import Formula
from codegen.notation.symbol import Symbol, read

_FUNCTIONS = ("exp", "log", "sin", "cos", "tanh", "sinh", "cosh", "max", "min")
_RELATIONS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "==": "=", "!=": r"\ne"}
_SIGNS = {
    "sum": r"\sum",
    "product": r"\prod",
    "max": r"\max",
    "min": r"\min",
    "argmax": r"\mathrm{argmax}",
    "argmin": r"\mathrm{argmin}",
}
_INFIX = {"hadamard": r" \odot ", "over": r" \oslash ", "equals": " = "}
_SPECIAL = {"inf": r"\infty", "pi": r"\pi"}
_LARGE = (f.Fraction, f.Big, f.Gradient, f.Derivative, f.Cases)


def latex(formula: Formula) -> str:
    """The formula in LaTeX, without dollar signs."""
    return _PRINTERS[type(formula)](formula)


def relation(assignment: bool) -> str:
    """What stands between the sides of a displayed formula."""
    return r"\leftarrow" if assignment else "="


def name(text: str, subscripts: str = "") -> str:
    """A name of the network with its subscripts, both safe inside any formula."""
    if text in _SPECIAL and not subscripts:
        return _SPECIAL[text]
    symbol = read(text)
    labels = ",".join(_label(label) for label in symbol.labels)
    below = ",".join(part for part in (labels, subscripts) if part)
    primes = "'" * symbol.primes
    if symbol.greek or len(symbol.stem) == 1:
        stem = _stem(symbol)
        return f"{stem}{_lowered(below)}{primes}" if below else f"{stem}{primes}"
    # The subscript stands inside the braces, so that the underscore follows a letter.
    return rf"\mathit{{{symbol.stem}{_lowered(below)}}}{primes}"


def function_name(text: str) -> str:
    """The name of a function, upright; a single letter stays as it is."""
    parts = [part for part in text.split("_") if part] or ["blank"]
    if len(parts) == 1 and (len(parts[0]) == 1 or read(parts[0]).greek):
        return name(text)
    return r"\thinspace ".join(rf"\mathrm{{{part}}}" for part in parts)


def _stem(symbol: Symbol) -> str:
    letter = symbol.stem
    if symbol.greek:
        letter = rf"\var{symbol.stem}" if symbol.stem in ("epsilon", "phi") else rf"\{symbol.stem}"
    return rf"\{symbol.accent} {letter}" if symbol.accent else letter


def _label(text: str) -> str:
    return text if len(text) == 1 or text.isdigit() else rf"\mathrm{{{text}}}"


def _lowered(below: str) -> str:
    if not below:
        return ""
    return f"_{below}" if len(below) == 1 else f"_{{{below}}}"


def _subscripts(subscripts: tuple[Formula, ...]) -> str:
    """Letters side by side, `ij`; commas as soon as one of them is longer."""
    printed = [latex(subscript) for subscript in subscripts]
    short = all(isinstance(subscript, f.Name) and len(subscript.name) == 1 for subscript in subscripts)
    return "".join(printed) if short else ",".join(printed)


def _component(node: f.Component) -> str:
    return name(node.name, _subscripts(node.subscripts))


def _gradient(node: f.Gradient) -> str:
    return rf"\frac{{\partial {name(node.loss)}}}{{\partial {latex(node.of)}}}"


def _derivative(node: f.Derivative) -> str:
    if isinstance(node.of, f.Name | f.Component):
        fraction = rf"\frac{{\partial {latex(node.of)}}}{{\partial {latex(node.by)}}}"
        return rf"{fraction} \Big\vert_{{\mathrm{{direct}}}}" if node.direct else fraction
    return rf"\frac{{\partial}}{{\partial {latex(node.by)}}} {_brackets(node.of)}"


def _brackets(body: Formula) -> str:
    inside = latex(body)
    return rf"\left({inside}\right)" if _is_large(body) else f"({inside})"


def _is_large(formula: Any) -> bool:
    """Whether something in the formula is higher than a line."""
    if isinstance(formula, _LARGE):
        return True
    if isinstance(formula, tuple):
        return any(_is_large(item) for item in formula)
    if isinstance(formula, f.Component | f.Power):
        return isinstance(formula, f.Power) and _is_large(formula.base)
    return any(_is_large(value) for value in vars(formula).values()) if hasattr(formula, "__dict__") else False


def _terms(node: f.Terms) -> str:
    text = ""
    for place, (sign, item) in enumerate(node.items):
        gap = "" if place == 0 else " "
        text += (f"{gap}{sign}{gap}" if place or sign == "-" else "") + latex(item)
    return text


def _factors(node: f.Factors) -> str:
    text = ""
    for before, item in zip((None, *node.items), node.items, strict=False):
        printed = latex(item)
        digits = isinstance(before, f.Number) and isinstance(item, f.Number | f.Power) and printed[:1].isdigit()
        wide = isinstance(before, f.Call) and not isinstance(item, f.Group)
        gap = "" if before is None else r" \cdot " if digits else r" \thinspace " if wide else " "
        text += gap + printed
    return text


def _power(node: f.Power) -> str:
    base = latex(node.base)
    # A second superscript needs the first one closed off.
    base = f"{{{base}}}" if base.endswith("'") else base
    exponent = latex(node.exponent)
    return f"{base}^{exponent}" if len(exponent) == 1 else f"{base}^{{{exponent}}}"


def _exponential(node: f.Exponential) -> str:
    if _is_large(node.exponent):
        return rf"\exp{_brackets(node.exponent)}"
    exponent = latex(node.exponent)
    return f"e^{exponent}" if len(exponent) == 1 else f"e^{{{exponent}}}"


def _call(node: f.Call) -> str:
    head = rf"\{node.name}" if node.name in _FUNCTIONS else function_name(node.name)
    if len(node.arguments) == 1 and node.name in _FUNCTIONS:
        (argument,) = node.arguments
        if isinstance(argument, f.Name | f.Component | f.Gradient):
            return f"{head} {latex(argument)}"
    if len(node.arguments) == 1:
        return head + _brackets(node.arguments[0])
    inside = ", ".join(latex(argument) for argument in node.arguments)
    return head + (rf"\left({inside}\right)" if _is_large(node.arguments) else f"({inside})")


def _big(node: f.Big) -> str:
    letters = ",".join(latex(letter) for letter in node.letters)
    if node.sign.startswith("arg"):
        return rf"{_SIGNS[node.sign]}\thinspace{_lowered(letters)} {latex(node.body)}"
    return rf"{_SIGNS[node.sign]}_{{{letters}}} {latex(node.body)}"


def _cases(node: f.Cases) -> str:
    rows = rf"{latex(node.then)} & {latex(node.condition)} \cr {latex(node.otherwise)} & \mathrm{{otherwise}}"
    return rf"\begin{{cases}} {rows} \end{{cases}}"


def _logic(node: f.Logic) -> str:
    if node.word == "not":
        return rf"\neg {_brackets(node.parts[0])}"
    return rf" \thinspace \mathrm{{{node.word}}} \thinspace ".join(latex(part) for part in node.parts)


def _ones(node: f.Ones) -> str:
    return r"\mathbf 1" if node.size is None else rf"\mathbf 1_{{{latex(node.size)}}}"


def _kronecker(node: f.Kronecker) -> str:
    return rf"\delta_{{{_subscripts((node.first, node.second))}}}"


_PRINTERS: dict[type, Callable[[Any], str]] = {
    f.Number: lambda node: node.digits,
    f.Name: lambda node: name(node.name),
    f.Component: _component,
    f.Gradient: _gradient,
    f.Derivative: _derivative,
    f.Negative: lambda node: f"-{latex(node.body)}",
    f.Terms: _terms,
    f.Factors: _factors,
    f.Infix: lambda node: _INFIX[node.sign].join(latex(item) for item in node.items),
    f.Fraction: lambda node: rf"\frac{{{latex(node.top)}}}{{{latex(node.bottom)}}}",
    f.Power: _power,
    f.Exponential: _exponential,
    f.Elementwise: lambda node: rf"\odot {latex(node.body)}",
    f.Root: lambda node: rf"\sqrt{{{latex(node.body)}}}",
    f.Absolute: lambda node: rf"\left\vert {latex(node.body)} \right\vert",
    f.Transposed: lambda node: rf"{latex(node.body)}^\top",
    f.Ones: _ones,
    f.Call: _call,
    f.Big: _big,
    f.Kronecker: _kronecker,
    f.Group: lambda node: _brackets(node.body),
    f.Iverson: lambda node: rf"\lbrack {latex(node.condition)} \rbrack",
    f.Cases: _cases,
    f.Relation: lambda node: f"{latex(node.left)} {_RELATIONS[node.relation]} {latex(node.right)}",
    f.Logic: _logic,
}

r"""Formulas as LaTeX that TeX, MathJax and KaTeX read alike, also inside Markdown.

Markdown reads a backslash before punctuation, `[a](b)`, `<a` and `}_` in its own way before any formula is seen. So
there is no `\,` or `\{` here, no square bracket, and an underscore always follows a letter or a digit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from codegen.notation import formula as f
from codegen.notation.formula import Formula
from codegen.notation.symbol import LATIN_SHAPES, Symbol, read

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
_INFIX = {
    "hadamard": r" \odot ",
    "over": r" \oslash ",
    "times": r" \times ",
    "equals": " = ",
    "about": r" \approx ",
    "to": r" \to ",
}
_SPECIAL = {"inf": r"\infty", "pi": r"\pi", "ell": r"\ell"}
# A low line inside a name; an escaped underscore would not survive Markdown.
_LOW_LINE = r"\underline{\thinspace\thinspace}"
_LARGE = (f.Fraction, f.Big, f.Gradient, f.Derivative, f.Cases, f.Matrix)


def latex(formula: Formula) -> str:
    """The formula in LaTeX, without dollar signs."""
    return _PRINTERS[type(formula)](formula)


def relation(assignment: bool) -> str:
    """What stands between the sides of a displayed formula."""
    return r"\leftarrow" if assignment else "="


def near(about: bool) -> str:
    """What stands in front of a line of a chain."""
    return r"\approx" if about else "="


def name(text: str, subscripts: str = "") -> str:
    """A name of the network with its subscripts, both safe inside any formula."""
    if text in _SPECIAL and not subscripts:
        return _SPECIAL[text]
    symbol = read(text)
    labels = ",".join(_label(label) for label in symbol.labels)
    below = ",".join(part for part in (labels, subscripts) if part)
    primes = "'" * symbol.primes
    if symbol.letter:
        letter = greek_letter(symbol.stem) if symbol.greek else symbol.stem
        printed = f"{letter}{_lowered(below)}{primes}"
        return _accented(symbol.accent, symbol, printed) if symbol.accent else printed
    # The subscript stands inside the braces, so that the underscore follows a letter.
    stem = symbol.stem.replace("_", _LOW_LINE).replace("'", r"\prime ")
    return rf"\mathit{{{stem}{_lowered(below)}}}{primes}"


def function_name(text: str) -> str:
    """The name of a function, upright; a single letter stays as it is."""
    parts = [part for part in text.split("_") if part] or ["blank"]
    if len(parts) == 1 and (len(parts[0]) == 1 or read(parts[0]).greek):
        return name(text)
    return r"\thinspace ".join(rf"\mathrm{{{part}}}" for part in parts)


def _accented(accent: str, symbol: Symbol, printed: str) -> str:
    r"""\hat x_{nk}, over the letter alone; over the whole of what is longer than a letter or upright."""
    alone = symbol.letter and symbol.stem not in LATIN_SHAPES
    return rf"\{accent} {printed}" if alone else rf"\{accent}{{{printed}}}"


def greek_letter(english: str) -> str:
    """The letter with this English name: a command, or an upright Latin letter of the same shape."""
    if english in LATIN_SHAPES:
        return rf"\mathrm {LATIN_SHAPES[english]}"
    return rf"\var{english}" if english in ("epsilon", "phi") else rf"\{english}"


def _label(text: str) -> str:
    return text if len(text) == 1 or text.isdigit() else rf"\mathrm{{{text}}}"


def _lowered(below: str) -> str:
    if not below:
        return ""
    return f"_{below}" if len(below) == 1 else f"_{{{below}}}"


def _subscripts(subscripts: tuple[Formula, ...]) -> str:
    """Letters side by side, `ij`, with commas around what is longer: `bt,(he)`."""
    groups: list[str] = []
    beside = False
    for subscript in subscripts:
        letter = isinstance(subscript, f.Name) and len(subscript.name) == 1
        printed = latex(subscript)
        if letter and beside:
            groups[-1] += printed
        else:
            groups.append(printed)
        # A Greek command would run into the letter behind it.
        beside = letter and not printed.startswith("\\")
    return ",".join(groups)


def _component(node: f.Component) -> str:
    return name(node.name, _subscripts(node.subscripts))


def _gradient(node: f.Gradient) -> str:
    return rf"\frac{{\partial {name(node.loss)}}}{{\partial {latex(node.of)}}}"


def _handed(node: f.Handed) -> str:
    symbol = read(node.of.name)
    printed = latex(node.of)
    return rf"\{node.mark}{{{printed}}}" if symbol.accent else _accented(node.mark, symbol, printed)


def _derivative(node: f.Derivative) -> str:
    if isinstance(node.of, f.Name | f.Component | f.Call | f.Exponential) and not is_large(node.of):
        fraction = rf"\frac{{\partial {latex(node.of)}}}{{\partial {latex(node.by)}}}"
        return rf"{fraction} \Big\vert_{{{_words(node.mark)}}}" if node.direct else fraction
    return rf"\frac{{\partial}}{{\partial {latex(node.by)}}} {_brackets(node.of)}"


def _brackets(body: Formula) -> str:
    inside = latex(body)
    return rf"\left({inside}\right)" if is_large(body) else f"({inside})"


def is_large(formula: Any) -> bool:
    """Whether something in the formula is higher than a line."""
    if isinstance(formula, _LARGE):
        return True
    if isinstance(formula, tuple):
        return any(is_large(item) for item in formula)
    if isinstance(formula, f.Component | f.Power):
        return isinstance(formula, f.Power) and is_large(formula.base)
    return any(is_large(value) for value in vars(formula).values()) if hasattr(formula, "__dict__") else False


def _terms(node: f.Terms) -> str:
    text = ""
    for place, (sign, item) in enumerate(node.items):
        gap = "" if place == 0 else " "
        text += (f"{gap}{sign}{gap}" if place or sign == "-" else "") + latex(item)
    return text


def _factors(node: f.Factors) -> str:
    text = ""
    for before, item in zip((None, *node.items), node.items, strict=False):
        printed = latex(item) if item is node.items[-1] else _before_more(item)
        digits = isinstance(before, f.Number) and isinstance(item, f.Number | f.Power) and printed[:1].isdigit()
        wide = isinstance(before, f.Call) and not isinstance(item, f.Group)
        gap = "" if before is None else r" \cdot " if digits else r" \thinspace " if wide else " "
        text += gap + printed
    return text


def _infix(node: f.Infix) -> str:
    *others, last = node.items
    printed = latex if node.sign in ("equals", "about", "to") else _before_more
    return _INFIX[node.sign].join([*(printed(item) for item in others), latex(last)])


def _before_more(node: Formula) -> str:
    r"""A factor that others follow: \log(p) q, for in \log p q the logarithm seems to go on."""
    if isinstance(node, f.Call) and len(node.arguments) == 1 and node.name in _FUNCTIONS:
        return rf"\{node.name}{_brackets(node.arguments[0])}"
    return latex(node)


def _power(node: f.Power) -> str:
    base = latex(node.base)
    # A second superscript needs the first one closed off.
    base = f"{{{base}}}" if base.endswith("'") else base
    exponent = latex(node.exponent)
    match node.exponent:
        case f.Fraction(f.Number(top), f.Number(bottom)):
            exponent = f"{top}/{bottom}"
    return f"{base}^{exponent}" if len(exponent) == 1 else f"{base}^{{{exponent}}}"


def _exponential(node: f.Exponential) -> str:
    if is_large(node.exponent):
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
    return head + (rf"\left({inside}\right)" if is_large(node.arguments) else f"({inside})")


def _big(node: f.Big) -> str:
    letters = _range(node)
    if node.sign.startswith("arg"):
        return rf"{_SIGNS[node.sign]}\thinspace{_lowered(letters)} {latex(node.body)}"
    return rf"{_SIGNS[node.sign]}_{{{letters}}} {latex(node.body)}"


def _range(node: f.Big) -> str:
    """What stands below a large sign: letters, or the condition where it says which letter it is about."""
    letters = ",".join(latex(letter) for letter in node.letters)
    if node.condition is None:
        return letters
    if isinstance(node.condition, f.Relation):
        alone = (node.condition.left,) == node.letters or isinstance(node.condition.right, f.Relation)
    else:
        alone = False
    return latex(node.condition) if alone else rf"{letters} : {latex(node.condition)}"


def _cases(node: f.Cases) -> str:
    """Cases among the other cases are further rows: each row holds where none above it does."""
    rows = [(node.then, latex(node.condition))]
    while node.last is None and isinstance(node.otherwise, f.Cases):
        node = node.otherwise
        rows.append((node.then, rf"{_words(node.words[1])} \thinspace {latex(node.condition)}"))
    rows.append((node.otherwise, _words(node.words[0]) if node.last is None else latex(node.last)))
    large = r"\vphantom{\Bigg\vert} \displaystyle " if any(is_large(value) for value, _ in rows) else ""
    body = r" \cr ".join(f"{large}{latex(value)} & {condition}" for value, condition in rows)
    return rf"\begin{{cases}} {body} \end{{cases}}"


def _words(text: str) -> str:
    """Words in a formula; those in letters that mathematics has no alphabet for are set as text."""
    spaced = text.replace(" ", r"\thinspace ")
    return rf"\mathrm{{{spaced}}}" if text.isascii() else rf"\text{{{text}}}"


def _matrix(node: f.Matrix) -> str:
    rows = r" \cr ".join(" & ".join(latex(entry) for entry in row) for row in node.rows)
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


def _logic(node: f.Logic) -> str:
    if node.word == "not":
        return rf"\neg {_brackets(node.parts[0])}"
    return rf" \thinspace {_words(node.said or node.word)} \thinspace ".join(latex(part) for part in node.parts)


def _ones(node: f.Ones) -> str:
    return r"\mathbf 1" if node.size is None else rf"\mathbf 1_{{{latex(node.size)}}}"


def _kronecker(node: f.Kronecker) -> str:
    return rf"\delta_{{{_subscripts((node.first, node.second))}}}"


_PRINTERS: dict[type, Callable[[Any], str]] = {
    f.Number: lambda node: node.digits,
    f.Name: lambda node: name(node.name),
    f.Component: _component,
    f.Gradient: _gradient,
    f.Handed: _handed,
    f.Derivative: _derivative,
    f.Primed: lambda node: f"{_brackets(node.body)}'",
    f.Negative: lambda node: f"-{latex(node.body)}",
    f.Terms: _terms,
    f.Factors: _factors,
    f.Infix: _infix,
    f.Fraction: lambda node: rf"\frac{{{latex(node.top)}}}{{{latex(node.bottom)}}}",
    f.Power: _power,
    f.Exponential: _exponential,
    f.Elementwise: lambda node: rf"\odot {latex(node.body)}",
    f.Root: lambda node: rf"\sqrt{{{latex(node.body)}}}",
    f.Rounded: lambda node: (
        rf"\left\lceil {latex(node.body)} \right\rceil"
        if node.up
        else rf"\left\lfloor {latex(node.body)} \right\rfloor"
    ),
    f.Absolute: lambda node: rf"\left\vert {latex(node.body)} \right\vert",
    f.Transposed: lambda node: rf"{latex(node.body)}^\top",
    f.Ones: _ones,
    f.Call: _call,
    f.Big: _big,
    f.Tupled: lambda node: f"({_subscripts(node.parts)})",
    f.Kronecker: _kronecker,
    f.Group: lambda node: _brackets(node.body),
    f.Iverson: lambda node: rf"\lbrack {latex(node.condition)} \rbrack",
    f.Cases: _cases,
    f.Matrix: _matrix,
    f.Relation: lambda node: f"{latex(node.left)} {_RELATIONS[node.relation]} {latex(node.right)}",
    f.Logic: _logic,
}

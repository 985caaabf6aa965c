"""The elements of MathML that formulas are made of: operators, rows, and names as people read them.

    name("W1", ["<mi>i</mi>"], {"W1"})   ->  <msub data-symbol="W1"> W, 1, i </msub>

What is given as elements is mark-up already; what is given as text is made harmless here.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

from codegen.notation.symbol import LATIN_SHAPES, Symbol, greek_sign, read

Elements = list[str]
Named = Collection[str]

_ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~", "check": "ˇ"}
_SPECIAL = {"inf": "∞", "pi": "π", "ell": "ℓ"}
NO_SPACE = ' lspace="0" rspace="0"'


def escaped(text: str) -> str:
    """Text that is text in content and in attributes; characters that show nothing are left out."""
    return escape("".join(sign if sign.isprintable() or sign in "\n\t" else " " for sign in text))


def one(elements: Sequence[str]) -> str:
    """The elements as a single one."""
    return elements[0] if len(elements) == 1 else f"<mrow>{''.join(elements)}</mrow>"


def operator(sign: str, attributes: str = "") -> str:
    """A sign between or before others."""
    return f"<mo{attributes}>{escaped(sign)}</mo>"


def name(text: str, subscripts: Sequence[str], named: Named, accent: str = "") -> Elements:
    """A name with its labels and subscripts, both below it, and its primes."""
    mark = f' data-symbol="{escaped(text)}"' if text in named else ""
    if text in _SPECIAL and not subscripts:
        return [f"<mi{mark}>{_SPECIAL[text]}</mi>"]
    symbol = read(text)
    labels = between([[_label(label)] for label in symbol.labels])
    below = between([list(part) for part in (labels, subscripts) if part])
    base = _stem(symbol)
    for over in (symbol.accent, accent):
        base = _accented(base, over, wide=not symbol.letter or over != (symbol.accent or accent)) if over else base
    if symbol.primes:
        base = f"<mrow>{base}<mo{NO_SPACE}>{'′' * symbol.primes}</mo></mrow>"
    if below:
        return [f"<msub{mark}>{base}{one(below)}</msub>"]
    return [base.replace(">", f"{mark}>", 1)]


def _stem(symbol: Symbol) -> str:
    """One letter, slanted unless it is a capital of the Greeks; a longer name upright."""
    if not symbol.greek:
        return f"<mi>{escaped(symbol.stem.replace(chr(39), '′'))}</mi>"
    if symbol.stem in LATIN_SHAPES:
        return f'<mi mathvariant="normal">{LATIN_SHAPES[symbol.stem]}</mi>'
    letter = greek_sign(symbol.stem)
    return f"<mi>{letter}</mi>" if symbol.stem.islower() else f'<mi mathvariant="normal">{letter}</mi>'


def _accented(base: str, accent: str, wide: bool) -> str:
    stretchy = "" if wide else ' stretchy="false"'
    return f'<mover accent="true">{base}<mo{stretchy}>{_ACCENTS[accent]}</mo></mover>'


def _label(text: str) -> str:
    return f"<mn>{text}</mn>" if text.isdigit() else f"<mi>{escaped(text)}</mi>"


def between(items: Sequence[Elements]) -> Elements:
    """Items with commas between them."""
    return [part for item in items for part in ("<mo>,</mo>", *item)][1:]


def tight(elements: str) -> str:
    """Signs in a subscript have no space around them, which only TeX knows by itself."""
    for sign in ("+", "−", "=", "≠", "≤", "≥", "&lt;", "&gt;"):
        elements = elements.replace(f"<mo>{sign}</mo>", f"<mo{NO_SPACE}>{sign}</mo>")
    return elements


def function_name(text: str) -> Elements:
    """The name of a function, upright; a single letter stays as it is."""
    parts = [part for part in text.split("_") if part] or ["blank"]
    if len(parts) == 1 and (len(parts[0]) == 1 or read(parts[0]).greek):
        return name(text, (), ())
    return [f"<mi>{escaped(' '.join(parts))}</mi>"]

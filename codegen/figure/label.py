"""Formulas and words as outlines: set by Typst, all in one run, each on a page of its own size."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from codegen import typesetting
from codegen.block import Code, Math, Piece, Stressed, Strong, Text
from codegen.figure.geometry import Size
from codegen.notation.plain import plain
from codegen.notation.typst import typst
from codegen.typesetting import string

_MATH, _TEXT = "New Computer Modern Math", "New Computer Modern"
_PAGE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')
_SYMBOL = re.compile(r'<symbol id="(\w+)"[^>]*><path d="([^"]*)"\s*/></symbol>')
_PART = re.compile(
    r'<g transform="(?P<matrix>[^"]*)">|</g>'
    r'|<use xlink:href="#(?P<glyph>\w+)" x="(?P<x>[-\d.]+)" y="(?P<y>[-\d.]+)"[^>]*/>'
    r"|<path (?P<path>[^>]*)/>"
)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')


@dataclass(frozen=True)
class Label:
    """Outlines on a page of this size: SVG in which glyphs are referred to by their names."""

    size: Size
    drawing: str


@dataclass(frozen=True)
class Labels:
    """Labels in the order in which they were asked for, and the outline of every glyph by its name."""

    labels: tuple[Label, ...]
    glyphs: dict[str, str]


def labels(texts: Sequence[Text], height: float = 12.0, font: str = "") -> Labels:
    """The texts as outlines, letters so high as those of a font of this size; `font` has what the compiler has not.

    Raises InputError where the compiler is missing, or a letter in all fonts.
    """
    if not texts:
        return Labels((), {})
    words = "".join(_words(piece) for text in texts for piece in text)
    fonts = typesetting.fonts_for(words, font)
    head = (
        "#set page(width: auto, height: auto, margin: 0pt, fill: none)\n"
        f'#set text(size: {height:g}pt, top-edge: "bounds", bottom-edge: "bounds", '
        f"font: {typesetting.families(_TEXT, fonts=fonts)})\n"
        f"#show math.equation: set text(font: {typesetting.families(_MATH, fonts=fonts)})\n"
    )
    pages = typesetting.drawings(head + "#pagebreak()\n".join(_content(text) for text in texts), fonts)
    glyphs: dict[str, str] = {}
    for page in pages:
        glyphs |= {name: _shortened(path) for name, path in _SYMBOL.findall(page)}
    return Labels(tuple(_label(page) for page in pages), glyphs)


def said(text: Text) -> str:
    """The text on one line of letters, as it is read out."""
    return "".join(
        plain(piece.formula) if isinstance(piece, Math) else piece if isinstance(piece, str) else piece.text
        for piece in text
    )


def _words(piece: Piece) -> str:
    """What has to be looked up in fonts: the letters of everything that is in the source."""
    return typst(piece.formula) if isinstance(piece, Math) else said((piece,))


def _content(text: Text) -> str:
    return "".join(_piece(piece) for piece in text) + "\n"


def _piece(piece: Piece) -> str:
    match piece:
        case Math(formula):
            return f"$display({typst(formula)})$"
        case Code(words):
            return f"#raw({string(words)});"
        case Strong(words):
            return f"#strong({string(words)});"
        case Stressed(words):
            return f"#emph({string(words)});"
        case str():
            return f"#{string(piece)};"
    raise TypeError(f"no label for {type(piece).__name__}")


def _label(page: str) -> Label:
    """The page without its head, its background and its colours."""
    found = _PAGE.search(page)
    assert found is not None, page[:200]
    size = Size(float(found[1]), float(found[2]))
    body = page[page.index(">") + 1 :].split("<defs")[0]
    parts = []
    for part in _PART.finditer(body):
        if part["matrix"] is not None:
            parts.append(f'<g transform="{part["matrix"]}">')
        elif part["glyph"] is not None:
            shift = "" if part["x"] == part["y"] == "0" else f' x="{part["x"]}" y="{part["y"]}"'
            parts.append(f'<use href="#{part["glyph"]}"{shift}/>')
        elif part["path"] is not None:
            parts.append(_stroke(dict(_ATTRIBUTE.findall(part["path"]))))
        else:
            parts.append("</g>")
    return Label(size, "".join(parts))


@lru_cache(maxsize=4096)
def _shortened(path: str) -> str:
    """The same path without signs that can be done without.

    >>> _shortened("M 0 0m 0.5 -2c 0.25 0 -0.1 0 0 10Z ")
    'M.5-2c.25 0-.1 0 0 10Z'
    """
    path = re.sub(r"^M 0 0m ", "M", path.strip())
    path = re.sub(r"(?<![\d.])0(?=\.)", "", path)
    return re.sub(r" (?=[-A-Za-z])|(?<=[A-Za-z]) ", "", path)


def _stroke(attributes: dict[str, str]) -> str:
    """A bar of a fraction or of a root, in the colour of the text."""
    kept = " ".join(
        f'{name}="{value}"'
        for name, value in attributes.items()
        if name in ("d", "stroke-width", "stroke-linecap", "stroke-linejoin", "transform", "fill-rule")
    )
    if attributes.get("stroke", "none") != "none":
        return f'<path fill="none" stroke="currentColor" {kept}/>'
    return f"<path {kept}/>"

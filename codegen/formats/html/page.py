"""A document as one page: head, contents, sections, and a policy by which the page can load nothing."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files

from codegen import template
from codegen.block import Document
from codegen.formats.html.picture import STYLE
from codegen.formats.html.section import Section, sections
from codegen.formats.html.symbols import Symbols, symbols
from codegen.formats.html.text import text
from codegen.formats.html.writer import Writer
from codegen.language import Language
from codegen.languages import language
from codegen.notation.mathml import escaped

_PACKAGE = "codegen.formats.html"
# From so many subsections on, a page has a table of contents.
_MANY = 10


def render(document: Document) -> str:
    """The document as HTML, ending in one newline."""
    spoken = language(document.language)
    known = symbols(document.blocks)
    opening, parts = sections(document.blocks)
    writer = Writer(known, spoken, document.blocks)
    # What stands before the first heading are the author's own words, in which (1) is no equation of ours.
    body = [*(Writer(Symbols(), spoken, ()).blocks(opening)), *(writer.section(part) for part in parts)]
    many = sum(len(part.parts) for part in parts) >= _MANY
    script = _file("script.js")
    return template.render(
        _PACKAGE,
        "page.html.jinja",
        lang=spoken.code,
        policy=_policy(script),
        title=escaped(" ".join(document.title.split())),
        origin=escaped(document.origin),
        style=_file("style.css") + STYLE,
        script=script,
        words={key: escaped(words) for key, words in _words(spoken).items()},
        skip=escaped(spoken.phrase("html.skip")),
        panel=escaped(spoken.phrase("html.panel")),
        contents=_contents(parts) if many else "",
        contents_title=escaped(spoken.phrase("html.contents")),
        body="\n".join(body),
    )


def _words(spoken: Language) -> dict[str, str]:
    """What the script says."""
    return {
        "light": spoken.phrase("html.light"),
        "dark": spoken.phrase("html.dark"),
        "fold": spoken.phrase("html.fold"),
        "unfold": spoken.phrase("html.unfold"),
        "notation": spoken.phrase("html.notation"),
        "latex": spoken.phrase("html.copy_latex"),
        "copy": spoken.phrase("html.copy"),
        "copied": spoken.phrase("html.copied"),
        "failed": spoken.phrase("html.failed"),
    }


def _policy(script: str) -> str:
    """Nothing may be loaded, and no script may run but this one."""
    allowed = b64encode(sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{allowed}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _contents(parts: tuple[Section, ...]) -> str:
    items = []
    for part in parts:
        inner = _contents(part.parts) if part.parts else ""
        title = text(part.heading.text, Symbols())
        number = f'<span class="section-number">{part.number}</span>'
        items.append(f'<li><a href="#{part.anchor}">{number}{title}</a>{inner}</li>\n')
    return f"<ol>{''.join(items)}</ol>"


@cache
def _file(name: str) -> str:
    return (files(_PACKAGE) / name).read_text(encoding="utf-8")

"""What a text says about itself: where it stands, which network it is about, its conventions, its table of symbols."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from derive.errors import InputError
from derive.language import gallery, gallery_path, read
from derive.network import Network
from derive.verification.choose import Aliases
from derive.verification.document import document_of, read_document
from derive.verification.document.document import Document, Snippet, Surface
from derive.verification.formula import formula
from derive.verification.formula.names import FUNCTIONS
from derive.verification.formula.tree import Differential, Node, Symbol, walk
from derive.verification.names import Names
from derive.verification.reading import BATCHES, LAYOUTS, Batch, Layout

_WORD = re.compile(r"(?<![\\\w])[^\W\d_]{3,}")
_REMARK = re.compile(r"\s*[^\W\d_]{3,},")  # constant, 10^{-5}


def document_from(text: str | Path | Document) -> Document:
    """A path is read as a document; a string is a text, or one claim."""
    if isinstance(text, Document):
        return text
    if isinstance(text, Path):
        return read_document(text)
    document = document_of(text, "<text>", None)
    if document.snippets or "\n" in text.strip():
        return document
    surface: Surface = "latex" if "\\" in text or "_{" in text or "^{" in text else "plain"
    starts = tuple((1, column) for column in range(1, len(text) + 1))
    return Document("<text>", (text,), (Snippet(text, surface, "<text>", starts, (text,)),))


def network_named(settings: Mapping[str, str]) -> Network | None:
    """The network that a text names: one of the gallery, for no file is opened because a text says so."""
    name = settings.get("network")
    if name is None:
        return None
    if name not in gallery():
        raise InputError(f"the text names the network {name}, which is not in the gallery", None, "--network FILE")
    return read(gallery_path(name))


def conventions_named(settings: Mapping[str, str]) -> tuple[Layout | None, Batch | None]:
    """The layout and the batch that a text names. InputError for a word that is none."""
    for key, known in (("layout", LAYOUTS), ("batch", BATCHES)):
        if settings.get(key) not in (None, *known):
            raise InputError(f"{key} = {settings[key]}", None, f"{key} is one of {', '.join(known)}")
    layout = next((item for item in LAYOUTS if item == settings.get("layout")), None)
    return layout, next((item for item in BATCHES if item == settings.get("batch")), None)


def table_of(document: Document, network: Network) -> Aliases:
    """The symbols of a text's own table; a row that says in words what a symbol means is for readers."""
    found: list[tuple[Node, Node]] = []
    names = Names(network)
    for written, meant, _ in document.symbols:
        try:
            (pair,) = aliases_from([(written, meant)])
        except InputError:
            continue
        if all(_is_known(node, names) for node in walk(pair[1])) and not _is_remark(pair[1], names):
            found.append(pair)
    return tuple(found)


def unread_rows(document: Document) -> list[InputError]:
    """The rows of a text's own table that are meant as formulas, but are none; words are for readers."""
    found = []
    for written, meant, place in document.symbols:
        if len(_WORD.findall(meant)) > 1 or _REMARK.match(meant):
            continue
        try:
            aliases_from([(written, meant)])
        except InputError as error:
            what = f"this row of the table of symbols is no formula: {error.what}"
            found.append(InputError(what, place, error.remedy))
    return found


def given_aliases(pairs: Iterable[tuple[str, str]], network: Network) -> Aliases:
    """What symbols mean, from a table that was given for this very network. InputError for a row that means nothing."""
    names = Names(network)
    found = []
    for written, meant in pairs:
        (pair,) = aliases_from([(written, meant)])
        missing = [
            node.name
            for node in walk(pair[1])
            if isinstance(node, Symbol) and not _is_known(node, names) and not _is_entry(node, pair[1])
        ]
        if missing or _is_remark(pair[1], names):
            what = f"the table of symbols says {written} = {meant}, but the network has no {(missing or [meant])[0]}"
            raise InputError(what, None, f"one of {', '.join(list(network.tensors)[:12])}")
        found.append(pair)
    return tuple(found)


def _is_entry(node: Symbol, whole: Node) -> bool:
    """True for a letter below a symbol: the l of h[l]."""
    return any(isinstance(item, Symbol) and node in item.lower for item in walk(whole))


def aliases_from(pairs: Iterable[tuple[str, str]]) -> Aliases:
    """What symbols mean, from pairs such as ("a^{(1)}", "h"). InputError where one is no formula."""
    return tuple((_side(written), _side(meant)) for written, meant in pairs)


def _side(text: str) -> Node:
    node = formula(text, "latex" if any(mark in text for mark in "\\{^") else "plain")
    return replace(node.of, name="d" + node.of.name) if isinstance(node, Differential) else node


def _is_known(node: Node, names: Names) -> bool:
    """False for a word that names nothing: "computed by (1)" and "a number" are words for readers."""
    if not isinstance(node, Symbol) or (len(node.name) == 1 and node.name != "a"):
        return True
    return next(names.meanings(node), None) is not None or node.name in FUNCTIONS


def _is_remark(node: Node, names: Names) -> bool:
    return isinstance(node, Symbol) and next(names.meanings(node), None) is None and node.name not in FUNCTIONS

"""What in a page would mislead its readers: found by a parser of HTML, not by the code that wrote it."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

_VOID = frozenset({"meta", "br", "hr", "img", "input", "link", "wbr", "col"})
# How many elements a formula's element has inside; with another number it is drawn as a row.
_CHILDREN = {"mfrac": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3, "mroot": 2}
# Attributes by which something may be fetched.
_FETCHING = frozenset({"src", "srcset", "data", "poster", "action", "background"})
_OUTSIDE = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//|url\(\s*['\"]?(?!#)|@import", re.IGNORECASE)
# Names of vocabularies look like addresses, and nothing is fetched from them.
_VOCABULARY = re.compile(r"http://www\.w3\.org/[\w/]+")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.open: list[str] = []
        self.children: list[int] = []
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if len(values) < len(attrs):
            self.found.append(f"<{tag}> has an attribute twice")
        if tag not in _VOID:
            if self.children:
                self.children[-1] += 1
            self.open.append(tag)
            self.children.append(0)
        self._attributes(tag, values)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._attributes(tag, {name: value or "" for name, value in attrs})

    def _attributes(self, tag: str, values: dict[str, str]) -> None:
        if "id" in values:
            self.ids[values["id"]] += 1
        for name, value in values.items():
            if name.startswith("on"):
                self.found.append(f"<{tag}> has the handler {name}")
            if name in _FETCHING or (name in ("href", "xlink:href") and not value.startswith("#")):
                self.found.append(f"<{tag}> fetches {name}={value[:60]!r}")
            if name == "style" and _OUTSIDE.search(value):
                self.found.append(f"the style of <{tag}> fetches something")
        self.links += [
            value[1:] for name, value in values.items() if name in ("href", "xlink:href") and value[:1] == "#"
        ]
        for name in ("aria-labelledby", "aria-controls", "aria-describedby"):
            self.links += values.get(name, "").split()
        if tag == "math" and not values.get("alttext"):
            self.found.append("a formula without a text")
        if tag == "merror":
            self.found.append("a formula with an error in it")

    def handle_endtag(self, tag: str) -> None:
        if self.open[-1:] == [tag]:
            self.open.pop()
            if self.children.pop() != (wanted := _CHILDREN.get(tag, -1)) and wanted > 0:
                self.found.append(f"<{tag}> has not {wanted} elements inside")
        else:
            self.found.append(f"</{tag}> ends {self.open[-1:] or 'nothing'}")

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["style"] and _OUTSIDE.search(data):
            self.found.append("the style sheet fetches something")


def violations(page: str) -> list[str]:
    """A sentence for everything that does not end, stands twice, leads nowhere, says nothing or fetches something."""
    reader = _Reader()
    reader.feed(_VOCABULARY.sub("", page))
    reader.close()
    found = reader.found + [f"<{tag}> does not end" for tag in reader.open]
    found += [f"the id {name} stands {count} times" for name, count in reader.ids.items() if count > 1]
    return found + [f"nothing is called {link}" for link in dict.fromkeys(reader.links) if link not in reader.ids]

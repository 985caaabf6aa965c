"""What has been found in a text so far, on the way to a document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from derive.errors import InputError, Place
from derive.verification.document.document import Document, Snippet, Surface
from derive.verification.document.environments import unwrapped
from derive.verification.document.source import Passage, Source, joined

_WORDS = 200
# The end of a sentence, and blanks, that stand behind a formula: `a = b\,.`
_TAIL = re.compile(r"(?:\\[,;:! ]|\\q?quad(?![A-Za-z])|(?<![\\.])[.,;]|\s)\Z")
_LABEL = re.compile(r"(?<!\s)(?:\s{2,}|\t)\(\d{1,3}[a-z]?\)\s*\Z")
# `$$a = b$$ $$= c$$`: one chain in two displays.
_BEGINS_WITH_RELATION = re.compile(
    r"&?\s*(?::?=|[≈≃≅≡∝≤≥]|\\(?:approx|equiv|simeq|leq?|geq?|propto|coloneqq)(?![A-Za-z]))"
)
_NOTHING = re.compile(r"(?:[\s$>.,;`&]|\\\\?[()\[\]]|\\[,;!]|\\(?:begin|end)\{[A-Za-z]+\*?\})*+")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
# `sin_z = np.sin(c * z)`, with or without a comment; no comparison, no call of several lines.
_ASSIGNED = re.compile(r"\s*+([A-Za-z_]\w*+\s*+=(?!=)[^#'\"]{1,300}?)\s*+(?:#.*)?", re.DOTALL)
_LONGEST_CHAIN = 5_000
_FARTHEST = 200
_MARKUP = re.compile(r"\\[A-Za-z]+\*?|[*_`{}~$\\]|^[#>]+", re.MULTILINE)


@dataclass
class Findings:
    """Snippets, symbols, settings and what is wrong, in the order of finding."""

    source: Source
    snippets: list[Snippet] = field(default_factory=list)
    symbols: list[tuple[str, str, Place]] = field(default_factory=list)
    settings: list[tuple[str, str]] = field(default_factory=list)
    errors: list[InputError] = field(default_factory=list)
    programs: int = 0
    assigned: list[Snippet] = field(default_factory=list)
    # The parts of the last formula, if another display may carry it on.
    _chain: list[Passage] = field(default_factory=list)

    def formula(
        self,
        passage: Passage,
        surface: Surface,
        *,
        display: bool,
        environment: str = "",
        before: str = "",
        after: str = "",
    ) -> None:
        """Keep a formula, without blanks and the end of its sentence; of an empty one nothing."""
        if surface == "latex":
            passage, aligned = unwrapped(passage, environment)
            for part in [passage] if aligned else _paragraphs(passage):
                self._keep(without_tail(part), surface, display, aligned, before, after)
            return
        if label := _LABEL.search(passage.text):
            passage = passage.part(0, label.start())
        self._keep(without_tail(passage), surface, display, False, before, after)

    def _keep(self, passage: Passage, surface: Surface, display: bool, aligned: bool, before: str, after: str) -> None:
        if not passage.text:
            return
        last = self._chain[-1] if self._chain else None
        if last is not None and display and self._goes_on(last, passage, surface):
            chain, earlier = [*self._chain, passage], self.snippets.pop()
            aligned, before = aligned or earlier.aligned, earlier.before
        else:
            chain, before = [passage], words(before)
        snippet = joined(chain).snippet(surface, display=display, aligned=aligned, before=before, after=after)
        self.snippets.append(snippet)
        self._chain = chain if display else []

    def _goes_on(self, last: Passage, passage: Passage, surface: Surface) -> bool:
        """Whether a displayed formula begins with a relation, and nothing stands between it and the one above."""
        earlier = self.snippets[-1]
        if earlier.surface != surface or len(earlier.text) + len(passage.text) > _LONGEST_CHAIN:
            return False
        start, end = last.offsets[-1] + 1, passage.offsets[0]
        return bool(
            _BEGINS_WITH_RELATION.match(passage.text)
            and 0 <= end - start <= _FARTHEST
            and _NOTHING.fullmatch(self.source.text, start, end)
        )

    def program(self, lines: Sequence[Passage]) -> None:
        """Count a block of code, and keep the lines in which it names a value."""
        self.programs += 1
        for line in lines:
            if found := _ASSIGNED.fullmatch(line.text):
                self.assigned.append(line.part(*found.span(1)).snippet("plain", display=True))

    def claim(self, passage: Passage, place: Place, before: str = "") -> None:
        """Keep a sentence that its author marked as a claim."""
        self._chain = []
        passage = without_tail(passage)
        surface: Surface = "latex" if "\\" in passage.text or "_{" in passage.text else "plain"
        if passage.text:
            self.snippets.append(passage.snippet(surface, display=True, marked=True, before=words(before)))
        else:
            self.errors.append(InputError("a claim without a sentence", place, "claim: dW1 = x.T @ dz1"))

    def document(self) -> Document:
        """All of it in reading order."""
        return Document(
            self.source.file,
            self.source.lines,
            tuple(sorted(self.snippets, key=lambda snippet: snippet.starts[0])),
            tuple(self.symbols),
            tuple(self.settings),
            tuple(sorted(self.errors, key=_where)),
            self.programs,
            tuple(self.assigned),
        )


def _paragraphs(passage: Passage) -> list[Passage]:
    """The formulas that blank lines separate."""
    found, at = [], 0
    for match in _PARAGRAPH.finditer(passage.text):
        found.append(passage.part(at, match.start()))
        at = match.end()
    return [*found, passage.part(at)]


def _where(error: InputError) -> tuple[int, int]:
    return (error.place.line, error.place.column) if error.place else (0, 0)


def without_tail(passage: Passage) -> Passage:
    """The passage without blanks around it and without the end of its sentence."""
    passage = passage.trimmed()
    end = len(passage.text)
    while tail := _TAIL.search(passage.text, max(0, end - 8), end):
        end = tail.start()
    return passage.part(0, end)


def words(text: str) -> str:
    """The last words of a text, without the marks of its markup and at most 200 characters of them."""
    plain = " ".join(_MARKUP.sub(" ", text[-2 * _WORDS :]).split())
    if len(plain) <= _WORDS:
        return plain
    return plain[-_WORDS:].partition(" ")[2]

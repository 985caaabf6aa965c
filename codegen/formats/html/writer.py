"""Sections and blocks as HTML; equations that have several notations stand together, derivations fold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codegen.block import (
    Block,
    Display,
    Forms,
    Graph,
    Listing,
    Paragraph,
    Plot,
    Points,
    Steps,
    Table,
    Text,
)
from codegen.formats.html import rows
from codegen.formats.html.picture import picture
from codegen.formats.html.plot import plotted
from codegen.formats.html.section import Section
from codegen.formats.html.symbols import Symbols, defined, equation_of_row, symbol_of_row
from codegen.formats.html.text import marked, text
from codegen.language import Language
from codegen.notation.mathml import escaped


class Writer:
    """Prints the blocks of one page, in their order.

    Every number gets one anchor and every name one definition: that of the card with its result if there is one, else
    the first equation.
    """

    def __init__(self, symbols: Symbols, language: Language, blocks: Sequence[Block]) -> None:
        self.symbols = symbols
        self.language = language
        self.cards = {
            number: block
            for block in blocks
            if isinstance(block, Forms) and len(block.index.rows) == 1
            for _, _, number in block.index.rows
            if number is not None
        }
        self.anchored: set[int] = set()
        self.defined: set[str] = set()
        self.described: set[str] = set()
        self.graphs = 0

    def section(self, section: Section) -> str:
        """A section with everything in it."""
        level = min(section.heading.level, 6)
        number = f'<span class="section-number">{section.number}</span>'
        title = text(section.heading.text, self.symbols)
        content = [*self.blocks(section.blocks), *(self.section(part) for part in section.parts)]
        heading = f'<h{level} id="{section.anchor}-title">{number}{title}</h{level}>'
        return (
            f'<section id="{section.anchor}" aria-labelledby="{section.anchor}-title">\n{heading}\n'
            + "\n".join(content)
            + "\n</section>"
        )

    def blocks(self, blocks: Sequence[Block]) -> list[str]:
        """The blocks of a section; what leads to a result folds."""
        merged = _together(blocks)
        place = next((place for place, block in enumerate(merged) if self._is_card(block)), 0)
        if not place:
            return list(self._each(merged))
        summary = escaped(self.language.phrase("html.derivation"))
        derivation = "\n".join(self._each(merged[:place]))
        return [
            f'<details class="derivation" open><summary>{summary}</summary>\n{derivation}\n</details>',
            *self._each(merged[place:]),
        ]

    def _is_card(self, block: Block) -> bool:
        return isinstance(block, Forms) and len(block.index.rows) == 1

    def _each(self, blocks: Sequence[Block]) -> Iterator[str]:
        """The blocks one by one; a chain folds below the sentence that announces it."""
        waiting = list(blocks)
        while waiting:
            block = waiting.pop(0)
            if (
                isinstance(block, Paragraph)
                and waiting
                and isinstance(chain := waiting[0], Steps)
                and len(chain.rows) > 1
            ):
                waiting.pop(0)
                summary = f"<summary>{text(block.text, self.symbols)}</summary>"
                yield f'<details class="chain" open>{summary}{self.block(chain)}</details>'
            else:
                yield self.block(block)

    def block(self, block: Block) -> str:
        """One block."""
        match block:
            case Paragraph(pieces):
                return f"<p>{text(pieces, self.symbols)}</p>"
            case Points(items):
                return "<ul>\n" + "".join(f"<li>{text(item, self.symbols)}</li>\n" for item in items) + "</ul>"
            case Display():
                return self._boxed(block) if block.boxed else rows.display(block, self.symbols, self._claim)
            case Steps():
                return rows.steps(block, self.symbols, self._claim)
            case Table():
                return self._table(block)
            case Listing():
                return self._listing(block)
            case Graph():
                self.graphs += 1
                return picture(block, self.graphs, self.symbols, self.language)
            case Forms():
                return self._forms(block)
            case Plot():
                return plotted(block, self.symbols)
        raise TypeError(f"no HTML for a block of kind {type(block).__name__}")

    # Equations --------------------------------------------------------------------------------------------------------

    def _claim(self, number: int, name: str) -> tuple[bool, bool]:
        """Whether the equation with this number has its anchor here, and the name its definition; once each."""
        if number in self.cards:
            return False, False
        anchored, defining = number not in self.anchored, bool(name) and name not in self.defined
        self.anchored.add(number)
        self.defined.add(name)
        return anchored, defining

    def _claim_in_card(self, number: int, name: str) -> tuple[bool, bool]:
        """The anchor of a card is the card itself, so that it can be found in whatever notation it is shown."""
        defining = bool(name) and name not in self.defined
        self.defined.add(name)
        return False, defining

    def _forms(self, block: Forms) -> str:
        """The notations, each under its name."""
        if not self._is_card(block):
            return self._notations(block, "", self._claim)
        ((_, _, number),) = block.index.rows
        anchor = ""
        if number is not None and number not in self.anchored:
            anchor = f' id="eq-{number}"'
            self.anchored.add(number)
        return self._notations(block, "card", self._claim_in_card, anchor)

    def _boxed(self, block: Display) -> str:
        """Results that stand together; where each has a card, they have the notations of their cards."""
        found = [self.cards.get(number) if number is not None else None for _, _, number in block.rows]
        cards = [card for card in found if card is not None]
        if len(cards) < len(found):
            return rows.display(block, self.symbols, self._claim)
        matrix = [
            (*(card.matrix or card.index).rows[0][:2], number)
            for card, (_, _, number) in zip(cards, block.rows, strict=True)
        ]
        codes = [card.code.code for card in cards if card.code is not None]
        forms = Forms(
            block,
            (),
            Display(tuple(matrix), boxed=True) if any(card.matrix for card in cards) else None,
            Listing("python", "\n".join(codes)) if len(codes) == len(cards) else None,
        )
        return self._notations(forms, "boxed", self._claim)

    def _notations(self, block: Forms, kind: str, claim: rows.Claim, attributes: str = "") -> str:
        named = [("index", self.language.phrase("html.index"), rows.display(block.index, self.symbols, claim))]
        if block.matrix is not None:
            shown = rows.display(block.matrix, self.symbols, lambda number, name: (False, False))
            named.append(("matrix", self.language.phrase("html.matrix"), shown))
        if block.code is not None:
            named.append(("code", self.language.phrase("html.code"), self._listing(block.code)))
        if len(named) == 1:
            return f'<div class="forms{f" {kind}" if kind else ""}"{attributes}>{named[0][2]}</div>'
        forms = "".join(
            f'<div class="form" data-form="{form}" role="group" aria-label="{escaped(name)}">'
            f'<p class="form-name">{escaped(name)}</p>{content}</div>'
            for form, name, content in named
        )
        return f'<div class="forms{f" {kind}" if kind else ""}"{attributes}>{forms}</div>'

    # Others -----------------------------------------------------------------------------------------------------------

    def _listing(self, block: Listing) -> str:
        language = escaped(block.language)
        code = marked(block.code.rstrip(), self.symbols)
        return f'<div class="code"><pre><code class="language-{language}">{code}</code></pre></div>'

    def _table(self, block: Table) -> str:
        head = "".join(f'<th scope="col">{text(cell, self.symbols)}</th>' for cell in block.head)
        body = "".join(
            f'<tr{self._about(row)}><th scope="row">{text(row[0], self.symbols)}</th>'
            + "".join(f"<td>{text(cell, self.symbols)}</td>" for cell in row[1:])
            + "</tr>\n"
            for row in block.rows
        )
        return f'<div class="table"><table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>'

    def _about(self, row: tuple[Text, ...]) -> str:
        """The mark of the first row that shows an equation, or says what a name means."""
        if equation := equation_of_row(row):
            number, left = equation
            name = defined(left)
            anchored, defining = self._claim(number, name)
            anchor = f' id="eq-{number}"' if anchored else ""
            return anchor + (f' data-defines="{escaped(name)}"' if defining else "")
        name = symbol_of_row(row)
        if not name or name in self.described:
            return ""
        self.described.add(name)
        return f' data-about="{escaped(name)}"'


def _together(blocks: Sequence[Block]) -> list[Block]:
    """The blocks with all notations of the same equations in one place: where the equations stand first."""
    merged: list[Block] = []
    for block in blocks:
        if not isinstance(block, Forms):
            merged.append(block)
            continue
        place = next((place for place, other in enumerate(merged) if _index(other) == block.index), None)
        if place is None:
            merged.append(block)
            continue
        other = merged[place]
        matrix, code = (other.matrix, other.code) if isinstance(other, Forms) else (None, None)
        merged[place] = Forms(block.index, (), block.matrix or matrix, block.code or code)
    return merged


def _index(block: Block) -> Display | None:
    """The equations that a block shows in index notation."""
    return block.index if isinstance(block, Forms) else block if isinstance(block, Display) else None

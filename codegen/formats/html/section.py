"""Blocks under their headings: sections with numbers, and sections in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codegen.block import Block, Heading


@dataclass(frozen=True)
class Section:
    """A heading, the blocks below it, and the sections inside."""

    number: str
    heading: Heading
    blocks: tuple[Block, ...]
    parts: tuple[Section, ...] = ()

    @property
    def anchor(self) -> str:
        """The id of the section: section-5-2."""
        return f"section-{self.number.replace('.', '-')}"


def sections(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    """The blocks before the first heading, and the sections."""
    return _split(blocks, 2, "")


def _split(blocks: Sequence[Block], level: int, before: str) -> tuple[tuple[Block, ...], tuple[Section, ...]]:
    """The blocks before the first heading of this level or a higher one, and a section for each of these headings."""
    places = [place for place, block in enumerate(blocks) if isinstance(block, Heading) and block.level <= level]
    if not places:
        deeper = any(isinstance(block, Heading) for block in blocks)
        return _split(blocks, level + 1, before) if deeper else (tuple(blocks), ())
    found: list[Section] = []
    for count, (start, end) in enumerate(zip(places, [*places[1:], len(blocks)], strict=True), start=1):
        heading = blocks[start]
        assert isinstance(heading, Heading)
        number = f"{before}{count}"
        own, parts = _split(blocks[start + 1 : end], level + 1, f"{number}.")
        found.append(Section(number, heading, own, parts))
    return tuple(blocks[: places[0]]), tuple(found)

"""The notation of a document, explained once: only the signs that stand in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codegen.block import Block, Math, Paragraph, Points, Text
from codegen.notation import formula as f
from codegen.outline.words import merged

_DELTA = f.Kronecker(f.Name("i"), f.Name("j"))
_BRACKET = f.Iverson(f.Name("condition"))
_A, _B = f.Name("A"), f.Name("B")

# what to look for, and what to say when it is there
_SIGNS: tuple[tuple[type, str, Text], ...] = (
    (f.Kronecker, "", (Math(_DELTA), " is 1 where the two indices are equal and 0 elsewhere")),
    (f.Iverson, "", (Math(_BRACKET), " is 1 where the condition holds and 0 elsewhere")),
    (f.Infix, "hadamard", (Math(f.Infix("hadamard", (_A, _B))), " multiplies entry by entry")),
    (f.Infix, "over", (Math(f.Infix("over", (_A, _B))), " divides entry by entry")),
    (f.Elementwise, "", (Math(f.Power(_A, f.Elementwise(f.Number("2")))), " squares every entry; other powers alike")),
    (f.Ones, "", (Math(f.Ones()), " is a column of ones, as long as it has to be: ", Math(f.Factors((_A, f.Ones()))),
                  " holds the sums of the rows of ", Math(_A))),
)  # fmt: skip


def legend(blocks: Iterable[Block]) -> list[Block]:
    """An explanation of every special sign in the blocks."""
    found = {
        (type(node), getattr(node, "sign", "") if isinstance(node, f.Infix) else "") for node in nodes(tuple(blocks))
    }
    items = tuple(merged((*words, ".")) for kind, sign, words in _SIGNS if (kind, sign) in found)
    return [Paragraph(("Notation:",)), Points(items)] if items else []


def nodes(item: object) -> Iterator[object]:
    """Every part of blocks and formulas."""
    yield item
    if isinstance(item, tuple):
        for part in item:
            yield from nodes(part)
    elif hasattr(item, "__dataclass_fields__"):
        for part in vars(item).values():
            yield from nodes(part)

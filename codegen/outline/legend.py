"""The notation of a document, explained once: only the signs that stand in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codegen.block import Block, Math, Paragraph, Points
from codegen.language import Language, Place
from codegen.notation import formula as f

_DELTA = f.Kronecker(f.Name("i"), f.Name("j"))
_BRACKET = f.Iverson(f.Name("condition"))
_A, _B = f.Name("A"), f.Name("B")

# what to look for, the message to give when it is there, and what stands at the places of that
_SIGNS: tuple[tuple[type, str, str, dict[str, Place]], ...] = (
    (f.Kronecker, "", "legend.delta", {"sign": Math(_DELTA)}),
    (f.Iverson, "", "legend.bracket", {"sign": Math(_BRACKET)}),
    (f.Infix, "hadamard", "legend.hadamard", {"sign": Math(f.Infix("hadamard", (_A, _B)))}),
    (f.Infix, "over", "legend.over", {"sign": Math(f.Infix("over", (_A, _B)))}),
    (f.Elementwise, "", "legend.elementwise", {"sign": Math(f.Power(_A, f.Elementwise(f.Number("2"))))}),
    (f.Ones, "", "legend.ones",
     {"sign": Math(f.Ones()), "example": Math(f.Factors((_A, f.Ones()))), "matrix": Math(_A)}),
)  # fmt: skip


def legend(blocks: Iterable[Block], language: Language) -> list[Block]:
    """An explanation of every special sign in the blocks."""
    found = {
        (type(node), getattr(node, "sign", "") if isinstance(node, f.Infix) else "") for node in nodes(tuple(blocks))
    }
    items = tuple(language.say(key, None, **places) for kind, sign, key, places in _SIGNS if (kind, sign) in found)
    return [Paragraph(language.say("legend.heading")), Points(items)] if items else []


def nodes(item: object) -> Iterator[object]:
    """Every part of blocks and formulas."""
    yield item
    if isinstance(item, tuple):
        for part in item:
            yield from nodes(part)
    elif hasattr(item, "__dataclass_fields__"):
        for part in vars(item).values():
            yield from nodes(part)

"""Sums and products of parts, as their shapes decide them."""

from __future__ import annotations

from derive.verification.infer.sizes import Unfit
from derive.verification.infer.writing import Part, Writing


def elementwise(a: Part, b: Part, sign: str, writing: Writing) -> Part:
    """a + b, a - b, a ⊙ b, a / b; a number stands beside any shape, a vector beside a matrix whose axis it has."""
    if len(a.axes) == len(b.axes):
        for x, y in zip(a.axes, b.axes, strict=True):
            writing.sizes.same(x, y)
        return Part(a.axes, lambda at: f"({a.text(at)} {sign} {b.text(at)})", a.row)
    if not a.axes or not b.axes:
        axes = a.axes or b.axes
        return Part(
            axes, lambda at: f"({a.text(at if a.axes else ())} {sign} {b.text(at if b.axes else ())})", a.row or b.row
        )
    if len(b.axes) == 2:
        raise Unfit("a vector before a matrix in a sum")
    # A bias beside a matrix of examples: on the axis that already has its size, else the last one, as NumPy does.
    size = writing.sizes.root(b.axes[0])
    place = next((place for place in (1, 0) if writing.sizes.root(a.axes[place]) == size), 1)
    writing.sizes.same(a.axes[place], b.axes[0])
    return Part(a.axes, lambda at: f"({a.text(at)} {sign} {b.text((at[place],))})")


def times(a: Part, b: Part, sign: str, writing: Writing) -> Part:
    """A product as shapes decide it."""
    if not a.axes or not b.axes or sign in ("⊙", "∘"):
        return elementwise(a, b, "*", writing)
    if len(a.axes) == 1 and len(b.axes) == 1:
        if sign == "⊗" or (not a.row and b.row):
            return Part((*a.axes, *b.axes), lambda at: f"({a.text(at[:1])} * {b.text(at[1:])})")
        if sign != "·" and not a.row:
            if sign == "*":
                return elementwise(a, b, "*", writing)
            raise Unfit("a product of two columns")
    return _contracted(a, b, writing)


def _contracted(a: Part, b: Part, writing: Writing) -> Part:
    writing.sizes.same(a.axes[-1], b.axes[0])
    k, kept = writing.letter(), len(a.axes) - 1

    def text(at: tuple[str, ...]) -> str:
        return f"sum({a.text((*at[:kept], k))} * {b.text((k, *at[kept:]))} for {k})"

    return Part((*a.axes[:-1], *b.axes[1:]), text, row=len(a.axes) == 1 and len(b.axes) == 2)

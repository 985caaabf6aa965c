"""Slopes that follow each other between a parameter and the loss: their product bounds what is left of a gradient."""

from __future__ import annotations

from functools import cache

from sympy import Expr, Integer, S

from codegen.block import Math, Text
from codegen.notation.formula import Fraction, Name, Number
from codegen.outline.page import Page
from codegen.outline.slope_bounds import slope_reach
from derive.function import Function
from derive.operators import Apply

_SMALL = S(1) / 8


def bounds(page: Page) -> dict[Function, Expr]:
    """The largest size of the slope of every function, where there is one."""
    found: dict[Function, Expr] = {}
    for lemma in page.derivation.lemmas:
        reached = slope_reach(page, lemma)
        if reached is not None and reached.high is not None and reached.low is not None:
            found[lemma.function] = max(abs(reached.low), abs(reached.high))
    return found


def depth_risks(page: Page) -> list[Text]:
    """How small the slopes alone make the gradient of what stands farthest from the loss."""
    derivation = page.derivation
    limits = bounds(page)
    adjoints = {item.of.name: item for item in derivation.adjoints}
    recurring = {name for recurrence in derivation.network.recurrences for name in recurrence.members}

    @cache
    def passed(name: str) -> tuple[Expr, tuple[Function, ...]]:
        """The slopes on the way with the weakest bound, and their product."""
        if name not in adjoints or name in recurring:
            return Integer(1), ()
        ways = []
        for part in adjoints[name].locals:
            product, slopes = passed(part.consumer.tensor.name)
            right = part.consumer.right
            own = right.function if isinstance(right, Apply) and right.function in limits else None
            ways.append((product * limits[own], (*slopes, own)) if own is not None else (product, slopes))
        return max(ways, key=lambda way: (way[0], -len(way[1])), default=(Integer(1), ()))

    found = {name: passed(name) for name in derivation.wanted if name in adjoints}
    small = {name: way for name, way in found.items() if len(way[1]) > 1 and way[0] <= _SMALL}
    if not small:
        return []
    product, slopes = min(small.values(), key=lambda way: way[0])
    names = [name for name, way in small.items() if way[0] == product]
    factors = page.language.phrase("list.factors").join(str(limits[slope]) for slope in slopes)
    exact = Fraction(Number(str(product.p)), Number(str(product.q))) if product.is_Rational else page.formula(product)
    sentence = page.say(
        "slopes.depth",
        names=page.listed([(Math(Name(name)),) for name in names]),
        slopes=len(slopes),
        factors=factors,
        product=Math(exact),
    )
    return [sentence]

"""Products as they are written: signs, juxtaposition and chain rule, decided by shapes.

In LaTeX juxtaposed factors belong together before a sign joins them; in plain text, as in NumPy, every sign is
taken from left to right and `*` is elementwise.
"""

from __future__ import annotations

from derive.verification.value import (
    DoesNotFit,
    Value,
    chained,
    divided,
    dot,
    elementwise,
    matrix_product,
    outer,
)


def product(factors: list[Value], signs: list[str], surface: str, dots: bool = False) -> Value:
    """The product of factors with the signs between them; with `dots`, a · b is taken entry by entry."""
    if dots:
        signs = ["⊙" if sign == "·" else sign for sign in signs]
    factors, signs = _chain_rule(factors, signs)
    if surface == "plain":
        try:
            return _left_to_right(factors, signs, surface)
        except DoesNotFit:
            return _grouped(factors, signs, surface)
    try:
        return _grouped(factors, signs, surface)
    except DoesNotFit:
        return _left_to_right(factors, signs, surface)


def _chain_rule(factors: list[Value], signs: list[str]) -> tuple[list[Value], list[str]]:
    """Join ∂u/∂v with ∂v/∂w, wherever they stand in the product."""
    factors, signs = list(factors), list(signs)
    joined = True
    while joined:
        joined = False
        for i, a in enumerate(factors):
            for j, b in enumerate(factors):
                # a / ∂u/∂v · ∂v/∂w: what stands below a slash is not joined with what does not.
                if i >= j or "/" in signs[max(i - 1, 0) : j] or (a.rank == 0 and b.rank == 0):
                    continue
                met = chained(a, b)
                if met is not None and max(a.path.outer if a.path else 0, b.path.outer if b.path else 0) > 0:
                    factors[i] = met
                    del factors[j]
                    del signs[j - 1]
                    joined = True
                    break
            if joined:
                break
    return factors, signs


def _left_to_right(factors: list[Value], signs: list[str], surface: str) -> Value:
    result = factors[0]
    for sign, factor in zip(signs, factors[1:], strict=True):
        result = joined(result, sign, factor, surface)
    return result


def _grouped(factors: list[Value], signs: list[str], surface: str) -> Value:
    """Quotients first, then what is juxtaposed, then the explicit signs from left to right."""
    for tight in (("/",), ("", "@")):
        merged, kept = [factors[0]], []
        for sign, factor in zip(signs, factors[1:], strict=True):
            if sign in tight:
                merged[-1] = joined(merged[-1], sign, factor, surface)
            else:
                merged.append(factor)
                kept.append(sign)
        factors, signs = merged, kept
    return _left_to_right(factors, signs, surface)


def joined(a: Value, sign: str, b: Value, surface: str) -> Value:
    """Two factors with one sign between them."""
    if sign == "/":
        return divided(a, b)
    if not (a.ones or b.ones) and (a.rank == 0 or b.rank == 0):
        return matrix_product(a, b)
    if sign in ("⊙", "∘"):
        return elementwise(a, b)
    if sign == "⊗":
        return outer(a, b)
    if sign == "@":
        return dot(a, b) if surface == "plain" else matrix_product(a, b)
    if sign == "·":
        return _first_that_fits(a, b, dot, elementwise)
    if sign == "*" and surface == "plain":
        return elementwise(a, b)
    if sign == "*" or (sign == "×" and surface == "plain"):
        return _first_that_fits(a, b, elementwise, matrix_product)
    return _first_that_fits(a, b, matrix_product, elementwise)


def _first_that_fits(a: Value, b: Value, *ways: object) -> Value:
    first: DoesNotFit | None = None
    for way in ways:
        try:
            return way(a, b)  # type: ignore[operator, no-any-return]
        except DoesNotFit as misfit:
            first = first or misfit
    assert first is not None
    raise first

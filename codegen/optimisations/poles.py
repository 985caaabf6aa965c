"""Nothing is divided by a value that may underflow, such as p in -y/p, where the quotient is multiplied by it again.

p (1 - p) (y / p - (1 - y) / (1 - p))                   y (1 - p) - p (1 - y)
dp = a - y / p,  dz = p (dp - sum_k dp_k p_k)           dp_p = a p - y,  dz = dp_p - p sum_k dp_p_k
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from sympy import Add, Expr, Mul, Pow, S

from codegen.optimisations.exponential import Definitions, is_bounded, split
from derive.binding import bind, free_letters, replace_nodes, substitute, unbind
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.index import is_letter
from derive.operators import Sum


def may_vanish(base: Expr, definitions: Definitions) -> bool:
    """Whether a value made of exponentials may underflow to 0: one that has a name, or a difference such as 1 - p."""
    found = split(base, definitions)
    return found.exponential and (isinstance(base, Entry) or (isinstance(base, Add) and is_bounded(found.logarithm)))


def spread(expr: Expr, definitions: Definitions) -> Expr:
    """The expression with factors multiplied into sums in which terms are divided by them."""

    def change(node: Expr) -> Expr | None:
        if not isinstance(node, Mul):
            return None
        new = _again(_cancelled(node, definitions), definitions)
        return None if new == node else new

    return replace_nodes(expr, change)


def _multiplied(product: Mul, definitions: Definitions) -> Expr:
    """b (a + c / b)  ->  a b + c"""
    factors = list(product.args)
    for place, factor in enumerate(factors):
        if not isinstance(factor, Add):
            continue
        others = factors[:place] + factors[place + 1 :]
        inside = {pole.as_base_exp()[0] for pole in poles(factor)}
        moved = [
            item
            for item in others
            if item.as_base_exp()[0] in inside and may_vanish(item.as_base_exp()[0], definitions)
        ]
        if moved:
            rest = [item for item in others if item not in moved]
            return Mul(*rest, Add(*(_again(Mul(*moved, term), definitions) for term in factor.args)))
    return product


def _cancelled(product: Mul, definitions: Definitions) -> Expr:
    """(p + q) / m  ->  2 where m = (p + q) / 2"""
    for factor in product.args:
        base = factor.as_base_exp()[0]
        if isinstance(base, Entry) and factor != base and may_vanish(base, definitions):
            others = [item for item in product.args if item is not factor]
            shorter = Mul(*others, *Mul.make_args(_written_out(factor, definitions)))
            if len(list(poles(shorter))) < len(list(poles(product))):
                return shorter
    return product


def _again(expr: Expr, definitions: Definitions) -> Expr:
    return _multiplied(expr, definitions) if isinstance(expr, Mul) else expr


def poles(expr: Expr) -> Iterator[Pow]:
    """The divisors of an expression, in products and in the terms of sums."""
    if isinstance(expr, Add | Mul):
        for argument in expr.args:
            yield from poles(argument)
    elif isinstance(expr, Pow) and expr.exp.is_Integer and expr.exp.is_negative:
        yield expr


def without_poles(
    equations: Sequence[Equation], definitions: Definitions, fresh: Callable[[str], str]
) -> tuple[list[Equation], dict[str, str]]:
    """The equations, where what is divided by a value is multiplied by it, and what each new value was made of."""
    result = [replace(equation, right=spread(equation.right, definitions)) for equation in equations]
    origins: dict[str, str] = {}
    for equation in list(result):
        scale = _scale(equation, definitions)
        readers = [item for item in result if _reads(item, equation.tensor)]
        if scale == 1 or not readers:
            continue
        scaled = Tensor(fresh(f"{equation.tensor.name}_{'_'.join(_names(scale))}"), equation.tensor.axes)
        right = spread(Mul(scale, equation.right), definitions)
        new = [_read_scaled(item, equation, Entry(scaled, *equation.letters) / scale, definitions) for item in readers]
        if _divides(right, scale) or None in new:
            continue
        origins[scaled.name] = equation.tensor.name
        changed = dict(zip(readers, new, strict=True))
        result = [changed.get(item) or item for item in result]
        place = next(place for place, item in enumerate(result) if item.tensor == equation.tensor)
        result.insert(place + 1, Equation(scaled, equation.letters, right))
    return result, origins


def _scale(equation: Equation, definitions: Definitions) -> Expr:
    """The product of what the equation divides by and what may vanish, each in its highest power; 1 for a slice."""
    if equation.subscripts:
        return S.One
    highest: dict[Expr, Expr] = {}
    for pole in poles(equation.right):
        base, exponent = pole.as_base_exp()
        if may_vanish(base, definitions) and free_letters(base) <= set(equation.letters):
            highest[base] = max(highest.get(base, S.Zero), -exponent)
    return Mul(*(base**exponent for base, exponent in highest.items()))


def _reads(equation: Equation, tensor: Tensor) -> bool:
    return any(entry.tensor == tensor for entry in equation.right.atoms(Entry))


def _names(scale: Expr) -> Iterable[str]:
    return sorted({entry.tensor.name for entry in scale.atoms(Entry)})


def _read_scaled(equation: Equation, read: Equation, quotient: Expr, definitions: Definitions) -> Equation | None:
    """The equation with `quotient` in place of the gradient that it reads; None where it would still divide."""
    entries = [entry for entry in sorted(equation.right.atoms(Entry), key=str) if entry.tensor == read.tensor]
    if equation.subscripts or not all(is_letter(s) for entry in entries for s in entry.subscripts):
        return None
    right = replace_nodes(equation.right, lambda node: _quotient_for(node, read, quotient))
    right = spread(right, definitions)
    if _divides(right, S.One / quotient):
        right = replace_nodes(right, lambda node: _taken_out(node, definitions))
    return None if _divides(right, S.One / quotient) else replace(equation, right=right)


def _quotient_for(node: Expr, read: Equation, quotient: Expr) -> Expr | None:
    if isinstance(node, Entry) and node.tensor == read.tensor:
        return substitute(quotient, dict(zip(read.letters, node.subscripts, strict=True)))
    return None


def _taken_out(node: Expr, definitions: Definitions) -> Expr | None:
    """sum_k a_k e_k / p_k  ->  s sum_k a_k  where p = e / s"""
    if not isinstance(node, Sum):
        return None
    letters, body = unbind(node)
    written = Mul(*(_written_out(factor, definitions) for factor in Mul.make_args(body)))
    inside = [factor for factor in Mul.make_args(written) if free_letters(factor) & set(letters)]
    outside = [factor for factor in Mul.make_args(written) if factor not in inside]
    return Mul(*outside, bind(Sum, Mul(*inside), letters)) if inside else None


def _written_out(factor: Expr, definitions: Definitions) -> Expr:
    """1 / p  ->  s / e  where p = e / s"""
    base, exponent = factor.as_base_exp()
    if isinstance(base, Entry) and exponent.is_negative and base.tensor.name in definitions.equations:
        definition = definitions.equations[base.tensor.name]
        right = substitute(definition.right, dict(zip(definition.letters, base.subscripts, strict=True)))
        content, rest = right.as_content_primitive()
        return Mul(content**exponent, *(part**exponent for part in Mul.make_args(rest)))
    return factor


def _divides(expr: Expr, scale: Expr) -> bool:
    """Whether the expression divides by a factor of the scale, whatever the letters."""
    tensors = {entry.tensor for factor in Mul.make_args(scale) for entry in factor.atoms(Entry)}
    divisors = [node for node in sorted(expr.atoms(Pow), key=str) if node.exp.is_negative]
    shapes = {type(factor.as_base_exp()[0]) for factor in Mul.make_args(scale)}
    return any(
        type(node.base) in shapes and {entry.tensor for entry in node.base.atoms(Entry)} & tensors for node in divisors
    )

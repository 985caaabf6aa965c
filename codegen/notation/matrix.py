"""Array operations in matrix notation: the same tree that code is printed from, so both say the same.

A vector is a column. A vector that is broadcast becomes an outer product with the vector of ones, a sum over an axis a
product with it. What matrices do not say (gathers, three axes in motion) has no matrix notation: None.
"""

from __future__ import annotations

from collections.abc import Mapping

from codegen import program as p
from codegen.check import ShapeError, axes_of
from codegen.notation import formula as f
from codegen.notation.arrange import arrange
from codegen.notation.formula import Formula, grouped, raised
from codegen.notation.setting import Setting

_ONES = f.Ones()
_RELATIONS = ("<", "<=", ">", ">=", "==", "!=")


class _Unsaid(Exception):
    """Matrix notation has no word for this operation."""


def matrix(operation: p.Operation, shapes: Mapping[str, p.Axes], setting: Setting) -> Formula | None:
    """The operation in matrix notation; `shapes` are those of the names in it."""
    try:
        return _Matrices(shapes, setting).of(operation)
    except (_Unsaid, ShapeError):
        return None


class _Matrices:
    def __init__(self, shapes: Mapping[str, p.Axes], setting: Setting) -> None:
        self.shapes = shapes
        self.setting = setting

    def axes(self, operation: p.Operation) -> p.Axes:
        return axes_of(operation, self.shapes)

    def of(self, operation: p.Operation) -> Formula:
        """A formula whose shape, as a matrix, is that of the operation."""
        match operation:
            case p.Name(name):
                return self.setting.value(name)
            case p.Number(value) | p.Size(value):
                return arrange(value, self.setting)
            case p.Elementwise("*", (p.Number() | p.Size() as first, p.Number() | p.Size() as second)):
                return arrange(first.value * second.value, self.setting)
            case p.Elementwise("real", (operand,)):
                inside = self.of(operand)
                return f.Iverson(inside) if isinstance(inside, f.Relation | f.Logic) else inside
            case p.Elementwise():
                return self._elementwise(operation)
            case p.Matmul(left, right):
                return self._product(left, right)
            case p.Transpose(operand, (1, 0)):
                return _transposed(self.of(operand))
            case p.Reduce("sum", operand, axes):
                return self._sum(operand, axes, len(self.axes(operand)))
            case p.Insert(operand) if len(self.axes(operand)) <= 1:
                return self.of(operand)
            case p.Stretch(operand, axes):
                return self._stretched(operand, axes)
        raise _Unsaid(operation)

    def _product(self, left: p.Operation, right: p.Operation) -> Formula:
        ranks = len(self.axes(left)), len(self.axes(right))
        if max(ranks) > 2:
            raise _Unsaid(p.Matmul(left, right))
        first, second = self.of(left), self.of(right)
        if ranks == (1, 2):
            return _side_by_side(_transposed(second), first)
        if ranks == (1, 1):
            return _side_by_side(_transposed(first), second)
        return _side_by_side(first, second)

    def _sum(self, operand: p.Operation, axes: tuple[int, ...], rank: int) -> Formula:
        inside = self.of(operand)
        if rank == 1:
            return _side_by_side(_transposed(_ONES), inside)
        if rank != 2:
            raise _Unsaid(operand)
        if axes == (0,):
            return _side_by_side(_transposed(inside), _ONES)
        if axes == (1,):
            return _side_by_side(inside, _ONES)
        return _side_by_side(_transposed(_ONES), inside, _ONES)

    def _stretched(self, operand: p.Operation, wanted: p.Axes) -> Formula:
        """The operand as an array of these axes; a number stays a number."""
        have = self.axes(operand)
        inside = self.of(operand)
        if not have or have == wanted:
            return inside
        if len(wanted) == 2 and have[-1] == wanted[-1] and (len(have) == 1 or have[0] == 1):
            return _side_by_side(_ONES, _transposed(inside))
        if len(wanted) == 2 and len(have) == 2 and have[0] == wanted[0]:
            return _side_by_side(inside, _transposed(_ONES))
        raise _Unsaid(operand)

    def _elementwise(self, operation: p.Elementwise) -> Formula:
        wanted = self.axes(operation)
        sign = operation.function
        scalars = [not self.axes(argument) for argument in operation.arguments]
        items = [self._stretched(argument, wanted) for argument in operation.arguments]
        if sign not in ("where", "and", "or", "not"):
            items = [f.Iverson(item) if isinstance(item, f.Relation | f.Logic) else item for item in items]
        match sign, items:
            case "+" | "-", [first, second]:
                return _added(sign, first, second)
            case "negative", [body]:
                return f.Negative(f.Group(body) if isinstance(body, f.Terms | f.Negative | f.Infix) else body)
            case "*", [first, second] if any(scalars) or not wanted:
                return _side_by_side(*((second, first) if scalars[1] and not scalars[0] else (first, second)))
            case "*", [first, second]:
                return _hadamard(first, second)
            case "/", [first, second] if not wanted and not isinstance(first, f.Factors | f.Negative):
                return f.Fraction(first, second)
            case "/", [f.Negative(body), second] if scalars[1]:
                return f.Negative(_side_by_side(f.Fraction(f.Number("1"), second), body))
            case "/", [f.Factors((f.Number() as number, *rest)), second] if scalars[1]:
                return _side_by_side(f.Fraction(number, second), *rest)
            case "/", [first, second] if scalars[1]:
                return _side_by_side(f.Fraction(f.Number("1"), second), first)
            case "/", [first, second]:
                return _over(first, second)
            case "power", [base, exponent]:
                return f.Power(raised(base), exponent) if not wanted else f.Power(raised(base), f.Elementwise(exponent))
            case "sqrt", [body]:
                return f.Root(body)
            case "exp", [body] if not wanted:
                return f.Exponential(body)
            case "abs", [body]:
                return f.Absolute(body)
            case "where", [condition, f.Number("1"), f.Number("0")]:
                return f.Iverson(condition)
            case "where", [condition, then, f.Number("0")]:
                return _hadamard(then, f.Iverson(condition))
            case "where", [condition, then, otherwise]:
                return f.Cases(then, condition, otherwise)
            case (("and" | "or" | "not"), parts):
                return f.Logic(sign, tuple(parts))
        if sign in _RELATIONS:
            return f.Relation(sign, items[0], items[1])
        return f.Call(sign, tuple(items))


def _added(sign: str, first: Formula, second: Formula) -> Formula:
    items = (
        first.items
        if isinstance(first, f.Terms)
        else (("-", first.body) if isinstance(first, f.Negative) else ("+", first),)
    )
    if isinstance(second, f.Negative):
        sign, second = ("-" if sign == "+" else "+"), second.body
    if isinstance(second, f.Terms) and sign == "+":
        return f.Terms((*items, *second.items))
    return f.Terms((*items, (sign, f.Group(second) if isinstance(second, f.Terms) else second)))


def _hadamard(first: Formula, second: Formula) -> Formula:
    if isinstance(first, f.Factors) and isinstance(first.items[0], f.Number | f.Fraction):
        scalar, *rest = first.items
        return _side_by_side(scalar, _hadamard(_side_by_side(*rest), second))
    return f.Infix("hadamard", (*_members(first), *_members(second)))


def _members(formula: Formula) -> tuple[Formula, ...]:
    """The factors of an entrywise product, or the formula as its only factor."""
    inner = formula.body if isinstance(formula, f.Group) else formula
    if isinstance(inner, f.Infix) and inner.sign == "hadamard":
        return inner.items
    return (_operand(formula),)


def _over(first: Formula, second: Formula) -> Formula:
    if isinstance(first, f.Negative):
        return f.Negative(_over(first.body, second))
    return f.Infix("over", (_operand(first), _operand(second)))


def _operand(formula: Formula) -> Formula:
    return f.Group(formula) if isinstance(formula, f.Terms | f.Negative | f.Factors | f.Infix) else formula


def _side_by_side(*items: Formula) -> Formula:
    if len(items) == 1:
        return items[0]
    flat: list[Formula] = []
    for item in items:
        flat.extend(item.items if isinstance(item, f.Factors) else (grouped(item),))
    return f.Factors(tuple(flat))


def _transposed(formula: Formula) -> Formula:
    if isinstance(formula, f.Transposed):
        return formula.body
    plain = isinstance(formula, f.Gradient)
    return f.Transposed(f.Group(formula) if plain else raised(formula))

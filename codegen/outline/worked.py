"""Lines of a worked example: the formula, the same with numbers put in, and what they give.

A number is computed with all digits and printed with some. A line says = where the printed numbers give the printed
result to its last digit, and ≈ where they only come near it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import sympy
from sympy import Expr

from codegen.block import Block, Display, Row, Steps
from codegen.notation import formula as f
from codegen.notation.decimal import as_printed, decimal, given
from codegen.notation.formula import Formula
from codegen.notation.width import width
from codegen.outline.cancelled import beside, settled, without_rounding
from codegen.outline.page import Page
from codegen.outline.substituted import NoNumber, substituted
from derive.derivation import Adjoint, Derivation, Local
from derive.entry import Entry
from derive.equation import Equation
from derive.errors import InputError
from derive.evaluate import derivation_at, evaluate
from derive.evaluate.passes import evaluate_equation
from derive.operators import Partial
from derive.written_out import Writer

# In characters: what fits on a line, and what of an array is shown by its entries.
_LINE = 78
_MOST_ENTRIES, _MOST_ROWS = 36, 8
_ROW = 72
_MOST_TERMS = 16


@dataclass(frozen=True)
class Line:
    """left = symbols = numbers = result; without symbols only the result. `about`: the numbers only come near it."""

    left: Formula
    result: Formula
    symbols: Formula | None = None
    numbers: Formula | None = None
    about: bool = False

    @property
    def sides(self) -> tuple[Formula, ...]:
        """Everything behind the first sign."""
        middle = [side for side in (self.symbols, self.numbers) if side is not None]
        return tuple(dict.fromkeys((*middle, self.result)))


@dataclass(frozen=True)
class Numbers:
    """All values of a derivation at one point.

    values   by name, adjoints under their names; constants too
    exact    the names of those that a person gave, printed as they were given
    sizes    by name, also those by formula
    """

    derivation: Derivation
    values: Mapping[str, np.ndarray]
    exact: frozenset[str]
    sizes: Mapping[str, int]
    digits: int

    def number(self, name: str, value: Any) -> Formula:
        """One number of the value called `name`."""
        return given(value) if name in self.exact else decimal(value, self.digits)

    def array(self, name: str) -> Formula:
        """A number, a column or a matrix. NoNumber for what is no matrix, or too large to be read."""
        return self.shown(name, self.values[name])

    def shown(self, name: str, array: np.ndarray) -> Formula:
        """As `array`, for numbers that stand beside those of `name`."""
        array = np.asarray(array)
        if array.ndim > 2 or array.size > _MOST_ENTRIES:
            raise NoNumber(name)
        if array.ndim == 0:
            return self.number(name, array.item())
        rows = array.reshape(len(array), -1)
        if len(rows) > _MOST_ROWS or rows.shape[1] * (self.digits + 3) > _ROW:
            raise NoNumber(name)
        return f.Matrix(tuple(tuple(self.number(name, value.item()) for value in row) for row in rows))

    @cached_property
    def printed(self) -> dict[str, np.ndarray]:
        """All values as a reader finds them on the page."""
        return {name: array if name in self.exact else self.rounded(array) for name, array in self.values.items()}

    def rounded(self, array: np.ndarray) -> np.ndarray:
        """The numbers of an array as they are printed."""
        if np.issubdtype(array.dtype, np.integer):
            return array
        return np.vectorize(lambda value: as_printed(value, self.digits), otypes=[float])(array)

    def symbol(self, page: Page, formula: Formula) -> Formula | None:
        """What is put in for a symbol."""
        match formula:
            case f.Name(name) if name in self.values:
                return self.array(name)
            case f.Name(name) if name in self.sizes:
                return f.Number(str(self.sizes[name]))
            case f.Gradient(_, name, f.Name()) | f.Handed(_, name, f.Name()):
                return self.array(name)
            case f.Component(name, subscripts):
                return self._entry(page, name, subscripts)
            case f.Gradient(_, name, f.Component(_, subscripts)) | f.Handed(_, name, f.Component(_, subscripts)):
                return self._entry(page, name, subscripts)
        return None

    def _entry(self, page: Page, name: str, subscripts: Sequence[Formula]) -> Formula:
        place = []
        for subscript, size in zip(subscripts, page.shapes[name], strict=True):
            if not isinstance(subscript, f.Number):
                raise NoNumber(name)
            place.append(int(subscript.digits) - (str(size) in page.setting.stepped))
        if not all(0 <= number < size for number, size in zip(place, self.values[name].shape, strict=True)):
            raise NoNumber(name)
        return self.number(name, self.values[name][tuple(place)].item())


def numbers_at(
    derivation: Derivation, values: Mapping[str, np.ndarray], sizes: Mapping[str, int], digits: int
) -> Numbers:
    """Everything that a derivation computes from these values."""
    at = derivation_at(derivation, values, sizes)
    exact = {*values, *(item.symbol.name for item in derivation.network.constants)}
    equations = (*derivation.network.equations, *(adjoint.equation for adjoint in derivation.adjoints))
    found = without_rounding(equations, at.values, at.sizes)
    return Numbers(derivation, found, frozenset(exact), at.sizes, digits)


def forward_lines(page: Page, numbers: Numbers) -> list[Line]:
    """A line for every equation of the network that has one; the others are too large, or recur."""
    return [line for item in page.derivation.network.equations if (line := equation_line(page, numbers, item))]


def equation_line(page: Page, numbers: Numbers, equation: Equation) -> Line | None:
    """The equation with numbers put in; with its result alone where it has no short form in numbers."""
    name = equation.tensor.name
    try:
        result = numbers.array(name)
    except NoNumber:
        return None
    for left, symbols, written in _forms(page, numbers, equation):
        try:
            put_in = substituted(written, lambda leaf: numbers.symbol(page, leaf))
        except NoNumber:
            continue
        found = beside(numbers.values[name], evaluate_equation(equation, numbers.printed, numbers.sizes))
        return Line(left, result, symbols, put_in, numbers.shown(name, found) != result)
    return Line(page.formula(equation.tensor), result)


def _forms(page: Page, numbers: Numbers, equation: Equation) -> Iterable[tuple[Formula, Formula, Formula]]:
    """Both sides, and what numbers are put into: the right side as it is, with matrices, with its sums written out.

    Written out, a sum is no equation for all sizes any more: then only its numbers are shown.
    """
    left, right = page.formula(equation.left), page.formula(equation.right)
    if not equation.letters:
        yield left, right, right
    sides = page.matrix(equation)
    if sides is not None:
        yield *sides, sides[1]
    if not equation.letters:
        try:
            written = Writer(numbers.sizes, lambda entry: _known(numbers, entry), _MOST_TERMS).of(equation.right, {})
        except InputError:
            return
        yield left, right, page.formula(written)


def _known(numbers: Numbers, entry: Entry) -> Expr:
    """A label as the number that it is: it tells which entry is meant."""
    if entry.tensor.within is None:
        return entry
    return sympy.Integer(int(numbers.values[entry.tensor.name][tuple(int(place) for place in entry.subscripts)]))


def adjoint_lines(page: Page, numbers: Numbers, item: Adjoint) -> list[Line]:
    """For numbers the local derivatives and the chain rule; for arrays, the gradient in matrix notation."""
    first = item.steps[0] if item.steps and item.steps[0].rule == "chain rule" else None
    chained = first is not None and not item.tensor.axes and all(not _axes(part) for part in item.locals)
    results = page.derivation.network.results
    direct = len(item.locals) == 1 and item.locals[0].consumer.tensor.name in results and not page.derivation.upstream
    if not chained or direct or first is None:
        line = equation_line(page, numbers, item.equation)
        return [line] if line else []
    slopes = {Partial(part.consumer.left, part.by): slope_at(numbers, part) for part in item.locals}
    lines = [line for part in item.locals if (line := _local_line(page, numbers, part))]
    shown = {page.formula(partial): slope.formula for partial, slope in slopes.items()}
    symbols = page.formula(first.after)
    put_in = substituted(symbols, lambda leaf: shown.get(leaf) or numbers.symbol(page, leaf))
    printed = {partial: _float(slope.printed) for partial, slope in slopes.items()}
    value = numbers.values[item.tensor.name]
    found = beside(value, float(evaluate(first.after.xreplace(printed), numbers.printed, numbers.sizes)))
    result = numbers.array(item.tensor.name)
    lines.append(
        Line(page.formula(item.equation.left), result, symbols, put_in, decimal(float(found), numbers.digits) != result)
    )
    if item.inlined:  # the formula that is computed in the end is another one
        line = equation_line(page, numbers, item.equation)
        lines += [line] if line else []
    return lines


def _axes(part: Local) -> bool:
    return bool(part.consumer.letters or part.by.subscripts or part.consumer.tensor.axes)


@dataclass(frozen=True)
class Slope:
    """A local derivative in numbers: as it is written, and the number that a reader finds there."""

    formula: Formula
    printed: float


def slope_at(numbers: Numbers, part: Local) -> Slope:
    """The local derivative; one that a person gave, a weight or an input, stays as it was given."""
    value = settled(part.result, numbers.values, numbers.sizes)
    names = {entry.tensor.name for entry in part.result.atoms(Entry)}
    if part.result.is_number or (isinstance(part.result, Entry) and names <= numbers.exact):
        return Slope(given(value), value)
    return Slope(decimal(value, numbers.digits), as_printed(value, numbers.digits))


def _float(value: float) -> Expr:
    return sympy.Integer(int(value)) if float(value).is_integer() else sympy.Float(value)


def _local_line(page: Page, numbers: Numbers, part: Local) -> Line | None:
    """∂o_1/∂z_3 = o_1 (1 - o_1) = ...; None where the derivative is a single symbol or number."""
    if isinstance(part.result, Entry) or part.result.is_number or part.result.is_Symbol:
        return None
    partial = Partial(part.consumer.left, part.by)
    symbols = page.formula(part.result)
    try:
        put_in = substituted(symbols, lambda leaf: numbers.symbol(page, leaf))
    except NoNumber:
        return None
    slope = slope_at(numbers, part)
    result = slope.formula
    found = beside(slope.printed, float(evaluate(part.result, numbers.printed, numbers.sizes)))
    return Line(page.formula(partial), result, symbols, put_in, decimal(float(found), numbers.digits) != result)


def set_out(lines: Iterable[Line]) -> list[Block]:
    """Lines below each other; one that is too long becomes a chain."""
    blocks: list[Block] = []
    rows: list[tuple[Formula, Formula, int | None]] = []
    for line in lines:
        if width(line.left) + sum(width(side) + 3 for side in line.sides) <= _LINE or len(line.sides) == 1:
            rows.append((line.left, _chained(line), None))
            continue
        blocks += [Display(tuple(rows))] if rows else []
        rows = []
        *others, last = (Row(side) for side in line.sides)
        blocks.append(Steps(line.left, (*others, Row(last.formula, about=line.about))))
    return [*blocks, Display(tuple(rows))] if rows else blocks


def _chained(line: Line) -> Formula:
    *others, last = line.sides
    if not others:
        return last
    if line.about:
        return f.equals(*others[:-1], f.Infix("about", (others[-1], last)))
    return f.equals(*line.sides)

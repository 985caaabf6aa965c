"""The chain rule from the loss all the way to a parameter: one product of local derivatives for every path."""

from __future__ import annotations

from codegen.notation.decimal import decimal
from codegen.notation.formula import Factors, Formula, Terms
from codegen.outline.page import Page
from codegen.outline.substituted import NoNumber, substituted
from codegen.outline.worked import Line, Numbers, slope_at
from derive.derivation import Local
from derive.operators import Partial

MOST_PATHS = 2
_SHORTEST = 3

Path = tuple[Local, ...]


def path_lines(page: Page, numbers: Numbers) -> list[Line]:
    """The gradient by every wanted number to which not many paths lead, all of them through numbers."""
    lines: list[Line] = []
    for name in page.derivation.wanted:
        found = paths(page, name)
        if not found or len(found) > MOST_PATHS or max(len(path) for path in found) < _SHORTEST:
            continue
        try:
            lines.append(_line(page, numbers, name, found))
        except NoNumber:
            continue
    return lines


def paths(page: Page, name: str) -> list[Path]:
    """All ways from the loss to a number, each from the loss on; none where one leads through an array, or too many."""
    adjoint = next((item for item in page.derivation.adjoints if item.of.name == name), None)
    if adjoint is None or page.derivation.upstream:
        return []
    found: list[Path] = []
    for part in adjoint.locals:
        consumer = part.consumer.tensor
        if part.by.subscripts or consumer.axes:
            return []
        before = [()] if consumer.name in page.derivation.network.results else paths(page, consumer.name)
        if not before or len(found) + len(before) > MOST_PATHS:
            return []
        found += [(*way, part) for way in before]
    return found


def _line(page: Page, numbers: Numbers, name: str, found: list[Path]) -> Line:
    slopes = {part: slope_at(numbers, part) for path in found for part in path}
    shown = {_factor(page, part): slope.formula for part, slope in slopes.items()}
    products: list[Formula] = [Factors(tuple(_factor(page, part) for part in path)) for path in found]
    symbols = products[0] if len(products) == 1 else Terms(tuple(("+", product) for product in products))
    result = numbers.array(page.derivation[name].tensor.name)
    total = 0.0
    for path in found:
        product = 1.0
        for part in path:
            product *= slopes[part].printed
        total += product
    left = page.formula(page.derivation[name].equation.left)
    return Line(left, result, symbols, substituted(symbols, shown.get), decimal(total, numbers.digits) != result)


def _factor(page: Page, part: Local) -> Formula:
    """∂o_1/∂z_3; the gradient itself where the loss is the only one that reads a value."""
    if part.consumer.tensor.name in page.derivation.network.results:
        adjoint = page.derivation[part.by.tensor.name]
        if len(adjoint.locals) == 1:
            return page.formula(adjoint.equation.left)
    return page.formula(Partial(part.consumer.left, part.by))

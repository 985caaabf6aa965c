"""The forward pass: every equation with its number, in index and in matrix notation, and the functions it uses."""

from __future__ import annotations

from codegen.block import Block, Display, Forms, Heading, Listing, Paragraph
from codegen.notation.formula import Call, Formula
from codegen.outline.page import Page
from codegen.outline.recurrence import boundaries
from derive.equation import Equation
from derive.function import Function
from derive.operators import Apply


def forward(page: Page) -> list[Block]:
    """Numbered equations, then the same in matrix notation, then definitions, then the same as code."""
    network = page.derivation.network
    index = equations(page)
    blocks: list[Block] = [Heading(2, page.say("forward.heading")), index, *boundaries(page)]
    matrices = [sides for equation in network.equations if (sides := page.matrix(equation))]
    # Where only a few equations can be said in this way, they would say little alone.
    if 3 * len(matrices) > len(network.equations) and any(equation.letters for equation in network.equations):
        matrix = Display(tuple((left, right, None) for left, right in matrices))
        blocks.append(Forms(index, (Paragraph(page.say("forward.matrix")), matrix), matrix=matrix))
    if rows := definitions(page):
        blocks += [Paragraph(page.say("forward.functions", len(rows))), Display(rows)]
    # Lines of a step are not complete without their loop.
    lines = [line for equation in network.equations for line in page.code.get(equation.tensor.name, ())]
    if lines and not network.recurrences:
        code = Listing("python", "\n".join(lines))
        blocks.append(Forms(index, (Paragraph(page.say("forward.code")), code), code=code))
    return blocks


def definitions(page: Page) -> tuple[tuple[Formula, Formula, int | None], ...]:
    """The formulas of the functions that the equations use."""
    return tuple(_definition(page, function) for function in functions(page))


def equations(page: Page) -> Display:
    """The numbered equations."""
    return Display(tuple(_row(page, equation) for equation in page.derivation.network.equations))


def _row(page: Page, equation: Equation) -> tuple[Formula, Formula, int | None]:
    left = page.formula(equation.left, equation.letters)
    return left, page.formula(equation.right, equation.letters), page.numbers[equation.tensor.name]


def functions(page: Page) -> list[Function]:
    """The functions with a formula that the equations use, in reading order, those inside others last."""
    found: dict[str, Function] = {}

    def collect(applied: set[Apply]) -> None:
        for item in sorted(applied, key=lambda item: item.name):
            if item.function.formula is not None and item.name not in found:
                found[item.name] = item.function
                collect(item.function.formula.atoms(Apply))

    for equation in page.derivation.network.equations:
        collect(equation.right.atoms(Apply))
    return list(found.values())


def _definition(page: Page, function: Function) -> tuple[Formula, Formula, int | None]:
    left = Call(function.name, tuple(page.formula(parameter) for parameter in function.parameters))
    assert function.formula is not None
    return left, page.formula(function.formula), None

"""The forward pass: every equation with its number, in index and in matrix notation, and the functions it uses."""

from __future__ import annotations

from codegen.block import Block, Display, Graph, Heading, Listing, Node, Paragraph
from codegen.notation.formula import Call, Formula
from codegen.outline.page import Page
from codegen.outline.recurrence import boundaries
from derive.entry import Entry
from derive.equation import Equation
from derive.function import Function
from derive.operators import Apply


def forward(page: Page) -> list[Block]:
    """Numbered equations, then the same in matrix notation, then definitions, then the same as code."""
    network = page.derivation.network
    blocks: list[Block] = [Heading(2, ("Forward pass",)), equations(page), *boundaries(page)]
    matrices = [sides for equation in network.equations if (sides := page.matrix(equation))]
    # Where only a few equations can be said in this way, they would say little alone.
    if 3 * len(matrices) > len(network.equations) and any(equation.letters for equation in network.equations):
        blocks.append(Paragraph(("In matrix notation:",)))
        blocks.append(Display(tuple((left, right, None) for left, right in matrices)))
    definitions = [_definition(page, function) for function in functions(page)]
    if definitions:
        blocks.append(Paragraph(("with the function" + ("s" if len(definitions) > 1 else ""),)))
        blocks.append(Display(tuple(definitions)))
    # Lines of a step are not complete without their loop.
    lines = [line for equation in network.equations for line in page.code.get(equation.tensor.name, ())]
    if lines and not network.recurrences:
        blocks += [Paragraph(("In NumPy:",)), Listing("python", "\n".join(lines))]
    return blocks


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


def graph(page: Page) -> list[Block]:
    """Which value is computed from which."""
    network = page.derivation.network
    nodes = [Node(item.tensor.name, item.tensor.name, item.role) for item in network.declarations]
    edges: list[tuple[str, str]] = []
    for equation in network.equations:
        name = equation.tensor.name
        nodes.append(Node(name, name, "result" if name in network.results else "value"))
        read = {entry.tensor.name for entry in equation.right.atoms(Entry)}
        edges += [(node.key, name) for node in nodes if node.key in read and node.key != name]
    returning = _returning(page)
    for recurrence in network.recurrences:
        for end in recurrence.boundaries:
            given = {entry.tensor.name for entry in end.right.atoms(Entry)}
            first = [after for before, after in returning if before == end.tensor.name]
            edges += [(node.key, after) for node in nodes if node.key in given for after in first]
    words = "The forward pass runs from left to right; gradients run back along the same edges."
    if returning:
        words += " A dashed edge leads from one step to the next."
    picture = Graph(tuple(nodes), tuple(dict.fromkeys(edges)), (words,), returning)
    return [Heading(2, ("Computational graph",)), picture]


def _returning(page: Page) -> tuple[tuple[str, str], ...]:
    """Which value of a step is read by which value of the next one."""
    network = page.derivation.network
    found: list[tuple[str, str]] = []
    for recurrence in network.recurrences:
        for place, name in enumerate(recurrence.members):
            equation = network.equation(name)
            assert equation is not None
            later = recurrence.members[place:]
            read = {entry.tensor.name for entry in equation.right.atoms(Entry)}
            found += [(before, name) for before in later if before in read]
    return tuple(found)

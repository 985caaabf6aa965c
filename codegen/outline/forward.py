"""The forward pass: every equation with its number, in index and in matrix notation, and the functions it uses."""

from __future__ import annotations

from codegen.block import Block, Display, Graph, Heading, Node, Paragraph
from codegen.notation.formula import Call, Formula, Name
from codegen.outline.page import Page
from derive.entry import Entry
from derive.equation import Equation
from derive.function import Function
from derive.operators import Apply


def forward(page: Page) -> list[Block]:
    """Numbered equations, then the same in matrix notation, then definitions, then the graph."""
    network = page.derivation.network
    blocks: list[Block] = [Heading(2, ("Forward pass",)), equations(page)]
    matrices = [(left_side(equation), form) for equation in network.equations if (form := page.matrix(equation))]
    if matrices and any(equation.letters for equation in network.equations):
        blocks.append(Paragraph(("In matrix notation:",)))
        blocks.append(Display(tuple((left, right, None) for left, right in matrices)))
    definitions = [_definition(page, function) for function in functions(page)]
    if definitions:
        blocks.append(Paragraph(("with the function" + ("s" if len(definitions) > 1 else ""),)))
        blocks.append(Display(tuple(definitions)))
    return blocks


def equations(page: Page) -> Display:
    """The numbered equations."""
    return Display(tuple(_row(page, equation) for equation in page.derivation.network.equations))


def left_side(equation: Equation) -> Formula:
    """The tensor as a whole."""
    return Name(equation.tensor.name)


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
        edges += [(node.key, name) for node in nodes if node.key in read]
    caption = ("The forward pass runs from left to right; gradients run back along the same edges.",)
    return [Heading(2, ("Computational graph",)), Graph(tuple(nodes), tuple(edges), caption)]

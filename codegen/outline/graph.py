"""The computational graph: every value with its equation, and the way back with gradients and local derivatives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from codegen.block import Block, Graph, Group, Heading, Math, Node, Text
from codegen.language import joined, merged
from codegen.notation import formula as f
from codegen.notation.formula import Formula, Name, equals
from codegen.notation.width import width
from codegen.outline.broadcast import broadcast
from codegen.outline.page import Page
from derive.derivation import Adjoint
from derive.entry import Entry
from derive.equation import Equation
from derive.index import Index
from derive.network import Recurrence

Edge = tuple[str, str]
# For what is too long for a picture, one after the other; and how long that is, in characters of a formula.
_FUNCTION_LETTERS = ("f", "g", "phi", "psi", "F", "G")
_LONG = 51.0


def graph(page: Page) -> list[Block]:
    """Which value is computed from which."""
    functions = _functions(page)
    nodes = [*_given(page), *_values(page, functions)]
    returning = _returning(page)
    sentences = [page.say("graph.caption_steps" if returning else "graph.caption")]
    if functions:
        letters = page.listed([(Math(Name(letter)),) for letter in functions.values()])
        numbers = page.language.enumerated([f"({page.numbers[name]})" for name in functions])
        sentences.append(page.say("graph.functions", len(functions), letters=letters, numbers=numbers))
    caption = merged(joined(sentences, page.language.phrase("list.sentences")))
    picture = Graph(tuple(nodes), _edges(page, nodes, returning), caption, returning, _groups(page))
    return [Heading(2, page.say("graph.heading")), with_flow(page, picture)]


def _given(page: Page) -> list[Node]:
    """What no equation defines, by its name."""
    declarations = page.derivation.network.declarations
    return [Node(item.tensor.name, item.tensor.name, item.role, (Name(item.tensor.name),)) for item in declarations]


def _functions(page: Page) -> dict[str, str]:
    """A letter for every right side that is too long for a picture, by the name of the value; as far as they go."""
    free = [name for name in _FUNCTION_LETTERS if name not in page.setting.taken]
    long = [
        equation.tensor.name
        for equation in page.derivation.network.equations
        if min(width(form) for form in _equations(page, equation)) > _LONG
    ]
    return dict(zip(long, free, strict=False))


def _values(page: Page, functions: Mapping[str, str]) -> list[Node]:
    network = page.derivation.network
    nodes = []
    for equation in network.equations:
        name = equation.tensor.name
        if name in functions:
            forms: list[Formula] = [_as_function(page, equation, functions[name])]
        else:
            forms = _equations(page, equation)
        nodes.append(Node(name, name, "result" if name in network.results else "value", (*forms, Name(name))))
    return nodes


def _equations(page: Page, equation: Equation) -> list[Formula]:
    """The equation as short as it can be said: in matrix notation where that needs no vector of ones; or by entries."""
    by_entry = equals(page.formula(equation.left, equation.letters), page.formula(equation.right, equation.letters))
    sides = page.matrix(equation)
    whole = broadcast(equals(*sides)) if sides else None
    return [by_entry] if whole is None else [whole, by_entry]


def _as_function(page: Page, equation: Equation, letter: str) -> Formula:
    """z = f(x, W): values first, weights last."""
    read = _read(equation)
    weights = {tensor.name for tensor in page.derivation.network.parameters}
    names = [name for name in page.derivation.network.tensors if name in read]
    names.sort(key=lambda name: name in weights)
    return equals(Name(equation.tensor.name), f.Call(letter, tuple(Name(name) for name in names)))


def _read(equation: Equation) -> set[str]:
    return {entry.tensor.name for entry in equation.right.atoms(Entry)}


def _edges(page: Page, nodes: Iterable[Node], returning: tuple[Edge, ...]) -> tuple[Edge, ...]:
    """From what is read to what reads it; a given start of a recurrence is read where the first step reads."""
    network = page.derivation.network
    keys = [node.key for node in nodes]
    edges: list[Edge] = []
    for equation in network.equations:
        read = _read(equation)
        name = equation.tensor.name
        edges += [(key, name) for key in keys if key in read and key != name and (key, name) not in returning]
    for recurrence in network.recurrences:
        for end in recurrence.boundaries:
            given = _read(end)
            first = [after for before, after in returning if before == end.tensor.name]
            edges += [(key, after) for key in keys if key in given for after in first]
    return tuple(dict.fromkeys(edges))


def _returning(page: Page) -> tuple[Edge, ...]:
    """Which value of a step is read by which value of the next one."""
    network = page.derivation.network
    found: list[Edge] = []
    for recurrence in network.recurrences:
        members = _members(page, recurrence)
        for place, equation in enumerate(members):
            read = _read(equation)
            later = (other.tensor.name for other in members[place:])
            found += [(before, equation.tensor.name) for before in later if before in read]
    return tuple(found)


def _groups(page: Page) -> tuple[Group, ...]:
    """One for every recurrence: what is drawn in it is one step."""
    return tuple(
        Group(_steps(page, item), tuple(equation.tensor.name for equation in _members(page, item)))
        for item in page.derivation.network.recurrences
    )


def _members(page: Page, recurrence: Recurrence) -> list[Equation]:
    """The equations of a recurrence; in a second derivation not every member has one of its own."""
    found = (page.derivation.network.equation(name) for name in recurrence.members)
    return [equation for equation in found if equation is not None]


def _steps(page: Page, recurrence: Recurrence) -> Text:
    letter = Math(Name(_letter(page, recurrence).name))
    size = Math(page.formula(recurrence.size))
    key = "graph.steps_up" if recurrence.step < 0 else "graph.steps_down"
    return page.say(key, letter=letter, size=size)


def _letter(page: Page, recurrence: Recurrence) -> Index:
    """The letter that runs over the steps in the equation of a member."""
    equation = _members(page, recurrence)[0]
    return equation.letters[recurrence.axes[recurrence.members.index(equation.tensor.name)]]


def with_flow(page: Page, picture: Graph) -> Graph:
    """The graph with the way back: gradients in the nodes, local derivatives at the edges."""
    adjoints = {item.of.name: item for item in page.derivation.adjoints}
    nodes = tuple(_gradient(page, node, adjoints) for node in picture.nodes if _has_gradient(page, node, adjoints))
    keys = {node.key for node in nodes}
    edges = tuple(edge for edge in picture.edges if set(edge) <= keys)
    returning = tuple(edge for edge in picture.returning if set(edge) <= keys)
    labels = tuple((edge, (_local(page, edge, edge in returning),)) for edge in (*edges, *returning))
    groups = tuple(
        Group(group.label, members)
        for group in picture.groups
        if (members := tuple(key for key in group.members if key in keys))
    )
    caption = page.say("graph.flow")
    flow = Graph(nodes, edges, caption, returning, groups, labels, backwards=True)
    return Graph(
        picture.nodes, picture.edges, picture.caption, picture.returning, picture.groups, picture.labels, flow=flow
    )


def _has_gradient(page: Page, node: Node, adjoints: dict[str, Adjoint]) -> bool:
    return node.key in adjoints or node.kind == "result"


def _gradient(page: Page, node: Node, adjoints: dict[str, Adjoint]) -> Node:
    """The gradient by a value, as its equation; the loss changes by itself, and a layer is given what comes in."""
    if node.key in adjoints:
        item = adjoints[node.key]
        symbol = page.formula(item.tensor)
        return Node(node.key, item.tensor.name, node.kind, (*_equations(page, item.equation), symbol))
    if page.derivation.upstream:
        tensor = page.derivation.upstream[page.derivation.network.results.index(node.key)]
        return Node(node.key, tensor.name, node.kind, (page.formula(tensor),))
    own = f.Gradient(page.setting.loss, node.key, Name(node.key))
    return Node(node.key, f"d{node.key}", node.kind, (equals(own, f.Number("1")),))


def _local(page: Page, edge: Edge, returns: bool) -> Formula:
    """The local derivative along an edge, of the next step's value where the edge leads to the next step."""
    before, after = edge
    if not returns:
        return f.Derivative(Name(after), Name(before))
    recurrence = next(item for item in page.derivation.network.recurrences if after in item.members)
    letter = Name(_letter(page, recurrence).name)
    sign = "+" if recurrence.step < 0 else "-"
    following = f.Terms((("+", letter), (sign, f.Number("1"))))
    return f.Derivative(f.Component(after, (following,)), f.Component(before, (letter,)))

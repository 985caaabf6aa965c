"""What a text defines: the first equation of a symbol, functions of its own, numbers that it gives.

A later equation of the same symbol is a claim, and so is one that would make a symbol depend on itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from derive.verification.formula.tree import (
    Applied,
    At,
    Chain,
    Derivative,
    Differential,
    Matrix,
    Negative,
    Node,
    Number,
    Raised,
    Statement,
    Symbol,
    walk,
)
from derive.verification.infer.declared import Declared
from derive.verification.infer.spelling import base, is_stepped, powers, shifted, spelled
from derive.verification.infer.vocabulary import is_function_name, is_gradient_name
from derive.verification.rewriting import in_statement
from derive.verification.spelling import text_of

DEFINING = ("=", ":=", "≡", "←")
CONSTANTS = ("e", "π", "∞")
MOST = 400
_FIXED = ("exp", "log", "ln", "sqrt", "sin", "cos", "tanh", "abs", "max", "min")  # these mean one thing everywhere
_NOWHERE = -1  # defined inside a statement that begins with something else


@dataclass(frozen=True)
class Definition:
    """A symbol and the formula that defines it; `statement` counts the statements of the text."""

    name: str
    symbol: Symbol
    body: Node
    statement: int


@dataclass(frozen=True)
class OwnFunction:
    """f(u) = body"""

    name: str
    argument: Symbol
    body: Node
    statement: int


@dataclass
class Defined:
    """All that a text defines.

    given     numbers by name, and where they were given
    others    later equations of a name, which define it where the first one cannot be written in the language
    lost      names whose definition cannot be written in the language: nothing is assumed about them
    matrices  rows of numbers by name, and whether they stand as a column
    arrays    what has the name of a loss and is none: H = tanh(X W)
    declared  what the text declares: shapes, facts
    """

    definitions: dict[str, Definition] = field(default_factory=dict)
    functions: dict[str, OwnFunction] = field(default_factory=dict)
    given: dict[str, tuple[Node, int]] = field(default_factory=dict)
    others: dict[str, list[Definition]] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    indices: frozenset[str] = frozenset()
    matrices: dict[str, tuple[Matrix, bool]] = field(default_factory=dict)
    arrays: set[str] = field(default_factory=set)
    declared: Declared = field(default_factory=Declared)
    again: bool = False  # another definition of a name is to be tried

    def name(self, symbol: Symbol) -> str | None:
        """The name of a symbol without powers and without letters that count."""
        return spelled(base(symbol), self.indices)

    def statements(self) -> frozenset[int]:
        """The statements that define something."""
        return frozenset(
            [item.statement for item in self.definitions.values() if item.name not in self.lost]
            + [item.statement for item in self.functions.values()]
            + [statement for _, statement in self.given.values()]
            + list(self.declared.statements)
        )


def symbols_of(node: Node) -> Iterator[Symbol]:
    """The symbols of a formula that stand for values: no indices, labels or names of functions."""
    if isinstance(node, Symbol):
        yield node
        for mark in node.upper:
            yield from symbols_of(mark.of) if isinstance(mark.of, Chain | Negative) else ()
        return
    if isinstance(node, Applied):
        if not is_function_name(node.of.name):
            yield node.of
        for argument in node.arguments:
            yield from symbols_of(argument)
        return
    if isinstance(node, Raised):
        yield from symbols_of(node.of)
        if text_of(node.upper.of) not in ("T", "⊤"):
            yield from symbols_of(node.upper.of)
        return
    for part in _parts(node):
        yield from symbols_of(part)


def _parts(node: Node) -> Iterator[Node]:
    for value in vars(node).values():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Node):
                yield item
            elif isinstance(item, tuple):
                yield from (part for part in item if isinstance(part, Node))


def is_constant(symbol: Symbol, defined: Defined) -> bool:
    """True for e, π and ∞, unless the text gives them another meaning."""
    plain = not symbol.lower and not symbol.accents
    return plain and symbol.name in CONSTANTS and symbol.name not in defined.definitions


def number_of(node: Node) -> Node | None:
    """The node, where it is a number with or without a sign."""
    return node if isinstance(node, Number) or (isinstance(node, Negative) and isinstance(node.of, Number)) else None


def array_of(node: Node) -> tuple[Matrix, bool] | None:
    """The rows of a matrix of numbers, and whether it is turned: `(1, 2)^T`."""
    turned = isinstance(node, Raised) and text_of(node.upper.of) in ("T", "⊤")
    inside = node.of if isinstance(node, Raised) and turned else node
    if not isinstance(inside, Matrix) or any(number_of(item) is None for row in inside.rows for item in row):
        return None
    return inside, turned


def defined_by(statements: Iterable[tuple[int, Statement]], indices: frozenset[str]) -> Defined:
    """What the statements of a text define, in this order; each comes with its place in the text."""
    found = Defined(indices=indices)
    statements = list(statements)
    for place, statement in statements:
        if len(statement.sides) < 2 or statement.conditions:
            continue
        _function(statement, place, found)
        if statement.relations[0] in DEFINING:
            _value(*_sides(statement), place, found)
            _inner(statement, found)
    _squares(statements, found)
    return found


def _squares(statements: Sequence[tuple[int, Statement]], found: Defined) -> None:
    """`\\sigma_j^2 = v_j` defines σ_j, where nothing else does, as the root of v_j: a deviation is not negative."""
    nodes = [node for _, statement in statements for side in statement.sides for node in walk(side)]
    called = {node.of.name for node in nodes if isinstance(node, Applied)}
    for place, statement in statements:
        if len(statement.sides) < 2 or statement.conditions or statement.relations[0] not in DEFINING:
            continue
        left, right = _sides(statement)
        if not isinstance(left, Symbol) or not _is_square(left) or left.name in called:
            continue
        name = found.name(left)
        if name not in found.definitions and name not in found.given and any(symbols_of(right)):
            root = Applied(Symbol("sqrt", place=right.place), (right,), place=right.place)
            _value(base(left), root, place, found)


def _is_square(symbol: Symbol) -> bool:
    """True for the square of a number: σ^2, σ_j^2, not W^2, which may be a product of matrices."""
    marks = powers(symbol)
    is_number = symbol.name.islower() or bool(symbol.lower)
    return len(marks) == 1 and not marks[0].bracket and text_of(marks[0].of) == "2" and is_number


def _inner(statement: Statement, found: Defined) -> None:
    """A new symbol inside a chain of equations, f in `y = f = w x + b`, is defined by what follows it."""
    if not isinstance(statement.sides[0], Symbol):
        return
    for number, relation in enumerate(statement.relations[1:], 1):
        left, right = statement.sides[number : number + 2]
        if relation in DEFINING and isinstance(left, Symbol) and number_of(right) is None and any(symbols_of(right)):
            _value(left, right, _NOWHERE, found)


def _value(left: Node, right: Node, place: int, found: Defined) -> None:
    if not isinstance(left, Symbol) or is_stepped(left) or is_gradient_name(left):
        return
    name = found.name(left)
    if name is None or base(left) != left or (left.name in CONSTANTS and (left.name != "e" or number_of(right))):
        return  # an error e = y - t is one; e^{0.5} = 1.65 and e = 2.718 are claims
    if name in found.functions or name in found.lost or _is_slope(left, found):
        return
    if name in found.definitions:
        if number_of(right) is None and name not in _needed(right, found):
            found.others.setdefault(name, []).append(Definition(name, left, right, place))
        return
    array = array_of(right)
    if array is not None:
        found.matrices.setdefault(name, array)
        found.given.setdefault(name, (right, place))
        return
    if number_of(right) is not None:
        found.given.setdefault(name, (right, place))
        return
    if name in found.given or name in _needed(right, found):
        return
    if any(isinstance(item, Derivative | Differential | At) for item in walk(right)):
        found.lost.add(name)
        return
    if len(found.definitions) >= MOST:
        found.lost.add(name)
        return
    found.definitions[name] = Definition(name, left, right, place)


def _is_slope(symbol: Symbol, found: Defined) -> bool:
    """True for h' where h = f(z): the slope there, which nobody needs to define."""
    primes = [mark for mark in symbol.upper if text_of(mark.of) == "'"]
    whole = found.name(replace(symbol, upper=tuple(mark for mark in symbol.upper if mark not in primes)))
    definition = found.definitions.get(whole or "")
    return len(primes) == 1 and definition is not None and isinstance(definition.body, Applied)


def _sides(statement: Statement) -> tuple[Node, Node]:
    """What is defined, and by what: `\\sigma(z) = a` and `w x + b = z` define what stands behind."""
    left, right = statement.sides[:2]
    if isinstance(left, Chain) and set(left.signs) == {""} and number_of(right) is not None:
        *words, last = left.operands
        if all(isinstance(word, Symbol) and len(word.name) > 2 for word in words):
            return last, right
    is_formula = isinstance(left, Chain | Applied | Raised) and not number_of(left)
    if is_formula and isinstance(right, Symbol) and len(statement.sides) == 2 and any(symbols_of(left)):
        return right, left
    return left, right


def is_earlier(symbol: Symbol, indices: frozenset[str]) -> bool:
    """True for h_{t-1}: the value of another step."""
    return any(shifted(item, indices) is not None for item in symbol.lower)


def _needed(body: Node, found: Defined) -> set[str]:
    """The names that a formula depends on, through all definitions so far."""
    needed: set[str] = set()
    waiting = [body]
    while waiting:
        for symbol in symbols_of(waiting.pop()):
            name = found.name(symbol)
            if name is not None and is_earlier(symbol, found.indices):
                continue  # h_t may depend on h_{t-1}
            if name is not None and name not in needed:
                needed.add(name)
                if name in found.definitions:
                    waiting.append(found.definitions[name].body)
    return needed


# Functions


def _function(statement: Statement, place: int, found: Defined) -> None:
    """`\\sigma(z) = 1/(1 + e^{-z})` anywhere in a chain."""
    for number, left in enumerate(statement.sides[:-1]):
        right = statement.sides[number + 1]
        if not isinstance(left, Applied) or statement.relations[number] not in DEFINING:
            continue
        if left.of.upper or left.of.lower or left.of.accents or len(left.arguments) != 1:
            continue
        argument, name = left.arguments[0], left.of.name
        if not isinstance(argument, Symbol) or name in found.functions or number_of(right) is not None:
            continue
        if base(argument) != argument or name in _FIXED:
            continue  # sqrt(x^2) = |x| says nothing of sqrt(x), and tanh(x) = x is no definition of tanh
        if isinstance(right, Symbol) and base(right) != argument:
            continue  # σ(z) = a says what a is; f(x) = x^2 what f is
        inside = {found.name(symbol) for symbol in symbols_of(right)} - {*CONSTANTS}
        calls = {node.of.name for node in walk(right) if isinstance(node, Applied)}
        closed = inside == {found.name(argument)} and name not in calls  # σ(z) = 1/(1 + e^{-0.1}) is a value of it
        opaque = any(isinstance(item, Derivative | Differential | At) for item in walk(right))
        if closed and not opaque:
            found.functions[name] = OwnFunction(name, argument, right, place if number == 0 else _NOWHERE)


# Calls


def _called(node: Applied) -> str:
    """What is called, without primes: f of f'(x), C_0 of C_0(w)."""
    return " ".join((node.of.name, *node.of.accents, *(text_of(item) or "?" for item in node.of.lower)))


def without_calls(statements: Sequence[Statement]) -> list[Statement]:
    """`C(w, b)` as C and `f'(x)` as df/dx, where C and f are values of what stands in the brackets, no functions.

    Where f is a function, df/dx is that of f(x).
    """
    calls: dict[str, set[tuple[Node, ...]]] = {}
    defined: dict[str, tuple[Node, ...]] = {}
    for statement in statements:
        for number, side in enumerate(statement.sides):
            for node in walk(side):
                if isinstance(node, Applied):
                    calls.setdefault(_called(node), set()).add(node.arguments)
            last = number == len(statement.sides) - 1
            if isinstance(side, Applied) and not last and statement.relations[number] in DEFINING:
                following = statement.sides[number + 1]
                letters = all(isinstance(item, Symbol) for item in side.arguments)
                slope = any(text_of(mark.of) == "'" for mark in side.of.upper)
                if letters and not slope and not isinstance(following, Symbol | Number):
                    defined.setdefault(_called(side), side.arguments)
    values = {
        name: arguments for name, arguments in defined.items() if len(calls[name]) == 1 and not is_function_name(name)
    }

    functions = {name: arguments for name, arguments in defined.items() if name not in values and len(arguments) == 1}

    def change(node: Node) -> Node | None:
        if isinstance(node, Derivative) and isinstance(node.of, Symbol) and text_of(node.of) in functions:
            return replace(node, of=Applied(node.of, functions[node.of.name], place=node.of.place))
        if not isinstance(node, Applied) or values.get(_called(node)) != node.arguments:
            return None
        symbol = replace(node.of, place=node.place)
        primes = tuple(mark for mark in symbol.upper if text_of(mark.of) == "'")
        if not primes:
            return symbol
        if len(primes) > 1 or len(node.arguments) > 1:
            return None
        rest = tuple(mark for mark in symbol.upper if mark not in primes)
        return Derivative(replace(symbol, upper=rest), node.arguments[0], place=node.place)

    return [in_statement(statement, change) for statement in statements] if defined else list(statements)

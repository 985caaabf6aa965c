"""Logarithms taken apart before anything is differentiated: -log prod exp(-u^2/2) becomes a sum of squares.

A likelihood is a product of probabilities. As it is written it underflows, and its gradient divides by it; its
logarithm is a sum. So an equation with such a logarithm is replaced by what algebra makes of it, with its steps, and
the values that nothing reads any longer are dropped. Values are opened, p for its formula, as long as that takes
exponentials or products away; a softmax keeps its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

from sympy import Basic, Expr, Mul, Pow

from derive.binding import rebind, replace_nodes, substitute, unbind
from derive.cost import length
from derive.dependence import tensors
from derive.derivation import Restatement
from derive.entry import Entry
from derive.equation import Equation
from derive.facts import declared_facts
from derive.network import Network
from derive.operators import Apply, Binder, Product, Where
from derive.rule import Rule, Trail
from derive.rules.logarithms import comes_apart, logarithm_rules, unsettled
from derive.rules.sums import PULL_OUT
from derive.rules.terms import COLLECT_TERMS, MINUS_INSIDE, SPLIT_OFF
from derive.signs import never_negative

_ROUNDS = 40
# A product of products of products doubles each time it is opened: what would get longer than this keeps its name.
_LONGEST = 1000


def restate(network: Network) -> tuple[Network, tuple[Restatement, ...]]:
    """The network with its logarithms taken apart, and how; the network itself where there are none."""
    found: list[Restatement] = []
    for name in [equation.tensor.name for equation in reversed(network.equations)]:
        equation = network.equation(name)
        restated = None if equation is None else _restated(equation, network)
        if equation is not None and restated is not None:
            found.insert(0, replace(restated, assumed=_assumed(equation, network, restated)))
            network = _without_unread(_with_equation(network, restated.equation), restated)
    return network, tuple(found)


def _with_equation(network: Network, equation: Equation) -> Network:
    """The network with this equation in the place of the one for the same tensor."""
    equations = (equation if item.tensor == equation.tensor else item for item in network.equations)
    return replace(network, equations=tuple(equations))


def _restated(equation: Equation, network: Network) -> Restatement | None:
    """What becomes of one equation; None where it has no logarithm that could be taken apart."""
    product, quotient, factors, power, *others = logarithm_rules(lambda expr: never_negative(expr, network))
    # A power of a quotient is a power first: log((a/b)^r) = r log(a/b).
    rules = (product, power, quotient, factors, power, *others)
    trail = Trail(equation.right)
    opened: dict[str, None] = {}
    # A round opens one value or takes one level apart, so a chain of values needs as many as it has equations.
    for _ in range(_ROUNDS + len(network.equations)):
        if not (_open(trail, network, opened) or any([trail.follow(rule) for rule in rules])):
            break
    if not {step.rule for step in trail.steps} & {rule.name for rule in rules}:
        missing = _missing(equation.right, network)
        return Restatement(equation.tensor, (), equation, missing=missing) if missing else None
    missing = _missing(trail.expr, network)
    _collect(trail)
    formulas = tuple(item for item in reversed(network.equations) if item.tensor.name in opened)
    restated = replace(equation, right=trail.expr)
    return Restatement(equation.tensor, tuple(trail.steps), restated, formulas, missing=missing)


def _assumed(equation: Equation, network: Network, restated: Restatement) -> tuple[str, ...]:
    """The declared facts that were needed: without any of them, something else would have come out."""
    needed = []
    for declaration in network.declarations:
        for fact in declared_facts(declaration):
            fewer = replace(declaration, facts=tuple(name for name in declaration.facts if name != fact.name))
            others = tuple(fewer if item is declaration else item for item in network.declarations)
            if _restated(equation, replace(network, declarations=others)) != restated:
                needed.append(fact.told_of(declaration.tensor))
    return tuple(needed)


def _collect(trail: Trail) -> None:
    """What does not depend on a letter leaves its sum; the rest becomes as short as it gets."""
    rules: tuple[Rule, ...] = (MINUS_INSIDE, SPLIT_OFF, PULL_OUT)
    for _ in range(_ROUNDS):
        if not any([trail.follow(rule) for rule in rules]):
            break
    trail.follow(COLLECT_TERMS)


def _open(trail: Trail, network: Network, opened: dict[str, None]) -> bool:
    """Put the formulas of values in for their names where a logarithm then takes them apart."""
    names: dict[str, None] = {}

    def change(node: Expr) -> Expr | None:
        if not isinstance(node, Apply) or node.primitive_name != "log":
            return None
        argument = _opened(node.arguments[0], network, names)
        return None if argument == node.arguments[0] else Apply(node.function, argument)

    after = replace_nodes(trail.expr, change)
    opened.update(names)
    return trail.take("substitute", after, ", ".join(names))


def _opened(expr: Expr, network: Network, names: dict[str, None], repeated: bool = False) -> Expr:
    """The expression with its factors opened by one level, those inside products and cases too."""
    if isinstance(expr, Entry):
        formula = _formula(expr, network)
        if formula is None or not _is_worth_opening(formula, network, repeated):
            return expr
        names[expr.tensor.name] = None
        return formula
    inside = repeated or isinstance(expr, Product)
    return _factors_changed(expr, lambda factor: _opened(factor, network, names, inside))


def _factors_changed(expr: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The expression with every factor of it changed, those inside products and cases too."""
    if isinstance(expr, Product):
        letters, body = unbind(expr)
        return rebind(expr, change(body), letters)
    if isinstance(expr, Mul):
        return Mul(*(change(factor) for factor in expr.args))
    if isinstance(expr, Pow):
        return Pow(change(expr.base), expr.exp)
    if isinstance(expr, Where):
        return Where(expr.condition, change(expr.then), change(expr.otherwise))
    return expr


def _written_out(expr: Expr, network: Network) -> Expr:
    """The expression with its factors opened as far as they have formulas."""
    formula = _formula(expr, network) if isinstance(expr, Entry) else None
    if formula is not None:
        return _written_out(formula, network)
    return expr if isinstance(expr, Entry) else _factors_changed(expr, lambda factor: _written_out(factor, network))


def _is_worth_opening(formula: Expr, network: Network, repeated: bool) -> bool:
    """True when the logarithm of a value can be taken apart, and none of its exponentials is left then."""
    whole = _written_out(formula, network)
    for expr in (whole, formula):
        if comes_apart(expr) and not unsettled(expr, lambda part: never_negative(part, network), repeated):
            return True
    return False


def _formula(entry: Entry, network: Network) -> Expr | None:
    """What a value is made of; None for what is given, for the steps of a recurrence, and where it gets too long."""
    equation = _opening(entry.tensor.name, network)
    if equation is None or _written_length(entry.tensor.name, network) > _LONGEST:
        return None
    return substitute(equation.right, dict(zip(equation.letters, entry.subscripts, strict=True)))


def _opening(name: str, network: Network) -> Equation | None:
    """The equation by which a value can be replaced; none for one slice, nor for the steps of a recurrence."""
    equation = network.equation(name)
    recurs = any(name in recurrence.members for recurrence in network.recurrences)
    return None if equation is None or equation.subscripts or recurs else equation


@lru_cache(maxsize=4096)
def _written_length(name: str, network: Network) -> int:
    """How long a value is when its factors are written out, found without doing so."""
    equation = _opening(name, network)
    return 1 if equation is None else length(equation.right) + _longer(equation.right, network)


def _longer(expr: Expr, network: Network) -> int:
    """By how much an expression grows when its factors are written out."""
    if isinstance(expr, Entry):
        return _written_length(expr.tensor.name, network)
    more: list[int] = []

    def add(factor: Expr) -> Expr:
        more.append(_longer(factor, network))
        return factor

    _factors_changed(expr, add)
    return sum(more)


def _missing(expr: Expr, network: Network) -> tuple[Expr, ...]:
    """What would have to be known never to be negative before the logarithms that are left can be taken apart."""
    found: dict[Expr, None] = {}
    for node in _nodes(expr):
        if isinstance(node, Apply) and node.primitive_name == "log":
            whole = _written_out(node.arguments[0], network)
            if comes_apart(whole):
                found |= dict.fromkeys(unsettled(whole, lambda part: never_negative(part, network)))
    return tuple(found)


def _without_unread(network: Network, restated: Restatement) -> Network:
    """The network without the values that only the logarithms read that were taken apart, and what only those read."""
    while True:
        read = {tensor.name for equation in network.equations for tensor in tensors(equation.right)}
        read |= {tensor.name for r in network.recurrences for end in r.boundaries for tensor in tensors(end.right)}
        unread = {item.tensor.name for item in restated.opened if network.equation(item.tensor.name)} - read
        unread -= set(network.results)
        if not unread:
            return network
        kept = tuple(equation for equation in network.equations if equation.tensor.name not in unread)
        network = replace(network, equations=kept)


def _nodes(expr: Basic) -> Iterator[Basic]:
    """Every node of an expression, bodies of binders in free letters."""
    yield expr
    for argument in (unbind(expr)[1],) if isinstance(expr, Binder) else expr.args:
        yield from _nodes(argument)

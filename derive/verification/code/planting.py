"""The mistakes that can be made in one adjoint, each as the equation that it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property

from sympy import Add, Expr, Integer, Mul, S

from derive.activations import ACTIVATIONS
from derive.binding import free_letters
from derive.cost import loose_letters
from derive.dependence import entries, tensors
from derive.derivation import Local
from derive.entry import Constant, Entry, Tensor
from derive.equation import Equation
from derive.letters import Letters
from derive.operators import Apply, Binder, Delta
from derive.slopes import Slopes
from derive.verification.code.chain import Path, Unfolded
from derive.verification.code.changes import Change, Surroundings, changes, kind_of_factor
from derive.verification.verdict import Mistake

# Of several mistakes that lead to the same numbers, the one that is made most often is told.
_ORDER = (
    Mistake.SIGN,
    Mistake.MEAN,
    Mistake.ACTIVATION,
    Mistake.DELTA,
    Mistake.PATH,
    Mistake.FACTOR,
    Mistake.SUM,
    Mistake.INDEX,
    Mistake.TRANSPOSE,
)


@dataclass(frozen=True)
class Planted:
    """An adjoint's equation with one mistake in it. `rank` is lower for a mistake that is told rather."""

    equation: Equation
    mistake: Mistake
    sentence: str
    rank: tuple[int, int]

    @property
    def name(self) -> str:
        return self.equation.tensor.name


@dataclass(frozen=True)
class Plantation:
    """Plants mistakes into the adjoints of one derivation."""

    whole: Unfolded

    def of(self, name: str) -> tuple[Planted, ...]:
        """The mistakes that can be made in this adjoint, each equation once, the likeliest first."""
        found: dict[Expr, Planted] = {}
        chain = self.whole.equations[name]
        sources = (
            self._factors(chain.right),
            self._paths(name),
            self._in_the_result(name),
            self._derivatives(name),
            self._too_many(name),
            changes(chain.right, self._around(name)),
        )
        for group, source in enumerate(sources):
            for change in source:
                kind = _ORDER.index(change.mistake) if change.mistake in _ORDER else len(_ORDER)
                planted = Planted(replace(chain, right=change.expr), change.mistake, change.sentence, (kind, group))
                if change.expr not in found or planted.rank < found[change.expr].rank:
                    found[change.expr] = planted
        return tuple(sorted(found.values(), key=lambda planted: planted.rank))

    def _around(self, name: str) -> Surroundings:
        """What stands there when an adjoint is computed: all forward values, and the adjoints before it."""
        network = self.whole.derivation.network
        before = list(self.whole.adjoints)[: list(self.whole.adjoints).index(name)]
        together = next((r.members for r in self.whole.derivation.recurrences if name in r.members), ())
        there = [self.whole.adjoints[other].tensor for other in dict.fromkeys((*before, *together)) if other != name]
        ends = frozenset(end.tensor.name for item in network.recurrences for end in item.boundaries)
        steps = frozenset(item.size for item in network.recurrences)
        known: tuple[Tensor, ...] = (*network.tensors.values(), *self.whole.derivation.upstream, *there)
        return Surroundings(self.whole.equations[name].letters, Letters(network), known, steps, ends)

    @cached_property
    def _occurring(self) -> tuple[Expr, ...]:
        """The constant factors that stand in the network and in its derivation."""
        found: dict[Expr, None] = {}
        rights = [item.right for item in (*self.whole.derivation.network.equations, *self.whole.equations.values())]
        rights += [adjoint.equation.right for adjoint in self.whole.adjoints.values()]
        for right in rights:
            for node in right.atoms(Mul):
                plain = [abs(factor) if factor.is_number else factor for factor in node.args if _is_constant(factor)]
                found |= dict.fromkeys((*plain, Mul(*plain)))
        return tuple(sorted((factor for factor in found if factor != 1), key=str))

    @cached_property
    def _constants(self) -> tuple[Expr, ...]:
        """The factors that may be too many or too few: those that occur, 2, every size, and one by each of them."""
        sizes = (item.symbol for item in self.whole.derivation.network.dimensions)
        # A number that multiplies where it should divide is its square too much.
        squares = (factor**2 for factor in self._occurring if factor.is_Rational)
        found = dict.fromkeys((*self._occurring, Integer(2), *sizes, *squares))
        return tuple(dict.fromkeys((*found, *(1 / factor for factor in found))))

    def _factors(self, right: Expr) -> Iterator[Change]:
        """The whole adjoint with the wrong sign, or with a constant factor too many or too few."""
        yield Change(-right, Mistake.SIGN, right, "the sign is wrong")
        for factor in self._constants:
            inverse = 1 / factor
            text = (
                f"the factor {inverse} is missing" if inverse in self._occurring else f"the factor {factor} is too much"
            )
            yield Change(factor * right, kind_of_factor(factor), right, text)

    def _in_the_result(self, name: str) -> Iterator[Change]:
        """One change in the adjoint as it is in the end: (p - y)/N."""
        locals_ = (path.local.result for path in self.whole.paths[name])
        of_delta = any(term.has(Delta) for local in locals_ for term in local.atoms(Add))
        for change in changes(self.whole.adjoints[name].equation.right, self._around(name)):
            # Where the chain rule has p_l (delta_kl - p_k), a term of the result is one of these two.
            is_one = of_delta and change.mistake is Mistake.PATH
            yield replace(change, mistake=Mistake.DELTA) if is_one else change

    def _too_many(self, name: str) -> Iterator[Change]:
        """An activation's derivative where none belongs: dz p (1 - p) behind a softmax."""
        chain = self.whole.equations[name]
        values = {self.whole.adjoints[name].of: None}
        values |= {path.local.consumer.tensor: None for path in self.whole.paths[name]}
        for tensor in values:
            if tensor.axes == chain.tensor.axes and chain.left.subscripts:
                value = Entry(tensor, *chain.left.subscripts)
                for slope in (value * (1 - value), 1 - value**2):
                    yield Change(chain.right * slope, Mistake.ACTIVATION, value, f"the factor {slope} is too much")

    def _paths(self, name: str) -> Iterator[Change]:
        """One consumer forgotten."""
        paths = [path for path in self.whole.paths[name] if path.local.result != 0]
        chain = self.whole.equations[name].right
        for path in paths:
            consumer = path.local.consumer
            if len(paths) == 1:
                yield Change(S.Zero, Mistake.PATH, consumer.left, f"nothing arrives from {consumer.left}")
            else:
                why = f"the path through {consumer.left} is missing"
                yield Change(chain - path.term(), Mistake.PATH, consumer.left, why)
                yield Change(chain - 2 * path.term(), Mistake.SIGN, consumer.left, f"{why[:-10]}has the wrong sign")

    def _derivatives(self, name: str) -> Iterator[Change]:
        """A local derivative forgotten, of another function, at another place, or with a change in it."""
        around, chain = self._around(name), self.whole.equations[name].right
        for path in self.whole.paths[name]:
            rest = chain - path.term()
            for change in (*_of_function(path.local), *_inside(path, around)):
                yield replace(change, expr=rest + path.term(change.expr))


@dataclass(frozen=True)
class ForwardPlantation:
    """Plants mistakes into the forward equations of a network, apart from those whose values are `told`."""

    whole: Unfolded
    told: frozenset[str]

    def of(self, name: str) -> tuple[Planted, ...]:
        """The mistakes that can be made in a forward equation, the likeliest first; none in an adjoint."""
        network = self.whole.derivation.network
        equation = network.equation(name)
        if equation is None or name in self.told:
            return ()
        ends = frozenset(end.tensor.name for item in network.recurrences for end in item.boundaries)
        steps = frozenset(item.size for item in network.recurrences)
        before = [item.tensor.name for item in network.equations]
        later = set(before[before.index(name) :])
        known = [tensor for other, tensor in network.tensors.items() if other not in later]
        found: dict[Expr, Planted] = {}
        around = Surroundings(equation.letters, Letters(network), known, steps, ends)
        for change in (*_other_functions(equation.right), *changes(equation.right, around)):
            if change.expr != equation.right and change.expr not in found:
                # A term that a forward value lacks is no path of a gradient.
                kind = Mistake.VALUE if change.mistake in (Mistake.PATH, Mistake.DELTA) else change.mistake
                rank = (_ORDER.index(kind) if kind in _ORDER else len(_ORDER), 0)
                sentence = f"in the forward pass, {change.sentence}"
                found[change.expr] = Planted(replace(equation, right=change.expr), kind, sentence, rank)
        return tuple(sorted(found.values(), key=lambda planted: planted.rank))


def _other_functions(right: Expr) -> Iterator[Change]:
    """Another activation in the place of one."""
    for node in sorted(right.atoms(Apply), key=str):
        for definition in ACTIVATIONS:
            if not definition.inline and len(definition.arguments) == 1 and definition.name != node.name:
                other = definition(node.arguments[0], *definition.settings.values())
                why = f"{definition.name} stands for {node.name}"
                yield Change(right.xreplace({node: other}), Mistake.ACTIVATION, node, why)


def _inside(path: Path, around: Surroundings) -> Iterator[Change]:
    """One change in a local derivative; what it says of the function depends on what was changed."""
    local = path.local
    applied = _applied(local)
    own = {local.by.tensor, local.consumer.tensor}
    letters = tuple(sorted(free_letters(local.result), key=str))
    for change in changes(local.result, replace(around, letters=letters, tensors=())):
        if applied is not None and tensors(change.node) & own and change.mistake is not Mistake.INDEX:
            why = f"the derivative of {applied.name} is wrong: {change.sentence}"
            yield replace(change, mistake=Mistake.ACTIVATION, sentence=why)
        elif change.mistake is Mistake.PATH and local.result.has(Delta):
            # Of p_l (delta_kl - p_k), what stands beside the delta.
            why = f"of the derivative of {local.consumer.left} by {local.by}, {change.sentence}"
            yield replace(change, mistake=Mistake.DELTA, sentence=why)
        else:
            yield change


def _of_function(local: Local) -> Iterator[Change]:
    """Mistakes in the derivative of an elementwise function f: none, another one's, f'(h) for f'(z)."""
    applied = _applied(local)
    if applied is None:
        return
    name, before, after = applied.name, local.by, local.consumer.left
    own = {before.tensor, after.tensor}
    outer = Mul(*(factor for factor in Mul.make_args(local.result) if not tensors(factor) & own))
    yield Change(outer, Mistake.ACTIVATION, applied, f"the derivative of {name} is missing")
    if local.result.has(after) and after.tensor.axes == before.tensor.axes:
        mixed = local.result.xreplace({after: Entry(before.tensor, *after.subscripts)})
        why = f"the derivative of {name} is written in {after.tensor.name}, but {before.tensor.name} was put in"
        yield Change(mixed, Mistake.ACTIVATION, applied, why)
    for definition in ACTIVATIONS:
        if definition.inline or len(definition.arguments) > 1:
            continue
        call = definition(before, *definition.settings.values())
        slope = _slope(definition.name).xreplace({_ANY: before})
        at_result = slope.xreplace({before: after})
        if definition.name == name:
            why = f"the derivative of {name} is taken at {after.tensor.name}, not at {before.tensor.name}"
            yield Change(outer * at_result, Mistake.ACTIVATION, applied, why)
            continue
        why = f"the derivative of {definition.name} stands for that of {name}"
        yield Change(outer * slope, Mistake.ACTIVATION, applied, why)
        yield Change(outer * at_result, Mistake.ACTIVATION, applied, f"{why}, at {after.tensor.name}")
        in_result = slope.xreplace({call: after})
        if in_result != slope and before not in entries(in_result):
            yield Change(outer * in_result, Mistake.ACTIVATION, applied, why)


_ANY = Entry(Tensor("any"))


@cache
def _slope(name: str) -> Expr:
    """The derivative of an activation at any place, its settings as they are by default."""
    definition = next(definition for definition in ACTIVATIONS if definition.name == name)
    call = definition(_ANY, *definition.settings.values())
    known = dict(zip(call.function.parameters, call.arguments, strict=True))
    return Slopes().of(call, 0).xreplace(known)


def _applied(local: Local) -> Apply | None:
    """The elementwise function that stands between a value and its consumer; None where there is none, or a softmax."""
    right, by = local.consumer.right, local.by.tensor
    if any(by in tensors(node.body) and node.body.has(Apply) for node in right.atoms(Binder)):
        return None
    found = [node for node in right.atoms(Apply) if by in tensors(node)]
    if not found or not {by, local.consumer.tensor} & tensors(local.result):
        return None
    return min(found, key=lambda node: (len(str(node)), str(node)))


def _is_constant(factor: Expr) -> bool:
    """True for a number, a size and a root of one; not for letters, entries and named constants."""
    if factor.has(Entry, Constant, Apply, Binder, Delta) or loose_letters(factor) or isinstance(factor, Add):
        return False
    return bool(factor.is_number or all(symbol.is_integer for symbol in factor.free_symbols)) and factor != -1

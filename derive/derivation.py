"""What a derivation consists of, as data: for every tensor its adjoint, and for every adjoint its steps."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr

from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.function import Function
from derive.index import Index
from derive.network import Network, Recurrence
from derive.operators import Condition
from derive.shown import Shown
from derive.step import Step


@dataclass(frozen=True)
class Local:
    """The derivative of one consumer by the tensor: `consumer` is the equation that reads it, `by` the entry.

    The consumer's letters are renamed: where every use of the tensor has the consumer's letter on an axis, that axis
    keeps one letter for both, and no delta arises; where every use is one step back, the consumer is taken one step on.
    `guards` are the conditions under which that consumer exists (t+1 < T). Steps begin at `Partial(consumer.right, by)`
    and end at `result`.
    """

    consumer: Equation
    by: Entry
    steps: tuple[Step, ...]
    result: Expr
    guards: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Lemma:
    """The slope of a function that a formula defines, worked out once and used wherever the function stands.

    steps begin at `Partial(formula, by)` and end at `slope`; the function's parameters stand as tensors without axes.
    """

    function: Function
    by: Entry
    steps: tuple[Step, ...]
    slope: Expr


@dataclass(frozen=True)
class Note:
    """Something a reader should know: `kind` is 'kink', 'flat', 'missing fact' or 'inlined'.

    kink          a function without derivative somewhere; `where` the place, `text` the value chosen there
    flat          no gradient passes: `where` names the equation, `function` what stops it there
    missing fact  `text` names the fact, `result` is what the adjoint would be with it
    inlined       `text` names the adjoints that were written into this one
    """

    kind: str
    where: str
    text: str
    result: Expr | None = None
    function: str = ""


@dataclass(frozen=True)
class Restatement:
    """An equation whose logarithms were taken apart before anything was differentiated.

    of         the tensor that it defines
    steps      from the right side as it was written to that of `equation`; none where something stood in the way
    equation   what is differentiated and computed
    opened     the equations of the values whose formulas were put in for them, last ones first
    assumed    the declared facts without which less would have been taken apart, as sentences
    missing    what would have to be known never to be negative before the other logarithms can be taken apart
    """

    of: Tensor
    steps: tuple[Step, ...]
    equation: Equation
    opened: tuple[Equation, ...] = ()
    assumed: tuple[str, ...] = ()
    missing: tuple[Expr, ...] = ()


@dataclass(frozen=True)
class Adjoint(Shown):
    """The gradient of the loss by the tensor `of`.

    locals       one for each consumer of the tensor, in reading order
    steps        the chain rule first, then substitution and simplification; each `after` is the next one's `before`.
                 In the chain rule `Partial(Entry(u, ...), by)` is the derivative of the equation that defines u
    equation     the result: `d<of>[letters] = ...`
    inlined      names of adjoints that are written into this one, so that the program may not need them
    """

    of: Tensor
    locals: tuple[Local, ...]
    steps: tuple[Step, ...]
    equation: Equation
    inlined: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def tensor(self) -> Tensor:
        return self.equation.tensor

    @property
    def letters(self) -> tuple[Index, ...]:
        return self.equation.letters


@dataclass(frozen=True)
class Derivation(Shown):
    """All adjoints of a network, consumers first.

    network    the network that was differentiated: its logarithms taken apart, unnamed values given names
    source     the network as it was written
    upstream   for a layer: the tensors `dy` that its backward pass is given
    wanted     names of the tensors whose gradients are the result (parameters, then `wrt`; for a layer inputs too)
    lemmas     the slopes of the functions that stand in the network, in the order of their first use
    notes      what concerns the whole derivation (parameters that no gradient reaches)
    recurrences  those of the adjoints, members in an order in which they can be computed within a step
    restatements  how logarithms were taken apart, in the order of the equations
    """

    network: Network
    source: Network
    adjoints: tuple[Adjoint, ...]
    upstream: tuple[Tensor, ...]
    wanted: tuple[str, ...]
    lemmas: tuple[Lemma, ...] = ()
    notes: tuple[Note, ...] = ()
    recurrences: tuple[Recurrence, ...] = ()
    restatements: tuple[Restatement, ...] = ()

    def __getitem__(self, name: str) -> Adjoint:
        """The adjoint of the tensor called `name`."""
        for adjoint in self.adjoints:
            if adjoint.of.name == name:
                return adjoint
        known = ", ".join(adjoint.of.name for adjoint in self.adjoints)
        raise KeyError(f"no gradient by {name}; there are gradients by {known}")

    @property
    def backward(self) -> tuple[Equation, ...]:
        """The equations of the backward pass that the results need, in an order in which they can be computed."""
        equations = {adjoint.tensor.name: adjoint.equation for adjoint in self.adjoints}
        needed: set[str] = set()
        waiting = [self[name].tensor.name for name in self.wanted if self._has(name)]
        while waiting:
            name = waiting.pop()
            if name not in needed:
                needed.add(name)
                read = {entry.tensor.name for entry in equations[name].right.atoms(Entry)}
                waiting += sorted(read & set(equations))
        together = {name: recurrence.members for recurrence in self.recurrences for name in recurrence.members}
        order = dict.fromkeys(name for first in equations for name in together.get(first, (first,)))
        return tuple(equations[name] for name in order if name in needed)

    @property
    def numbers(self) -> dict[str, int]:
        """The number of each equation by the name of its tensor: the forward pass from 1, then the adjoints."""
        forward = [equation.tensor.name for equation in self.network.equations]
        backward = [adjoint.tensor.name for adjoint in self.adjoints]
        return {name: number for number, name in enumerate(forward + backward, start=1)}

    def _has(self, name: str) -> bool:
        return any(adjoint.of.name == name for adjoint in self.adjoints)

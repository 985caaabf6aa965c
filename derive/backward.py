"""The reverse sweep: adjoints of all named values, consumers first, each by the chain rule over its consumers."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Add, Expr, Mul, S

from derive.binding import bind, free_letters, substitute
from derive.dependence import entries, tensors
from derive.derivation import Adjoint, Derivation, Local, Note
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.facts import Known, known_facts
from derive.flow import Flow
from derive.index import Index
from derive.inlining import choices, total_cost, write_out
from derive.letters import Letters
from derive.naming import name_values
from derive.network import Network
from derive.notes import adjoint_notes, missing_facts, unreached
from derive.operators import Partial, Sum, Written
from derive.partial import work_out
from derive.rule import Trail
from derive.rules.elimination import eliminate
from derive.rules.forward_values import Definition, definition_of, is_mean
from derive.simplify import simplify
from derive.slopes import Slopes, fold_into_functions


def differentiate(network: Network) -> Derivation:
    """Derive the gradient of the loss by every parameter and every tensor in `wrt`; for a layer by its inputs too."""
    return _Sweep(network, name_values(network)).run()


@dataclass
class _Sweep:
    """The state of one reverse sweep."""

    source: Network
    network: Network
    slopes: Slopes = field(default_factory=Slopes)
    adjoints: dict[str, Adjoint] = field(default_factory=dict)
    upstream: dict[str, Tensor] = field(default_factory=dict)
    known: tuple[Known, ...] = ()

    def run(self) -> Derivation:
        network = self.network
        self.known = known_facts(network)
        self.letters = Letters(network)
        self.wanted = _wanted(network)
        self.flow = Flow(network, self.wanted)
        self.taken = set(network.tensors) | {str(item.symbol) for item in network.dimensions}
        self.taken |= {item.symbol.name for item in network.constants}
        if network.is_layer:
            self.upstream = {name: self._adjoint_tensor(network.tensors[name]) for name in network.results}
        for equation in reversed(network.equations):
            if equation.tensor in self.flow.moving:
                self._visit(equation.tensor)
            for tensor in self._ready_after(equation):
                self._visit(tensor)
        for name in self.wanted:
            if name not in self.adjoints:
                self._unreached(network.tensors[name])
        return Derivation(
            network=network,
            source=self.source,
            adjoints=tuple(self.adjoints.values()),
            upstream=tuple(self.upstream.values()),
            wanted=self.wanted,
            lemmas=self.slopes.lemmas,
            notes=unreached(network, self.wanted, self.adjoints),
        )

    def _ready_after(self, equation: Equation) -> list[Tensor]:
        """The declared tensors whose first consumer is this equation: all their consumers have been visited now."""
        declared = [tensor for tensor in self.flow.reads(equation) if self.network.equation(tensor.name) is None]
        ready = [tensor for tensor in declared if self.flow.consumers(tensor)[0] is equation]
        return sorted(ready, key=lambda tensor: list(self.network.tensors).index(tensor.name))

    def _adjoint_tensor(self, of: Tensor) -> Tensor:
        name = "d" + of.name
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return Tensor(name, of.axes)

    def _visit(self, tensor: Tensor) -> None:
        """Derive the adjoint of one tensor; the loss itself and outputs that nothing else reads need none."""
        consumers = [equation for equation in self.flow.consumers(tensor) if self._reaches(equation)]
        if not consumers:
            return
        letters = self._letters(tensor)
        by = Entry(tensor, *letters)
        locals_ = tuple(self._local(equation, by) for equation in consumers)
        entry = Entry(self._adjoint_tensor(tensor), *letters)
        trail = Trail(entry)
        trail.take("chain rule", self._chain(locals_, by, named=True))
        trail.take("local derivatives", self._chain(locals_, by, named=False))
        best, inlined = self._choose_inlining(trail, locals_, by)
        equation = Equation(entry.tensor, letters, best.expr)
        notes = adjoint_notes(tensor, locals_)
        notes += missing_facts(self.network, self.known, best.expr)
        if inlined:
            notes += (Note("inlined", tensor.name, ", ".join(inlined)),)
        self.adjoints[tensor.name] = Adjoint(tensor, locals_, tuple(best.steps), equation, inlined, notes)

    def _unreached(self, tensor: Tensor) -> None:
        """A gradient that nothing contributes to is zero: it has no consumers and no steps."""
        letters = self._letters(tensor)
        self.adjoints[tensor.name] = Adjoint(tensor, (), (), Equation(self._adjoint_tensor(tensor), letters, S.Zero))

    def _reaches(self, consumer: Equation) -> bool:
        """True when a gradient arrives at the consumer."""
        name = consumer.tensor.name
        if name in self.network.results:
            return True
        return name in self.adjoints and self.adjoints[name].equation.right != 0

    def _letters(self, tensor: Tensor) -> tuple[Index, ...]:
        """The letters of a tensor's axes: its own equation's, else the first of the author's that fit."""
        equation = self.network.equation(tensor.name)
        if equation is not None:
            return equation.letters
        letters: list[Index] = []
        for size in tensor.axes:
            letters.append(self.letters.over(size, letters))
        return tuple(letters)

    def _local(self, equation: Equation, by: Entry) -> Local:
        """The derivative of one consumer by an entry, worked out and simplified."""
        mapping = _rename(equation, by, self.letters)
        letters = tuple(mapping[letter] for letter in equation.letters)
        consumer = Equation(equation.tensor, letters, substitute(equation.right, mapping), equation.source)
        trail = Trail(Partial(consumer.right, by))
        work_out(trail, self.slopes.of)
        is_loss = equation.tensor.name in self.network.results and not self.network.is_layer
        definitions = () if is_loss else (definition_of(consumer),)
        simplify(trail, self.known, definitions + self._means(consumer))
        fold_into_functions(trail)
        return Local(consumer, by, tuple(trail.steps), trail.expr)

    def _means(self, consumer: Equation) -> tuple[Definition, ...]:
        """The definitions of the means that an equation reads: sum_n x = N m lets the sum of x - m vanish."""
        read = (self.network.equation(tensor.name) for tensor in tensors(consumer.right))
        means = [equation for equation in read if equation is not None and is_mean(equation.right)]
        return tuple(definition_of(equation) for equation in sorted(means, key=lambda e: e.tensor.name))

    def _arriving(self, consumer: Equation) -> Expr:
        """The gradient by a consumer: 1 for the loss, the upstream gradient for an output, else its adjoint."""
        name = consumer.tensor.name
        arriving: Expr = S.Zero
        if name in self.network.results:
            arriving += Entry(self.upstream[name], *consumer.letters) if self.network.is_layer else S.One
        if name in self.adjoints:
            arriving += Entry(self.adjoints[name].tensor, *consumer.letters)
        return arriving

    def _chain(self, locals_: tuple[Local, ...], by: Entry, named: bool, inline: tuple[str, ...] = ()) -> Expr | None:
        """The sum over consumers of the gradient by each, times its derivative by the entry.

        named: the derivatives stand as `Partial` nodes. inline: tensors whose adjoints are written out instead of
        named; the answer is None where that gets too long.
        """
        terms = []
        for local in locals_:
            arriving = self._arriving(local.consumer)
            derivative = Partial(local.consumer.left, by) if named else local.result
            body = arriving * derivative
            if inline:
                written = write_out(arriving, self.adjoints, inline)
                if written is None:
                    return None
                body = written * derivative
                if len(Mul.make_args(body)) < len(Mul.make_args(written)) + len(Mul.make_args(derivative)):
                    body = Written(written, derivative) if derivative != 1 and written != 1 else body
            shared = free_letters(by)
            terms.append(bind(Sum, body, [letter for letter in local.consumer.letters if letter not in shared]))
        return Add(*terms)

    def _choose_inlining(self, trail: Trail, locals_: tuple[Local, ...], by: Entry) -> tuple[Trail, tuple[str, ...]]:
        """Simplify as it is and with adjoints written out, and keep what costs least in all."""
        values = self.flow.enclosed(by.tensor)
        inner = tuple(equation.tensor.name for equation in values if equation.tensor.name in self.adjoints)
        plain = trail.fork()
        simplify(plain, self.known)
        options: list[tuple[tuple[float, int, int], Trail, tuple[str, ...]]] = [
            (total_cost(plain.expr, self.adjoints, inner), plain, ())
        ]
        for inline in choices(self.flow, self.adjoints, by.tensor, locals_):
            other = trail.fork()
            written = self._chain(locals_, by, named=False, inline=inline)
            if written is None:
                continue
            because = ", ".join(self.adjoints[name].tensor.name for name in inline)
            other.take("substitute", written, because)
            definitions = tuple(definition_of(equation) for equation in values)
            simplify(other, self.known, definitions)
            eliminate(other, definitions)
            options.append((total_cost(other.expr, self.adjoints, inner), other, inline))
        passed_on = all(local.result.is_number for local in locals_)
        _, best, inline = min(options, key=lambda option: option[0] if passed_on else option[0][:2])
        return best, tuple(self.adjoints[name].tensor.name for name in inline)


def _wanted(network: Network) -> tuple[str, ...]:
    """Names of the tensors whose gradients are the result of the backward pass."""
    names = [tensor.name for tensor in network.parameters]
    if network.is_layer:
        names += [tensor.name for tensor in network.with_role("input") if tensor.within is None]
    return tuple(dict.fromkeys((*names, *network.wrt)))


def _rename(equation: Equation, by: Entry, names: Letters) -> dict[Index, Index]:
    """New letters for a consumer: shared with the entry where every use has them on one axis, else out of its way."""
    uses = [entry for entry in entries(equation.right) if entry.tensor == by.tensor]
    mapping: dict[Index, Index] = {}
    for axis, letter in enumerate(by.subscripts):
        subscripts = {use.subscripts[axis] for use in uses}
        if len(subscripts) == 1 and (shared := subscripts.pop()) in equation.letters and shared not in mapping:
            mapping[shared] = letter
    taken = {*by.subscripts}
    for letter in equation.letters:
        if letter not in mapping:
            mapping[letter] = names.beside(letter, taken)
        taken.add(mapping[letter])
    return mapping

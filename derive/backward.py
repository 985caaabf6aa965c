"""The reverse sweep: adjoints of all named values, consumers first, each by the chain rule over its consumers."""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Add, Expr, Mul, S

from derive.binding import bind, free_letters, substitute
from derive.consumer import meet
from derive.dependence import entries, tensors
from derive.derivation import Adjoint, Derivation, Local, Note, Restatement
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.facts import Known, known_facts
from derive.flow import Flow, Unit
from derive.index import Index
from derive.inlining import choices, total_cost, write_out, written_names
from derive.letters import Letters
from derive.naming import name_values
from derive.network import Network, Recurrence
from derive.notes import adjoint_notes, missing_facts, unreached
from derive.operators import Partial, Sum, Written
from derive.partial import work_out
from derive.restate import restate
from derive.rule import Trail
from derive.rules.conditions import guarded
from derive.rules.definition import Definition, definition_of, is_mean
from derive.rules.elimination import eliminate
from derive.simplify import simplify
from derive.slopes import Slopes, fold_into_functions
from derive.subscript import coefficients, outside, parts


def differentiate(network: Network) -> Derivation:
    """Derive the gradient of the loss by every parameter and every tensor in `wrt`; for a layer by its inputs too."""
    restated, restatements = restate(name_values(network))
    named = name_values(restated) if restatements else restated
    return _Sweep(network, named, restatements).run()


@dataclass
class _Sweep:
    """The state of one reverse sweep."""

    source: Network
    network: Network
    restatements: tuple[Restatement, ...] = ()
    slopes: Slopes = field(default_factory=Slopes)
    adjoints: dict[str, Adjoint] = field(default_factory=dict)
    upstream: dict[str, Tensor] = field(default_factory=dict)
    known: tuple[Known, ...] = ()
    named: dict[str, Tensor] = field(default_factory=dict)
    pending: set[str] = field(default_factory=set)

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
            self.named = {}
        recurrences = []
        for unit in reversed(self.flow.units):
            order = self.flow.backward_order(unit)
            if unit.recurrence is not None:
                self._enter(unit)
            for tensor in order:
                self._visit(tensor)
            if unit.recurrence is not None:
                recurrences += adjoint_recurrence(unit.recurrence, self.adjoints)
            for tensor in self.flow.declared_first_read_in(unit):
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
            recurrences=tuple(recurrences),
            restatements=self.restatements,
        )

    def _enter(self, unit: Unit) -> None:
        """The members of a recurrence read each other's adjoints, so these have names before they are derived."""
        members = [equation.tensor for equation in unit.equations]
        outside = [e for tensor in members for e in self.flow.consumers(tensor) if e.tensor not in members]
        is_result = any(tensor.name in self.network.results for tensor in members)
        if is_result or any(self._reaches(consumer) for consumer in outside):
            self.pending |= {tensor.name for tensor in members if tensor in self.flow.moving}

    def _adjoint_tensor(self, of: Tensor) -> Tensor:
        """The tensor of a gradient: `dz1` for z1, or with underscores behind it where that name is taken."""
        if of.name not in self.named:
            name = "d" + of.name
            while name in self.taken:
                name += "_"
            self.taken.add(name)
            self.named[of.name] = Tensor(name, of.axes)
        return self.named[of.name]

    def _visit(self, tensor: Tensor) -> None:
        """Derive the adjoint of one tensor; the loss itself and outputs that nothing else reads need none."""
        by = self._entry(tensor)
        letters = letters_of(by.subscripts)
        meetings = [(equation, by) for equation in self.flow.consumers(tensor)]
        meetings += [
            meeting for boundary in self.flow.boundaries(tensor) for meeting in self._at_boundary(boundary, by)
        ]
        found = (self._local(equation, entry) for equation, entry in meetings if self._reaches(equation))
        locals_ = tuple(local for local in found if local is not None)
        if not locals_:
            return
        entry = Entry(self._adjoint_tensor(tensor), *by.subscripts)
        trail = Trail(entry)
        trail.take("chain rule", self._chain(locals_, named=True))
        trail.take("local derivatives", self._chain(locals_, named=False))
        best, inlined = self._choose_inlining(trail, locals_, by)
        equation = Equation(entry.tensor, letters, best.expr, "", () if by.subscripts == letters else by.subscripts)
        notes = adjoint_notes(tensor, locals_)
        notes += missing_facts(self.network, self.known, best.expr)
        if inlined:
            notes += (Note("inlined", tensor.name, ", ".join(inlined)),)
        self.adjoints[tensor.name] = Adjoint(tensor, locals_, tuple(best.steps), equation, inlined, notes)

    def _unreached(self, tensor: Tensor) -> None:
        """A gradient that nothing contributes to is zero: it has no consumers and no steps."""
        letters = letters_of(self._entry(tensor).subscripts)
        self.adjoints[tensor.name] = Adjoint(tensor, (), (), Equation(self._adjoint_tensor(tensor), letters, S.Zero))

    def _reaches(self, consumer: Equation) -> bool:
        """True when a gradient arrives at the consumer."""
        name = consumer.tensor.name
        if name in self.network.results or (name in self.pending and name not in self.adjoints):
            return True
        return name in self.adjoints and self.adjoints[name].equation.right != 0

    def _entry(self, tensor: Tensor) -> Entry:
        """The entry that a gradient is taken by, in the letters of its own equation, else in the author's that fit.

        A product axis is split where a use splits it: q[b,t,(h,e)].
        """
        equation = self.network.equation(tensor.name)
        own = equation.letters if equation is not None and not equation.subscripts else ()
        subscripts: list[Expr] = []
        letters: list[Index] = []
        for axis, size in enumerate(tensor.axes):
            split = self._split(tensor, axis)
            if split is None and own:
                chosen: Expr = own[axis]
            elif split is None:
                chosen = self.letters.over(size, letters)
            else:
                chosen = S.Zero
                for part in split:
                    letter = self.letters.over(part, letters)
                    letters.append(letter)
                    chosen = chosen * part + letter
            letters += [letter for letter in letters_of((chosen,)) if letter not in letters]
            subscripts.append(chosen)
        return Entry(tensor, *subscripts)

    def _split(self, tensor: Tensor, axis: int) -> tuple[Expr, ...] | None:
        """The sizes of the factors of a product axis, where a use of the tensor takes it apart."""
        for equation in self.flow.consumers(tensor):
            for use in entries(equation.right):
                if use.tensor == tensor:
                    found = parts(use.subscripts[axis], tensor.axes[axis])
                    if len(found) > 1:
                        return tuple(size for _, size in found)
        return None

    def _at_boundary(self, boundary: Equation, by: Entry) -> list[tuple[Equation, Entry]]:
        """How a boundary such as h[-1] = h0 passes a gradient on: by what reads the slice that it gives.

        A boundary inside the axis, h[0] = ..., is an equation like any other: its slice has a gradient of its own.
        """
        if self.flow.is_inside(boundary):
            return [(boundary, by)]
        right = boundary.right
        if not isinstance(right, Entry) or set(right.subscripts) != set(boundary.letters):
            raise NotImplementedError(f"the boundary {boundary} is no plain entry")
        mapping = dict(zip(right.subscripts, by.subscripts, strict=True))
        entry = substitute(boundary.left, mapping)
        readers = self.flow.consumers(boundary.tensor)
        return [(equation, entry) for equation in readers if _leaves_axis(equation, boundary)]

    def _local(self, equation: Equation, by: Entry) -> Local | None:
        """The derivative of a consumer by an entry, worked out and simplified; None where it never reads that entry."""
        consumer = meet(equation, by, self.letters)
        if consumer is None:
            return None
        trail = Trail(Partial(consumer.equation.right, by))
        work_out(trail, self.slopes.of)
        is_loss = equation.tensor.name in self.network.results and not self.network.is_layer
        definitions = () if is_loss else (definition_of(consumer.equation),)
        simplify(trail, self.known, definitions + self._means(consumer.equation))
        fold_into_functions(trail)
        guards = consumer.guards + self.flow.domain(equation, consumer.equation)
        return Local(consumer.equation, by, tuple(trail.steps), trail.expr, guards)

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
            arriving += Entry(self.upstream[name], *consumer.left.subscripts) if self.network.is_layer else S.One
        if name in self.adjoints or name in self.pending:
            arriving += Entry(self._adjoint_tensor(consumer.tensor), *consumer.left.subscripts)
        return arriving

    def _chain(self, locals_: tuple[Local, ...], named: bool, inline: tuple[str, ...] = ()) -> Expr | None:
        """The sum over consumers of the gradient by each, times its derivative by the entry.

        named: the derivatives stand as `Partial` nodes. inline: tensors whose adjoints are written out instead of
        named; the answer is None where that gets too long.
        """
        terms = []
        for local in locals_:
            arriving = self._arriving(local.consumer)
            derivative = Partial(local.consumer.left, local.by) if named else local.result
            body = arriving * derivative
            if inline:
                written = write_out(arriving, self.adjoints, inline)
                if written is None:
                    return None
                body = written * derivative
                if len(Mul.make_args(body)) < len(Mul.make_args(written)) + len(Mul.make_args(derivative)):
                    body = Written(written, derivative) if derivative != 1 and written != 1 else body
            shared = free_letters(local.by)
            letters = [letter for letter in local.consumer.letters if letter not in shared]
            inner = [guard for guard in local.guards if free_letters(guard) & set(letters)]
            outer = [guard for guard in local.guards if guard not in inner]
            terms.append(guarded(outer, bind(Sum, guarded(inner, body), letters)))
        return Add(*terms)

    def _choose_inlining(self, trail: Trail, locals_: tuple[Local, ...], by: Entry) -> tuple[Trail, tuple[str, ...]]:
        """Simplify as it is and with adjoints written out, and keep what costs least in all."""
        read = dict.fromkeys((by.tensor, *(local.by.tensor for local in locals_)))
        values = tuple(equation for tensor in read for equation in self.flow.enclosed(tensor))
        inner = tuple(equation.tensor.name for equation in values if equation.tensor.name in self.adjoints)
        plain = trail.fork()
        arriving = frozenset(self.named.values()) | frozenset(self.upstream.values())
        simplify(plain, self.known, arriving=arriving)
        options: list[tuple[tuple[float, int, int], Trail, tuple[str, ...]]] = [
            (total_cost(plain.expr, self.adjoints, inner), plain, ())
        ]
        for names in choices(self.flow, self.adjoints, by.tensor, locals_, inner):
            inline = written_names(trail.expr, self.adjoints, names)
            if inline in [option[2] for option in options]:
                continue
            other = trail.fork()
            written = self._chain(locals_, named=False, inline=inline)
            if written is None:
                continue
            because = ", ".join(self.adjoints[name].tensor.name for name in inline)
            other.take("substitute", written, because)
            definitions = tuple(definition_of(equation) for equation in values)
            simplify(other, self.known, definitions, arriving)
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


def _leaves_axis(equation: Equation, boundary: Equation) -> bool:
    """True where an equation may read the slice before the axis that a boundary gives: h[t-1] does, h[T-1] never."""
    fixed = [axis for axis, subscript in enumerate(boundary.left.subscripts) if not free_letters(subscript)]
    read = [entry for entry in entries(equation.right) if entry.tensor == boundary.tensor]
    return any(outside(entry.subscripts[axis], entry.tensor.axes[axis]) != () for entry in read for axis in fixed)


def letters_of(subscripts: tuple[Expr, ...]) -> tuple[Index, ...]:
    """The letters of subscripts, in the order in which they stand there: outer parts of a product axis first."""
    found: dict[Index, None] = {}
    for subscript in subscripts:
        form = coefficients(subscript)
        outer = sorted(form[0].items(), key=lambda item: str(item[1]), reverse=True) if form is not None else []
        found.update({letter: None for letter, _ in outer if isinstance(letter, Index)})
    return tuple(found)


def adjoint_recurrence(recurrence: Recurrence, adjoints: dict[str, Adjoint]) -> list[Recurrence]:
    """The recurrence of the members' adjoints, in an order in which they can be computed within a step."""
    axis = dict(zip(recurrence.members, recurrence.axes, strict=True))
    equations = {adjoints[name].tensor: (adjoints[name].equation, axis[name]) for name in axis if name in adjoints}
    waiting, order = list(equations), []
    while waiting:
        left = set(waiting)
        for tensor in waiting:
            equation, place = equations[tensor]
            here = equation.left.subscripts[place]
            now = (entry for entry in entries(equation.right) if entry.tensor in left)
            if not any(entry.subscripts[equations[entry.tensor][1]] == here for entry in now):
                break
        waiting.remove(tensor)
        order.append(tensor)
    if not order:
        return []
    places = tuple(equations[tensor][1] for tensor in order)
    return [Recurrence(recurrence.size, -recurrence.step, tuple(tensor.name for tensor in order), places)]

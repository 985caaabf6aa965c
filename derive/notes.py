"""What a reader should know beside the algebra: kinks, functions that stop the gradient, facts that are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sympy import Basic, Expr

from derive.binding import unbind
from derive.cost import cost
from derive.dependence import depends, tensors
from derive.derivation import Adjoint, Local, Note
from derive.entry import Tensor
from derive.facts import FACTS, Known
from derive.functions import PRIMITIVES
from derive.network import Network
from derive.operators import Apply, ArgMax, ArgMin, Binder, Compare, Maximum, Minimum, Where
from derive.rule import Trail
from derive.simplify import simplify


def written_out(expr: Basic) -> Iterator[Basic]:
    """Every node of an expression, bodies of binders in free letters, functions followed into their formulas."""
    yield expr
    for argument in (unbind(expr)[1],) if isinstance(expr, Binder) else expr.args:
        yield from written_out(argument)
    if isinstance(expr, Apply) and expr.function.formula is not None:
        yield from written_out(expr.function.expand(*expr.arguments))


def adjoint_notes(tensor: Tensor, locals_: tuple[Local, ...]) -> tuple[Note, ...]:
    """Kinks and flat functions on the way from the tensor to its consumers."""
    notes: dict[Note, None] = {}
    for local in locals_:
        name = local.consumer.tensor.name
        for node in written_out(local.consumer.right):
            if (kink := _kink(node, tensor)) is not None:
                notes[Note("kink", name, kink, node)] = None
            if local.result == 0 and (flat := _flat(node, tensor)) is not None:
                text = f"{flat} has derivative 0 almost everywhere: no gradient passes to {tensor.name}"
                notes[Note("flat", name, text, function=flat)] = None
    return tuple(notes)


def _kink(node: Basic, tensor: Tensor) -> str | None:
    """Where a node has no derivative by the tensor and what is used there; None where it is smooth."""
    if isinstance(node, Apply) and node.primitive_name and depends(node, tensor):
        kink = PRIMITIVES[node.name].kink
        if kink is not None:
            at = kink.at(*node.arguments)
            return f"{node} has no derivative where {at.left} = {at.right}; {kink.chosen(*node.arguments)}"
    if isinstance(node, Maximum | Minimum) and depends(node, tensor):
        return "at a tie the first of the equal values takes the whole gradient"
    if isinstance(node, Where) and isinstance(node.condition, Compare) and tensor in tensors(node.condition):
        condition = node.condition
        if condition.relation in ("<", ">", "<=", ">="):
            case = "second" if condition.relation in ("<", ">") else "first"
            return f"where {condition.left} = {condition.right}, the derivative of the {case} case is used"
    return None


def _flat(node: Basic, tensor: Tensor) -> str | None:
    """The name of a function through which no gradient passes to the tensor."""
    if isinstance(node, Apply) and node.primitive_name and PRIMITIVES[node.name].flat and depends(node, tensor):
        return node.name
    if isinstance(node, ArgMax | ArgMin) and tensor in tensors(node):
        return type(node).__name__.lower()
    return None


def missing_facts(network: Network, known: tuple[Known, ...], result: Expr) -> tuple[Note, ...]:
    """Facts about inputs and targets that would make a result cheaper, with what it would be."""
    notes = []
    fact = FACTS["sums_to_one"]
    for declaration in network.declarations:
        tensor = declaration.tensor
        if declaration.role == "param" or not tensor.axes or tensor.within is not None:
            continue
        if any(item.tensor == tensor and item.fact is fact for item in known) or not depends(result, tensor):
            continue
        trail = Trail(result)
        simplify(trail, (*known, Known(fact, tensor, "")))
        if any(step.rule == "use a fact" for step in trail.steps) and cost(trail.expr) < cost(result):
            notes.append(Note("missing fact", tensor.name, fact.sentence.format(tensor=tensor.name), trail.expr))
    return tuple(notes)


def unreached(network: Network, wanted: tuple[str, ...], adjoints: Mapping[str, Adjoint]) -> tuple[Note, ...]:
    """Parameters that get no gradient, and the equation at which it stops."""
    notes = []
    flat = [note for adjoint in adjoints.values() for note in adjoint.notes if note.kind == "flat"]
    for name in wanted:
        if name in adjoints and adjoints[name].equation.right != 0:
            continue
        places = [note for note in flat if _feeds(network, name, note.where)]
        if places:
            where = ", ".join(dict.fromkeys(note.where for note in places))
            functions = ", ".join(dict.fromkeys(note.function for note in places))
            notes.append(
                Note("flat", where, f"{name} gets no gradient, because of {functions} in the equation of {where}")
            )
        else:
            notes.append(
                Note("flat", name, f"{name} gets no gradient: no path of it to the loss can be differentiated")
            )
    return tuple(notes)


def _feeds(network: Network, name: str, target: str) -> bool:
    """True when the value of `name` stands in the equation of `target` or in one that feeds it."""
    reached = {name}
    for equation in network.equations:
        if {tensor.name for tensor in tensors(equation.right)} & reached:
            reached.add(equation.tensor.name)
    return target in reached

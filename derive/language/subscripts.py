"""Subscripts: which entry of which axis, and the check that it stays inside."""

from __future__ import annotations

from sympy import Basic, Expr, Integer

from derive.binding import free_letters, substitute
from derive.entry import Entry
from derive.errors import InputError
from derive.index import Index, is_letter
from derive.language.context import Context
from derive.language.inside import outside
from derive.language.printer import compact, text
from derive.language.products import combined, factors_of, no_product
from derive.language.scope import Ends, shape
from derive.language.tree import Colon, Name, Negative, Node, Number, Subscript, Tuple
from derive.language.value import Axis, Value
from derive.operators import ArgMax, ArgMin, Compare, Where
from derive.subscript import coefficients, high, low, parts


def subscript(node: Subscript, context: Context) -> Value:
    """`of[items]`: axes without a subscript, or with `:`, remain."""
    base = base_value(node.of, context)
    called = _called(node.of)
    if len(node.items) > len(base.axes):
        what = f"{called} has {len(base.axes)} axes {shape(base.sizes)}, but {len(node.items)} subscripts came"
        remedy = f"{len(base.axes)} subscripts" if base.axes else f"{called} without brackets"
        raise InputError(what, node.place, remedy)
    ends = context.scope.ends.get(called) if isinstance(node.of, Name) and called not in context.steps else None
    axes: list[Axis] = []
    mapping: dict[Basic, Basic] = {}
    for position, axis in enumerate(base.axes):
        item = node.items[position] if position < len(node.items) else Colon()
        if isinstance(item, Colon):
            axes.append(axis)
            continue
        if ends is not None and position == ends.axis:
            mapping[axis.letter] = _of_recurrence(item, axis, ends, context)
            continue
        value = _one(node, item, position, axis, context)
        if value.axes and len(node.items) > 1:
            raise InputError(
                "a whole integer tensor stands alone in a subscript", item.place, "an entry of it: tok[n,t]"
            )
        mapping[axis.letter] = value.expr
        axes.extend(value.axes)
    entry = substitute(base.expr, mapping)
    if ends is not None:
        subscripts = tuple(mapping.get(axis.letter, axis.letter) for axis in base.axes)
        entry = _with_ends(entry, subscripts, ends, context)
    return Value(entry, tuple(axes))


def base_value(of: Node, context: Context) -> Value:
    """What is subscripted. A name before a bracket is the tensor, even where a letter has the same name."""
    if isinstance(of, Name) and of.name not in context.arguments and not context.inside:
        tensor = context.scope.tensors.get(of.name)
        if tensor is not None:
            return context.tensor(tensor)
        if context.scope.what_is(of.name) is not None:
            raise InputError(f"{of.name} is {context.scope.what_is(of.name)}: it has no entries", of.place, of.name)
        if of.name in context.letters:
            raise InputError(f"{of.name} is a letter, not a tensor", of.place, "declare the tensor")
    return context.number(of)


def _called(of: Node) -> str:
    return of.name if isinstance(of, Name) else "this expression"


def _one(node: Subscript, item: Node, position: int, axis: Axis, context: Context) -> Value:
    if isinstance(item, Tuple):
        return Value(_of_product(node, item, position, axis, context))
    if isinstance(item, Name) and item.name in context.letters and not _is_labels(item.name, context):
        letter = context.letters[item.name]
        if not context.scope.fits(letter.size, axis.size) and _left_outside(letter, axis, context):
            raise _wrong_axis(node, item, position, axis, letter, context)
        return Value(letter)
    if isinstance(item, Negative) and isinstance(item.of, Number):
        raise InputError(
            f"-{item.of.text} never means an entry from the end", item.place, f"{axis.size}-{item.of.text}"
        )
    if isinstance(item, Name):
        _known(item, context)
    value = context.number(item)
    steps = context.steps.get(_called(node.of)) == position
    if not steps or (context.beyond is not None and _called(node.of) not in context.ended):
        _check_inside(value.expr, axis, node, item, context)
    elif outside(value.expr, axis.size, context.assumed, context.scope):
        context.reached.append(node)
    _take_apart(value.expr, axis, context)
    return value


def _take_apart(expr: Expr, axis: Axis, context: Context) -> None:
    """Note that an axis is used as a product, where a subscript is one of (h,e), whether or not it was written so."""
    form = coefficients(_without_data(expr))
    strides = () if form is None else form[0].values()
    if any(not stride.is_number for stride in strides) or len(parts(expr, context.scope.explicit(axis.size))) > 1:
        context.scope.take_apart(axis.size)


def _without_data(expr: Expr) -> Expr:
    """A subscript with a letter over its range in place of every whole number that data give."""
    data = sorted((node for node in expr.atoms(Entry) if node.tensor.within is not None), key=str)
    return expr.xreplace({node: Index(f"·data{number}", node.tensor.within) for number, node in enumerate(data)})


def _of_product(node: Subscript, item: Tuple, position: int, axis: Axis, context: Context) -> Expr:
    """The entry that (h,e) stands for on a product axis; each part must fit its factor."""
    sizes = factors_of(axis.size, len(item.items), context.scope)
    if sizes is None:
        raise no_product(axis.size, len(item.items), item.place)
    found = []
    for part, size in zip(item.items, sizes, strict=True):
        if isinstance(part, Colon | Tuple):
            raise InputError("inside round brackets every subscript is one entry", part.place, "a letter")
        letter = context.letters.get(part.name) if isinstance(part, Name) else None
        if letter is not None and not context.scope.fits(letter.size, size) and context.beyond is None:
            what = f"{letter.name} runs over {letter.size}, but this factor of the axis is {size}"
            raise InputError(what, part.place, f"the order {'*'.join(map(str, sizes))}, and a letter over {size}")
        value = _one(node, part, position, context.fresh(size), context)
        if value.axes:
            raise InputError("a whole integer tensor stands alone in a subscript", part.place, "an entry of it")
        found.append(value.expr)
    expr = combined(found, sizes)
    _take_apart(expr, axis, context)
    return expr


def _of_recurrence(item: Node, axis: Axis, ends: Ends, context: Context) -> Expr:
    """A subscript of a recurrent tensor along its recurrence: it may lie one beyond, where that slice is given."""
    expr: Expr = context.number(item).expr
    if range_of(expr) is not None or is_letter(expr) or coefficients(expr) is None:
        _check_inside(expr, axis, None, item, context)
        return expr
    left = outside(expr, axis.size, context.assumed, context.scope)
    beyond = {condition.relation for condition in left}
    given = {">=" for place in ends.slices if place == -1} | {"<" for place in ends.slices if place == axis.size}
    wider = expr + (1 if ">=" in given else 0)
    reach = axis.size + (1 if ">=" in given else 0) + (1 if "<" in given else 0)
    if not beyond <= given or outside(wider, reach, context.assumed, context.scope):
        _check_inside(expr, axis, None, item, context)
    return expr


def _with_ends(entry: Expr, subscripts: tuple[Basic, ...], ends: Ends, context: Context) -> Expr:
    """An entry of a recurrent tensor that may be one of the slices beyond its axis."""
    at, size = subscripts[ends.axis], entry.tensor.axes[ends.axis]
    if coefficients(at) is None:
        return entry
    for condition in outside(at, size, context.assumed, context.scope):
        given = ends.slices.get(Integer(-1) if condition.relation == ">=" else size)
        if given is not None:
            others = zip(given.subscripts, subscripts, strict=True)
            right = substitute(given.right, {letter: other for letter, other in others if is_letter(letter)})
            entry = right if at in (-1, size) else Where(condition, entry, right)
    return entry


def _known(item: Name, context: Context) -> None:
    """A bare name in a subscript that nothing explains is a letter that nothing introduces."""
    if item.name in context.letters or item.name in context.arguments or context.scope.what_is(item.name):
        return
    what = f"the letter {item.name} is neither on the left side nor bound by a `for`"
    raise InputError(what, item.place, f"a `for {item.name}`, or {item.name} on the left")


def _is_labels(name: str, context: Context) -> bool:
    """A bare name that could be a letter or a tensor of labels: `evaluate` refuses it."""
    tensor = context.scope.tensors.get(name)
    return tensor is not None and tensor.within is not None


def _check_inside(expr: Expr, axis: Axis, node: Subscript | None, item: Node, context: Context) -> None:
    within = range_of(expr)
    if within is not None:
        if not context.scope.fits(within, axis.size):
            what = f"these whole numbers run over {within}, but the axis is {axis.size}"
            raise InputError(what, item.place, f"in {axis.size}")
        return
    form = _without_data(expr)
    if form.has(Entry) or form.is_integer is not True or coefficients(form) is None:
        raise InputError(
            "a subscript is a letter, a whole number, a sum of multiples of them, or an entry of an integer tensor",
            item.place,
            "declare labels with `in K`",
        )
    left = _left_outside(form, axis, context) if form == expr else outside(form, axis.size, (), context.scope)
    if not left:
        return
    if not free_letters(expr):
        remedy = f"0, or {axis.size}-1 for the last"
        raise InputError(f"entry {expr} may lie outside the axis {axis.size}", item.place, remedy)
    ways = {">=": f"below 0 (from {low(form)})", "<": f"beyond {axis.size - 1} (up to {high(form)})"}
    what = f"{compact(item)} leaves the axis {axis.size}: {' and '.join(ways[c.relation] for c in left)}"
    written = text(node) if node is not None else "..."
    raise InputError(what, item.place, f"({written} else 0), ({written} else -inf), or a condition: if {left[0]}")


def _left_outside(expr: Expr, axis: Axis, context: Context) -> list[Compare]:
    """What must still be checked for a subscript to stay inside; nothing where an `else` takes care of it."""
    left = outside(expr, axis.size, context.assumed, context.scope)
    if context.beyond is None:
        return left
    context.beyond.extend(condition for condition in left if condition not in context.beyond)
    return []


def range_of(expr: Expr) -> Expr | None:
    """K when the expression is a whole number 0..K-1 that data give; else None."""
    if isinstance(expr, Entry):
        return expr.tensor.within
    if isinstance(expr, ArgMax | ArgMin):
        return expr.letters[0].size
    return None


def _wrong_axis(node: Subscript, item: Name, position: int, axis: Axis, letter: Index, context: Context) -> InputError:
    written = ",".join(part.name if isinstance(part, Name) else "..." for part in node.items)
    what = f"axis {position} of {_called(node.of)} is {axis.size}, but {item.name} runs over {letter.size}"
    if isinstance(node.of, Name):
        what = f"{node.of.name}[{written}]: {what}"
    fitting = [name for name, other in context.letters.items() if context.scope.same(other.size, axis.size)]
    remedy = f"a letter over {axis.size}"
    if fitting and isinstance(node.of, Name) and "..." not in written:
        letters = [part.name for part in node.items if isinstance(part, Name)]
        free = [name for name in fitting if name not in letters] or fitting
        letters[position] = free[0]
        remedy = f"{node.of.name}[{','.join(letters)}]"
    return InputError(what, node.place, remedy)

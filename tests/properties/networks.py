"""Random networks, as text of the language: matrix products, broadcasts, reductions and elementwise functions.

Every axis of a tensor has another dimension, except where an index form names its letters; values are used again and
again; whatever nothing else reads goes into the loss, so that every parameter matters.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from hypothesis import strategies as st

LETTER = {"N": "n", "D": "i", "H": "j", "K": "k"}
DIMENSIONS = tuple(LETTER)

UNARY = (
    "tanh({0})", "sigmoid({0})", "sin({0})", "cos({0})", "softplus({0})", "gelu({0})", "gelu_tanh({0})", "silu({0})",
    "mish({0})", "relu({0})", "leaky_relu({0})", "elu({0})", "abs({0})", "softsign({0})", "exp({0} / 4)",
    "1 / (1 + exp(-{0}))", "log(1 + {0}**2)", "sqrt(1 + {0}**2)", "1 / (1 + {0}**2)", "{0}**2", "-{0} / 3",
    "{0}**3 / 4",
    "own({0})", "eps * {0} + 1", "hard_swish({0})", "log(1 + exp({0}))", "(exp({0}) - 1) / (exp({0}) + 1)", "erf({0})",
)  # fmt: skip
BINARY = (
    "{0} + {1}", "{0} - {1}", "{0} * {1}", "{0} / (2 + {1}**2)", "{0} * sigmoid({1})", "max({0}, {1})", "min({0}, {1})",
    "where({0} > {1}, {0}, 2 * {1})", "tanh({0}) * {1} + {0}", "squared_error({0}, {1})", "huber({0}, {1})",
)  # fmt: skip
REDUCTIONS = (
    "sum({0} for {1})", "mean({0} for {1})", "max({0} for {1})", "min({0} for {1})", "prod({0} for {1})",
    "log(sum(exp({0}) for {1}))", "sqrt(1 + sum({0}**2 for {1}))",
)  # fmt: skip
NORMALISATIONS = (
    "softmax({0}, over={1})", "log_softmax({0}, over={1})", "{0} - mean({0}, over={1})",
    "({0} - mean({0}, over={1})) / sqrt(var({0}, over={1}) + eps)",
    "exp({0}) / sum(exp({0}), over={1})", "{0} / sqrt(1 + sum({0}**2, over={1}))",
)  # fmt: skip


@dataclass(frozen=True)
class Value:
    """A name and the dimensions of its axes."""

    name: str
    axes: tuple[str, ...]

    def entry(self, letters: dict[str, str] = LETTER) -> str:
        """The value in index form."""
        return f"{self.name}[{','.join(letters[axis] for axis in self.axes)}]" if self.axes else self.name


@dataclass
class Sketch:
    """A network in the making; a mutable builder, for each example has its own."""

    draw: Callable[[st.SearchStrategy], object]
    values: list[Value] = field(default_factory=list)
    declared: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def pick(self, choices: object) -> object:
        return self.draw(st.sampled_from(list(choices)))  # type: ignore[call-overload]

    def declare(self, role: str, name: str, axes: tuple[str, ...], suffix: str = "") -> Value:
        shape = f"[{', '.join(axes)}]" if axes else ""
        self.declared.append(f"{role} {name}{shape}{suffix}")
        return Value(name, axes)

    def parameter(self, axes: tuple[str, ...]) -> Value:
        return self.declare("param", f"w{len(self.declared)}", axes)

    def operand(self, fits: Callable[[Value], bool] = lambda value: True) -> Value | None:
        candidates = [value for value in self.values if fits(value)]
        if not candidates:
            return None
        chosen: Value = self.pick(candidates)  # type: ignore[assignment]
        return chosen

    def define(self, axes: tuple[str, ...], right: str, indexed: bool = False) -> None:
        value = Value(f"v{len(self.values)}", axes)
        self.lines.append(f"{value.entry() if indexed else value.name} = {right}")
        self.values.append(value)


def unary(sketch: Sketch) -> None:
    operand = sketch.operand()
    assert operand is not None
    sketch.define(operand.axes, str(sketch.pick(UNARY)).format(operand.name))


def binary(sketch: Sketch) -> None:
    first = sketch.operand()
    assert first is not None
    second = sketch.operand(lambda value: value.axes == first.axes)
    assert second is not None
    sketch.define(first.axes, str(sketch.pick(BINARY)).format(first.name, second.name))


def broadcast(sketch: Sketch) -> None:
    """A parameter with some of the axes, in matrix form or in index form."""
    operand = sketch.operand()
    assert operand is not None
    axes = tuple(axis for axis in operand.axes if sketch.draw(st.booleans()))
    parameter = sketch.parameter(axes)
    form = str(sketch.pick(("{0} + {1}", "{0} * {1}", "{1} - {0}", "{0} * tanh({1})")))
    if sketch.draw(st.booleans()):
        sketch.define(operand.axes, form.format(operand.name, parameter.name))
    else:
        sketch.define(operand.axes, form.format(operand.entry(), parameter.entry()), indexed=True)


def matrix_product(sketch: Sketch) -> None:
    operand = sketch.operand(lambda value: len(value.axes) in (1, 2))
    if operand is None:
        return unary(sketch)
    *rows, inner = operand.axes
    others = [axis for axis in DIMENSIONS if axis not in operand.axes]
    column = str(sketch.pick(others))
    parameter = sketch.parameter((inner, column))
    axes = (*rows, column)
    if sketch.draw(st.booleans()):
        sketch.define(axes, f"{operand.name} @ {parameter.name}")
    else:
        right = f"sum({operand.entry()} * {parameter.entry()} for {LETTER[inner]})"
        sketch.define(axes, right, indexed=True)


def gram(sketch: Sketch) -> None:
    """Two rows of one tensor against each other: the same dimension twice, so in index form, and reduced at once."""
    operand = sketch.operand(lambda value: len(value.axes) == 2)
    if operand is None:
        return unary(sketch)
    row, inner = operand.axes
    one, other = operand.entry(), operand.entry({**LETTER, row: "m"})
    product = f"sum({one} * {other} for {LETTER[inner]})"
    weighted = f"sum(sigmoid({product}) * {operand.entry({**LETTER, inner: 'a'})} for m, a)"
    sketch.define((row,), weighted if sketch.draw(st.booleans()) else f"mean(tanh({product}) for m)", indexed=True)


def transpose(sketch: Sketch) -> None:
    operand = sketch.operand(lambda value: len(value.axes) == 2)
    if operand is None:
        return unary(sketch)
    if sketch.draw(st.booleans()):
        sketch.define(operand.axes[::-1], f"{operand.name}.T")
    else:
        sketch.define(operand.axes[::-1], operand.entry(), indexed=True)


def outer(sketch: Sketch) -> None:
    first = sketch.operand(lambda value: len(value.axes) == 1)
    if first is None:
        return unary(sketch)
    second = sketch.operand(lambda value: len(value.axes) == 1 and value.axes != first.axes)
    if second is None:
        return unary(sketch)
    sketch.define(first.axes + second.axes, f"{first.entry()} * {second.entry()}", indexed=True)


def reduction(sketch: Sketch) -> None:
    operand = sketch.operand(lambda value: len(value.axes) > 0)
    if operand is None:
        return unary(sketch)
    gone = str(sketch.pick(operand.axes))
    axes = tuple(axis for axis in operand.axes if axis != gone)
    form = str(sketch.pick(REDUCTIONS))
    sketch.define(axes, form.format(operand.entry(), LETTER[gone]), indexed=True)


def normalisation(sketch: Sketch) -> None:
    operand = sketch.operand(lambda value: len(value.axes) > 0)
    if operand is None:
        return unary(sketch)
    over = str(sketch.pick(operand.axes))
    sketch.define(operand.axes, str(sketch.pick(NORMALISATIONS)).format(operand.name, over))


def gather(sketch: Sketch) -> None:
    """One entry of each row, chosen by an integer label."""
    operand = sketch.operand(lambda value: len(value.axes) == 2)
    if operand is None:
        return unary(sketch)
    row, inner = operand.axes
    label = sketch.declare("target", f"t{len(sketch.declared)}", (row,), f" in {inner}")
    form = str(sketch.pick(("{0}[{1}, {2}[{1}]]", "tanh({0}[{1}, {2}[{1}]]) * {0}[{1}, {2}[{1}]]")))
    sketch.define((row,), form.format(operand.name, LETTER[row], label.name), indexed=True)


def lookup(sketch: Sketch) -> None:
    """Rows of a table of parameters, chosen by integer tokens."""
    row, size, width = (str(name) for name in sketch.draw(st.permutations(DIMENSIONS))[:3])  # type: ignore[index]
    token = sketch.declare("input", f"t{len(sketch.declared)}", (row,), f" in {size}")
    table = sketch.parameter((size, width))
    sketch.define((row, width), f"{table.name}[{token.name}[{LETTER[row]}], {LETTER[width]}]", indexed=True)


def recurrence(sketch: Sketch) -> None:
    """Steps along the first axis, up or down, from a parameter or from 0; one equation or two that recur together."""
    operand = sketch.operand(lambda value: len(value.axes) == 2)
    if operand is None:
        return unary(sketch)
    axis, inner = operand.axes
    letter, size = LETTER[axis], axis
    name, column = f"v{len(sketch.values)}", LETTER[inner]
    up = sketch.draw(st.booleans())
    before = f"{name}[{letter}{'-' if up else '+'}1,{{}}]"
    if sketch.draw(st.booleans()):
        moved = f"{sketch.parameter((inner,)).entry()} * {before.format(column)}"
    else:
        moved = f"sum({before.format('a')} * {sketch.parameter((inner, inner)).name}[a,{column}] for a)"
    if sketch.draw(st.booleans()):
        gate = f"g{len(sketch.values)}"
        sketch.lines.append(f"{gate}[{letter},{column}] = sigmoid({operand.entry()} + {moved})")
        step = f"{gate}[{letter},{column}] * {before.format(column)} + tanh({operand.entry()})"
    else:
        step = str(sketch.pick(("tanh({0} + {1})", "{0} + {1} / 2", "sigmoid({1}) * {0}"))).format(
            operand.entry(), moved
        )
    start = sketch.parameter((inner,)).entry() if sketch.draw(st.booleans()) else "0"
    sketch.lines.append(f"{name}[{'-1' if up else size},{column}] = {start}")
    sketch.define(operand.axes, step, indexed=True)


def window(sketch: Sketch) -> None:
    """Neighbours along the first axis; what lies outside counts as 0."""
    operand = sketch.operand(lambda value: len(value.axes) > 0)
    if operand is None:
        return unary(sketch)
    letter = LETTER[operand.axes[0]]
    kernel = sketch.declare("param", f"w{len(sketch.declared)}", ("3",))
    neighbour = operand.entry({**LETTER, operand.axes[0]: f"{letter}+u-1"})
    form = str(sketch.pick(("sum(({0} else 0) * {1}[u] for u)", "sum(tanh(({0} else 0)) * {1}[u] for u)")))
    sketch.define(operand.axes, f"{form.format(neighbour, kernel.name)} + {operand.entry()}", indexed=True)


def masked(sketch: Sketch) -> None:
    """Everything up to one's own place along the first axis."""
    operand = sketch.operand(lambda value: len(value.axes) > 0)
    if operand is None:
        return unary(sketch)
    letter = LETTER[operand.axes[0]]
    other = operand.entry({**LETTER, operand.axes[0]: "m"})
    form = str(
        sketch.pick(("sum({0} for m if m <= {1})", "mean({0}**2 for m if m <= {1})", "max({0} for m if m >= {1})"))
    )
    sketch.define(operand.axes, form.format(other, letter) + f" + {operand.entry()}", indexed=True)


def product_axis(sketch: Sketch) -> None:
    """A product of two tensors laid out on one axis, and one factor of it summed away again."""
    first = sketch.operand(lambda value: len(value.axes) == 2)
    if first is None:
        return unary(sketch)
    row, inner = first.axes
    other = str(sketch.pick([axis for axis in DIMENSIONS if axis not in first.axes]))
    name = f"q{len(sketch.values)}"
    # One order of two factors everywhere: D*H and H*D would lay out the same entries in two ways.
    laid = f"{name}[{LETTER[row]},({','.join(LETTER[axis] for axis in sorted((inner, other)))})]"
    sketch.lines.append(f"{laid} = tanh({first.entry()} * {sketch.parameter((other,)).entry()})")
    sketch.define((row, other), f"sum({laid}**2 for {LETTER[inner]})", indexed=True)


def last(sketch: Sketch) -> None:
    """The last slice along the first axis."""
    operand = sketch.operand(lambda value: len(value.axes) > 0)
    if operand is None:
        return unary(sketch)
    axis, *others = operand.axes
    sketch.define(tuple(others), f"{operand.entry({**LETTER, axis: f'{axis}-1'})} / 2", indexed=True)


STEPWISE = (recurrence, recurrence, window, masked, product_axis, last)
GROWTH = (
    unary, unary, binary, binary, broadcast, matrix_product, matrix_product, gram, transpose, outer, reduction,
    normalisation, gather, lookup,
)  # fmt: skip
SINKS = ("mean({0}**2)", "sum(sigmoid({0}))", "mean({0}) / 2", "mean(tanh({0}) * {0})")
OUTPUTS = ("tanh({0})", "{0}**2 / 2", "{0} - 1", "2 * {0}")
SCALAR_SINKS = ("{0}**2", "sigmoid({0})", "tanh({0}) / 2")


@st.composite
def networks(draw: Callable, largest: int = 7, stepwise: bool = False) -> str:  # type: ignore[type-arg]
    """The text of a network with a loss, or of a layer, with up to `largest` equations before that.

    stepwise   with recurrences, windows, masks and product axes, one of them at least
    """
    sketch = Sketch(draw)
    sketch.values.append(sketch.declare("input", "x", ("N", "D")))
    sketch.values.append(sketch.parameter(("N", "D") if draw(st.booleans()) else ("D",)))
    for _ in range(draw(st.integers(1, largest))):
        draw(st.sampled_from(GROWTH))(sketch)
    if stepwise:
        for _ in range(draw(st.integers(1, 3))):
            draw(st.sampled_from(STEPWISE))(sketch)
    read = {name for line in sketch.lines for name in _read_by(line)}
    unread = [value for value in sketch.values if value.name not in read]
    if draw(st.integers(0, 3)):
        sinks = [draw(st.sampled_from(SINKS if value.axes else SCALAR_SINKS)).format(value.name) for value in unread]
        ends = [f"loss E = {' + '.join(sinks)}"]
    else:
        ends = [f"output y{place} = {draw(st.sampled_from(OUTPUTS)).format(v.name)}" for place, v in enumerate(unread)]
    used = [name for name in DIMENSIONS if any(name in line for line in sketch.declared)]
    return "\n".join(
        [
            "network drawn",
            f"dim {', '.join(used)}",
            "const eps = 0.25",
            *sketch.declared,
            "own(u) = u * (1 + erf(u / sqrt(2))) / 2 + u**2 / 8",
            *sketch.lines,
            *ends,
            "",
        ]
    )


def _read_by(line: str) -> set[str]:
    """The names that an equation reads; what recurs with it (the gate g3 of v3) does not count."""
    left, right = line.split("=", 1)
    number = re.match(r"[a-z](\d+)", left)
    assert number is not None
    return {name for name in re.findall(r"\w+", right) if name[1:] != number[1]}

"""The lines of one pass: sizes and parameters it needs, its statements with shapes and equation numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sympy import Symbol

from codegen.kinds import kinds
from codegen.program import Array, Axes, Elementwise, Loop, Program, Statement, Zeros, flat, reads
from codegen.targets.numpy.printer import Printer, shape_text, size_text
from codegen.targets.numpy.sizes import missing, named, size_lines, sizes_in
from codegen.targets.numpy.wrapping import WIDTH, assignment, filled
from derive.network import Dimension

REASON = "\t"
"""What stands between shape and number, and the reason, which is left out where the line gets too long."""
COMMENT = 52
"""Where comments stand unless a line is longer."""


@dataclass(frozen=True)
class Printed:
    """A statement as source.

    loop    the line of the loop that it stands in, empty outside of one
    opens   whether it is the first statement there
    """

    statement: Statement
    code: str
    comment: str
    loop: str = ""
    opens: bool = False

    @property
    def indent(self) -> str:
        """What stands before each line of the code."""
        return "    " if self.loop else ""

    @property
    def alone(self) -> list[str]:
        """The lines of the statement by itself, with the line of its loop."""
        return [*([self.loop] if self.loop else []), *(self.indent + line for line in self.code.splitlines())]


@dataclass(frozen=True)
class Pass:
    """A pass as printed: what it needs from its surroundings, and its statements."""

    preamble: tuple[str, ...]
    statements: tuple[Printed, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines, comments aligned."""
        lengths = [len(item.indent + item.code.splitlines()[-1]) for item in self.statements]
        column = max([COMMENT - 4, *(length + 2 for length in lengths if length <= 64)])
        lines = list(self.preamble)
        for item in self.statements:
            if item.opens:
                lines.append(item.loop)
            *above, last = (item.indent + line for line in item.code.splitlines())
            shape_and_number, _, reason = item.comment.partition(REASON)
            line = f"{last.ljust(max(column, len(last) + 2))}# {shape_and_number}"
            if reason and len(line) + len(reason) + 6 <= WIDTH + 10:
                line += f"  {reason}"
            lines += [*above, line]
        return tuple(lines)


@dataclass(frozen=True)
class Given:
    """What a pass is given, in order: local arrays, parameters (in their dictionary), gradients that must be checked.

    sizes     those that come with the local arrays
    handed_on those that must be there at the end, whether a statement needs them or not
    keys      the key of a parameter in its dictionary, by its name in the source
    """

    local: tuple[Array, ...]
    parameters: tuple[Array, ...]
    checked: tuple[Array, ...] = ()
    sizes: tuple[Symbol, ...] = ()
    handed_on: tuple[Symbol, ...] = ()
    keys: Mapping[str, str] | None = None

    def key(self, name: str) -> str:
        """The key of a parameter or a gradient as source text."""
        return f'"{(self.keys or {}).get(name, name)}"'

    @property
    def sized(self) -> tuple[Array, ...]:
        """The arrays whose shapes may be asked; checked ones may not, as their shape is yet to be compared."""
        return (*self.local, *self.parameters)


def needed_sizes(lines: Sequence[Statement | Loop], checked: Iterable[Array]) -> set[Symbol]:
    """The sizes that some lines and the check of some arrays need."""
    axes = [axis for item in checked for axis in item.axes]
    axes += [bound for line in lines if isinstance(line, Loop) for bound in (line.start, line.stop)]
    letters = {line.letter for line in lines if isinstance(line, Loop)}
    return sizes_in(flat(lines), axes) - letters


def print_pass(
    program: Program,
    lines: Sequence[Statement | Loop],
    given: Given,
    printer: Printer,
    numbers: Mapping[str, int],
    dimensions: Sequence[Dimension],
) -> Pass:
    """Print the lines of one pass."""
    printed = tuple(_printed(lines, printer, numbers, dimensions))
    read = reads(lines)
    needed = [item for item in program.parameters if item.name in read]
    names = {item.name for item in (*needed, *given.local, *given.checked)}

    def spell(name: str) -> str:
        return name if name in names else f"params[{given.key(name)}]"

    symbols = needed_sizes(lines, given.checked) | set(given.handed_on)
    preamble = _parameter_lines(needed, program.parameters, given)
    preamble += size_lines(symbols, given.sizes, [*given.local, *needed, *given.sized], dimensions, spell)
    for item in given.checked:
        real = [other for other in (*given.local, *given.parameters) if other.axes and other.kind == "real"]
        like = f"{spell(real[0].name)}.dtype" if real else "None"
        axes = f"UPSTREAM[{given.key(item.name)}]"
        preamble.append(f"_expect({given.key(item.name)}, {item.name}, {axes}, {shape_text(item.axes)}, {like})")
    if any("dtype)" in item.code or "dtype.type" in item.code for item in printed):
        preamble.append(_dtype_line([*given.local, *needed, *given.parameters, *given.checked], spell))
    return Pass(tuple(preamble), printed)


def statements_of(lines: Sequence[Statement | Loop], printer: Printer) -> tuple[str, ...]:
    """The statements alone, without what they need from their surroundings."""
    return Pass((), tuple(_printed(lines, printer, {}, ()))).lines


def not_at_hand(program: Program, given: Given, dimensions: Sequence[Dimension]) -> list[Symbol]:
    """The sizes of the backward pass that none of its arrays tells: the forward pass has to hand them on."""
    return missing(needed_sizes(program.backward, given.checked), given.sized, dimensions)


def _printed(
    lines: Sequence[Statement | Loop], printer: Printer, numbers: Mapping[str, int], dimensions: Sequence[Dimension]
) -> Iterator[Printed]:
    shapes = {id(s): shape_text(named(s.axes, dimensions)) for line in lines for s in _body(line)}
    width = max(map(len, shapes.values()), default=0)
    for line in lines:
        loop = ""
        if isinstance(line, Loop):
            start = "" if line.start == 0 else f"{size_text(line.start)[0]}, "
            steps = f"range({start}{size_text(line.stop)[0]})"
            loop = f"for {line.letter} in {f'reversed({steps})' if line.descending else steps}:"
        for place, statement in enumerate(_body(line)):
            target = statement.result if statement.at is None else printer.place(statement.result, statement.at)
            code = assignment(target, statement.operation, printer, 8 if loop else 4)
            shown = numbers if loop or (statement.at is None and not isinstance(statement.operation, Zeros)) else {}
            yield Printed(
                statement,
                code,
                _comment(statement, shapes[id(statement)], shown, width),
                loop,
                bool(loop) and place == 0,
            )


def _body(line: Statement | Loop) -> tuple[Statement, ...]:
    return line.body if isinstance(line, Loop) else (line,)


def _parameter_lines(needed: Sequence[Array], parameters: Sequence[Array], given: Given) -> list[str]:
    """What takes parameters out of their dictionary."""
    if not needed:
        return []
    names = ", ".join(item.name for item in needed)
    if len(_assigned(needed, given)) + 4 <= WIDTH:
        return [_assigned(needed, given)]
    if list(needed) == list(parameters) and len(names) < WIDTH - 40:
        return [f"{names} = (params[name] for name in PARAMS)"]
    return [_assigned(group, given) for group in _in_lines(needed, given)]


def _assigned(items: Sequence[Array], given: Given) -> str:
    names = ", ".join(item.name for item in items)
    return f"{names} = {', '.join(f'params[{given.key(item.name)}]' for item in items)}"


def _in_lines(items: Sequence[Array], given: Given) -> Iterator[list[Array]]:
    """The arrays in groups, each as many as fit in a line."""
    group: list[Array] = []
    for item in items:
        if group and len(_assigned([*group, item], given)) + 4 > WIDTH:
            yield group
            group = []
        group.append(item)
    yield group


def unpacked(names: Sequence[str]) -> list[str]:
    """The lines that take apart what the forward pass handed on."""
    if len(names) == 1:
        return [f"({names[0]},) = saved"]
    line = f"{', '.join(names)} = saved"
    return [line] if len(line) + 4 <= WIDTH else filled("(", names, ") = saved")


def _comment(statement: Statement, shape: str, numbers: Mapping[str, int], width: int) -> str:
    """Shape, equation number and reason; shapes as wide as the widest, so that numbers stand below each other."""
    parts = [shape]
    if statement.result == statement.origin and statement.origin in numbers:
        parts = [parts[0].ljust(width), f"({numbers[statement.origin]})"]
    operation = statement.operation
    reason = statement.comment
    if not reason and isinstance(operation, Elementwise) and operation.function == "sigmoid":
        reason = "sigmoid, without overflow"
    return "  ".join(parts) + (f"{REASON}{reason}" if reason else "")


def _dtype_line(arrays: Sequence[Array], spell: Callable[[str], str]) -> str:
    """The type that the pass computes in, taken from an array of reals at hand."""
    reals = [item for item in arrays if item.kind == "real"]
    with_axes = [item for item in reals if item.axes]
    if with_axes:
        return f"dtype = {spell(with_axes[0].name)}.dtype"
    return f"dtype = np.result_type({', '.join(spell(item.name) for item in reals) or 'float'})"


def at_hand(program: Program, shapes: Mapping[str, Axes], which: Iterable[str]) -> tuple[Array, ...]:
    """The arrays with these names, as a pass finds them before its first statement."""
    known = kinds(program)
    return tuple(Array(name, shapes[name], known[name]) for name in which)

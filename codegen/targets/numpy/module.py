"""The NumPy module of a derivation: everything that the template is given, decided here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as with_fields
from textwrap import wrap
from typing import Any

from sympy import Expr, Symbol

from codegen.check import check
from codegen.initial import initials
from codegen.optimisation import optimised
from codegen.program import Array, Program
from codegen.targets.numpy.lines import Given, Pass, at_hand, not_at_hand, print_pass
from codegen.targets.numpy.printer import Printer, literal, shape_text, size_text
from codegen.targets.numpy.python_names import escaped, keys, spelled
from codegen.targets.numpy.sampling import sampling
from codegen.targets.numpy.signatures import mapping, signatures, table
from codegen.targets.numpy.sizes import missing, named, sources
from codegen.targets.numpy.worked_example import example_fields
from codegen.targets.numpy.wrapping import WIDTH
from codegen.template import render
from codegen.version import VERSION
from derive.derivation import Derivation
from derive.facts import FACTS, declared_facts
from derive.language.names import identifier
from derive.network import Declaration, Dimension, Network


def emit_module(derivation: Derivation, made_from: str = "", sha256: str = "") -> str:
    """The source of the module. `made_from` and `sha256` name the file that the network came from."""
    network = derivation.network
    program = optimised(derivation)
    names, program = keys(program), spelled(program)
    printed = passes(derivation, program, names)
    fields = {
        "title": escaped(network.title or network.name),
        "provenance": _provenance(network, made_from, sha256),
        "shapes": _shape_lines(network),
        "is_layer": network.is_layer,
        **_tables(network, program, names),
        **_init(network, program),
        **signatures(program, names, printed.sizes),
        "forward_lines": printed.forward.lines,
        "backward_lines": printed.backward.lines,
        **sampling(network),
        **example_fields(network, program),
    }
    text = "\n".join(line for part in (printed.forward, printed.backward) for line in part.lines)
    fields["helpers"] = [name for name in _HELPERS if f"{name}(" in text]
    return render("codegen.targets.numpy", "module.py.jinja", **fields)


_HELPERS = ("_stop", "_erf", "_xlogy", "_sum_by_label", "_windows", "_overlap")


@dataclass(frozen=True)
class Passes:
    """Both passes as printed; `sizes` are those that the forward pass hands on beside the saved arrays."""

    forward: Pass
    backward: Pass
    sizes: tuple[Symbol, ...]


def passes(derivation: Derivation, program: Program, names: Mapping[str, str]) -> Passes:
    """Both passes as printed lines; `names` gives the keys of parameters and gradients."""
    shapes = check(program)
    printer = Printer(shapes)
    dimensions = derivation.network.dimensions
    numbers = {identifier(name): number for name, number in derivation.numbers.items()}
    inputs = at_hand(program, shapes, [item.name for item in program.inputs])
    saved = at_hand(program, shapes, program.saved)
    first = Given(inputs, program.parameters, keys=names)
    second = Given(saved, program.parameters, program.upstream, keys=names)
    sizes = tuple(
        symbol
        for symbol in not_at_hand(program, second, dimensions)
        if symbol not in missing([symbol], first.sized, dimensions)
    )
    forward = print_pass(program, program.forward, with_fields(first, handed_on=sizes), printer, numbers, dimensions)
    backward = print_pass(program, program.backward, with_fields(second, sizes=sizes), printer, numbers, dimensions)
    return Passes(forward, backward, sizes)


def _formulas(network: Network) -> dict[Symbol, Expr]:
    return {item.symbol: item.formula for item in network.dimensions if item.formula is not None}


def _provenance(network: Network, made_from: str, sha256: str) -> list[str]:
    """Which program made the module, from which file, as lines."""
    source = (made_from or network.file).replace("\\", "/").rsplit("/", 1)[-1]
    text = f"Made by chainscribe {VERSION}"
    # A text that was parsed has no file: its name stands in angle brackets.
    if source and not source.startswith("<"):
        text += f" from {escaped(source)}"
        if sha256:
            text += f" (sha256 {sha256[:16]})"
        text += "; edit that file, not this one"
    return wrap(
        f"{text}. Equation numbers are those of derivation.md.", 100, break_long_words=False, break_on_hyphens=False
    )


def _shape_lines(network: Network) -> list[str]:
    """Name and shape of everything given, a line for each role."""
    lines = []
    for role in ("input", "target", "param"):
        items = [item for item in network.declarations if item.role == role]
        if items:
            lines += _filled([_described(item, network.dimensions) for item in items])
    return lines


def _filled(texts: Sequence[str]) -> list[str]:
    """The texts side by side, as many in a line as fit."""
    lines = [texts[0]]
    for text in texts[1:]:
        if len(lines[-1]) + len(text) + 8 <= WIDTH:
            lines[-1] += f"    {text}"
        else:
            lines.append(text)
    return lines


def _described(item: Declaration, dimensions: Sequence[Dimension]) -> str:
    words = [FACTS[fact].short for fact in item.facts]
    if item.tensor.within is not None:
        words.append(f"whole numbers below {size_text(item.tensor.within)[0]}")
    extra = f" {', '.join(words)}" if words else ""
    return f"{item.tensor.name} {shape_text(named(item.tensor.axes, dimensions))}{extra}"


def _tables(network: Network, program: Program, names: Mapping[str, str]) -> dict[str, Any]:
    """The module's data: sizes, shapes, formulas, what is a whole number, named numbers."""
    formulas = {size_text(symbol)[0]: expr for symbol, expr in _formulas(network).items()}
    axes = [axis for item in (*program.parameters, *program.inputs) for axis in item.axes]
    axes += [item.tensor.within for item in network.declarations if item.tensor.within is not None]
    for axis in axes:
        if not isinstance(axis, Symbol) and axis.free_symbols:
            formulas.setdefault(size_text(axis)[0], axis)
    whole = [
        (item.tensor.name, _axis(item.tensor.within)) for item in network.declarations if item.tensor.within is not None
    ]
    return {
        "divided": _divided(network, program),
        "dims": mapping((item.symbol.name, repr(item.default)) for item in network.dimensions if item.formula is None),
        "params": table("PARAMS", ((names[item.name], _axes(item)) for item in program.parameters)),
        "inputs": table("INPUTS", ((names[item.name], _axes(item)) for item in program.inputs)),
        "upstream_shapes": mapping((names[item.name], _axes(item)) for item in program.upstream),
        "formulas": [(name, _formula_text(expr)) for name, expr in formulas.items()],
        "within": mapping(whole),
        "constants": [f"{name} = {literal(value)[0]}" for name, value in program.constants],
    }


def _divided(network: Network, program: Program) -> str:
    """The sizes that stand in multiples only, such as H in 4*H: the axis, and what divides its length."""
    arrays = (*program.inputs, *program.parameters)
    found = []
    for symbol, source in sources(arrays, network.dimensions).items():
        if source.divisor != 1:
            axis = size_text(source.array.axes[source.place])[0]
            found.append((symbol.name, f'("{axis}", lambda size: {_formula_text(source.divisor)})'))
    return mapping(found) if found else ""


def _formula_text(expr: Expr) -> str:
    """A formula over the dictionary `size`."""
    mapping = {symbol: Symbol(f'size["{symbol}"]', integer=True, positive=True) for symbol in expr.free_symbols}
    return size_text(expr.xreplace(mapping))[0]


def _axes(item: Array) -> str:
    inside = ", ".join(_axis(axis) for axis in item.axes)
    return f"({inside},)" if len(item.axes) == 1 else f"({inside})"


def _axis(axis: Expr) -> str:
    return str(axis) if axis.is_Integer else f'"{size_text(axis)[0]}"'


def _init(network: Network, program: Program) -> dict[str, Any]:
    """What `init_params` says: a line for each parameter, and the sizes that it is told.

    A size that no array tells, such as the number of heads where arrays have H*K, is always read from DIMS: as an
    argument it could differ from what `forward` computes with.
    """
    needed: list[Symbol] = []
    lines: list[str] = []
    formulas = _formulas(network)

    def need(expr: Expr) -> None:
        for symbol in sorted(expr.free_symbols, key=lambda symbol: symbol.name):
            if symbol in formulas:
                need(formulas[symbol])
                line = f"{symbol.name} = {size_text(formulas[symbol])[0]}"
                if line not in lines:
                    lines.append(line)
            elif symbol not in needed:
                needed.append(symbol)

    kinds = initials(network)
    entries = []
    for item in network.declarations:
        if item.role != "param":
            continue
        name, axes = item.tensor.name, item.tensor.axes
        if item.value is not None:
            entries.append(f'"{name}": np.array(VALUES["{name}"], dtype),')
            continue
        for axis in axes:
            need(axis)
        entries.append(f'"{name}": {_start(kinds[name].kind, kinds[name].fan_in, axes, item)},')
    order = [item.symbol for item in network.dimensions]
    fixed = missing(needed, (*program.inputs, *program.parameters), network.dimensions)
    lines = [f'{symbol.name} = DIMS["{symbol.name}"]' for symbol in fixed] + lines
    needed = sorted((symbol for symbol in needed if symbol not in fixed), key=order.index)
    defaults = {item.symbol: item.default for item in network.dimensions}
    arguments = [s.name if defaults[s] is None else f"{s.name}={defaults[s]}" for s in needed]
    return {
        "init_arguments": ", ".join(["rng", "*", *arguments, "dtype=np.float64"]),
        "init_lines": lines,
        "init_entries": entries,
    }


def _start(kind: str, fan_in: Expr, axes: tuple[Expr, ...], item: Declaration) -> str:
    shape = shape_text(axes)
    if any(fact.positive for fact in declared_facts(item)):
        return f"np.ones({shape}, dtype)"
    if kind == "zero":
        return f"np.zeros({shape}, dtype)"
    if kind == "one":
        return f"np.ones({shape}, dtype)"
    text, precedence = size_text(fan_in)
    divisor = text if precedence >= 12 else f"({text})"
    return f"np.asarray(rng.standard_normal({shape}) / {divisor}**0.5, dtype)"

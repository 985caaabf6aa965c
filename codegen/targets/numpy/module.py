"""The NumPy module of a derivation: everything that the template is given, decided here."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import wrap
from typing import Any

from sympy import Expr, Symbol

from codegen.check import check
from codegen.initial import initials
from codegen.optimisation import optimised
from codegen.program import Array, Program, names
from codegen.targets.numpy.lines import Pass, at_hand, print_pass
from codegen.targets.numpy.printer import Printer, literal, shape_text, size_text
from codegen.targets.numpy.python_names import escaped, identifier, spelled
from codegen.targets.numpy.worked_example import example_fields
from codegen.template import render
from codegen.version import VERSION
from derive.derivation import Derivation
from derive.network import Declaration, Network
from derive.operators import Apply

_WORDS = {"one_hot": "one-hot", "sums_to_one": "sums to one", "signs": "-1 or 1"}


def emit_module(derivation: Derivation, made_from: str = "", sha256: str = "") -> str:
    """The source of the module. `made_from` and `sha256` name the file that the network came from."""
    network = derivation.network
    program = spelled(optimised(derivation))
    forward, backward = passes(derivation, program)
    fields = {
        "title": escaped(network.title or network.name),
        "provenance": _provenance(network, made_from, sha256),
        "shapes": _shape_lines(network),
        "is_layer": network.is_layer,
        **_tables(network, program),
        **_init(network),
        **_signatures(program, network),
        "forward_lines": forward.lines,
        "backward_lines": backward.lines,
        **_sampling(network, program),
        **example_fields(network, program),
        "stops": _stops(derivation),
    }
    text = "\n".join(line for part in (forward, backward) for line in part.lines)
    fields["helpers"] = [name for name in ("_erf", "_xlogy", "_sum_by_label") if f"{name}(" in text]
    return render("codegen.targets.numpy", "module.py.jinja", **fields)


def passes(derivation: Derivation, program: Program) -> tuple[Pass, Pass]:
    """Both passes as printed lines."""
    shapes = check(program)
    printer = Printer(shapes)
    dimensions = derivation.network.dimensions
    parameters = [item.name for item in program.parameters]
    inputs = [item.name for item in program.inputs]
    numbers = {
        python: number
        for (_, number), python in zip(derivation.numbers.items(), map(identifier, derivation.numbers), strict=True)
    }
    read_forward = [name for name in parameters if any(name in names(s.operation) for s in program.forward)]
    read_backward = [name for name in parameters if any(name in names(s.operation) for s in program.backward)]
    forward = print_pass(
        program, program.forward, at_hand(program, shapes, [*inputs, *read_forward]), printer, numbers, dimensions
    )
    backward = print_pass(
        program, program.backward, at_hand(program, shapes, [*program.saved, *read_backward]),
        printer, numbers, dimensions, program.upstream)  # fmt: skip
    return forward, backward


def _stops(derivation: Derivation) -> bool:
    """Whether the network holds a value fixed with stop(...), which differences cannot see."""
    return any(node.name == "stop" for equation in derivation.network.equations for node in equation.right.atoms(Apply))


def _formulas(network: Network) -> dict[Symbol, Expr]:
    return {item.symbol: item.formula for item in network.dimensions if item.formula is not None}


def _provenance(network: Network, made_from: str, sha256: str) -> list[str]:
    """Which program made the module, from which file, as lines."""
    source = (made_from or network.file).replace("\\", "/").rsplit("/", 1)[-1]
    text = f"Made by chainscribe {VERSION}"
    if source:
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
            lines.append("    ".join(_described(item) for item in items))
    return lines


def _described(item: Declaration) -> str:
    words = [_WORDS.get(fact, fact) for fact in item.facts]
    if item.tensor.within is not None:
        words.append(f"whole numbers below {size_text(item.tensor.within)[0]}")
    extra = f" {', '.join(words)}" if words else ""
    return f"{identifier(item.tensor.name)} {shape_text(item.tensor.axes)}{extra}"


def _tables(network: Network, program: Program) -> dict[str, Any]:
    """The module's data: sizes, shapes, formulas, what is a whole number, named numbers."""
    formulas = {size_text(symbol)[0]: expr for symbol, expr in _formulas(network).items()}
    axes = [axis for item in (*program.parameters, *program.inputs) for axis in item.axes]
    axes += [item.tensor.within for item in network.declarations if item.tensor.within is not None]
    for axis in axes:
        if not isinstance(axis, Symbol) and axis.free_symbols:
            formulas.setdefault(size_text(axis)[0], axis)
    whole = [
        (identifier(item.tensor.name), _axis(item.tensor.within))
        for item in network.declarations
        if item.tensor.within is not None
    ]
    return {
        "dims": _mapping((item.symbol.name, repr(item.default)) for item in network.dimensions if item.formula is None),
        "params": _mapping((item.name, _axes(item)) for item in program.parameters),
        "inputs": _mapping((item.name, _axes(item)) for item in program.inputs),
        "upstream_shapes": _mapping((item.name, _axes(item)) for item in program.upstream),
        "formulas": [(name, _formula_text(expr)) for name, expr in formulas.items()],
        "within": _mapping(whole),
        "constants": [f"{name} = {literal(value)[0]}" for name, value in program.constants],
    }


def _formula_text(expr: Expr) -> str:
    """A formula over the dictionary `size`."""
    mapping = {symbol: Symbol(f'size["{symbol}"]', integer=True, positive=True) for symbol in expr.free_symbols}
    return size_text(expr.xreplace(mapping))[0]


def _mapping(items: Iterable[tuple[str, str]]) -> str:
    return "{" + ", ".join(f'"{key}": {value}' for key, value in items) + "}"


def _axes(item: Array) -> str:
    inside = ", ".join(_axis(axis) for axis in item.axes)
    return f"({inside},)" if len(item.axes) == 1 else f"({inside})"


def _axis(axis: Expr) -> str:
    return str(axis) if axis.is_Integer else f'"{size_text(axis)[0]}"'


def _init(network: Network) -> dict[str, Any]:
    """What `init_params` says: a line for each parameter, and the sizes that it is told."""
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
        name, axes = identifier(item.tensor.name), item.tensor.axes
        if item.value is not None:
            entries.append(f'"{name}": np.array(VALUES["{name}"], dtype),')
            continue
        for axis in axes:
            need(axis)
        entries.append(f'"{name}": {_start(kinds[item.tensor.name].kind, kinds[item.tensor.name].fan_in, axes, item)},')
    order = [item.symbol for item in network.dimensions]
    needed.sort(key=order.index)
    defaults = {item.symbol: item.default for item in network.dimensions}
    arguments = [s.name if defaults[s] is None else f"{s.name}={defaults[s]}" for s in needed]
    return {
        "init_arguments": ", ".join(["rng", "*", *arguments, "dtype=np.float64"]),
        "init_lines": lines,
        "init_entries": entries,
    }


def _start(kind: str, fan_in: Expr, axes: tuple[Expr, ...], item: Declaration) -> str:
    shape = shape_text(axes)
    if "positive" in item.facts:
        return f"np.ones({shape}, dtype)"
    if kind == "zero":
        return f"np.zeros({shape}, dtype)"
    if kind == "one":
        return f"np.ones({shape}, dtype)"
    text, precedence = size_text(fan_in)
    divisor = text if precedence >= 12 else f"({text})"
    return f"np.asarray(rng.standard_normal({shape}) / {divisor}**0.5, dtype)"


def _signatures(program: Program, network: Network) -> dict[str, Any]:
    inputs = [item.name for item in program.inputs]
    upstream = [item.name for item in program.upstream]
    results = list(program.results)
    gradients = ", ".join(f'"{name}": {gradient}' for name, gradient in program.gradients)
    return {
        "arguments": ", ".join(["params", *inputs]),
        "input_names": inputs,
        "given": _mapping((name, name) for name in inputs),
        "results": results,
        "outputs": results[0] if len(results) == 1 else f"({', '.join(results)})",
        "upstream": upstream,
        "backward_arguments": ", ".join(["params", "saved", *upstream]),
        "saved_tuple": _tuple(program.saved),
        "saved_names": ", ".join(program.saved) if len(program.saved) > 1 else _tuple(program.saved),
        "gradients": "{" + gradients + "}",
        "gradient_names": [name for name, _ in program.gradients],
    }


def _tuple(items: Iterable[str]) -> str:
    items = tuple(items)
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


_SAMPLES = {
    "one_hot": "np.eye({last})[rng.integers({last}, size={rest})]",
    "sums_to_one": "rng.dirichlet(np.ones({last}), size={rest})",
    "binary": "rng.integers(2, size={shape}).astype(float)",
    "positive": "rng.uniform(0.5, 2.0, size={shape})",
    "signs": "rng.choice([-1.0, 1.0], size={shape})",
}


def _sampling(network: Network, program: Program) -> dict[str, Any]:
    """A line for each array that the self-check draws, true to what is declared of it."""
    lines = []
    symbols: set[Symbol] = set()
    for item in network.declarations:
        name, axes = identifier(item.tensor.name), item.tensor.axes
        symbols |= {s for axis in axes for s in axis.free_symbols}
        shape = shape_text(axes)
        target = f'params["{name}"]' if item.role == "param" else f'arrays["{name}"]'
        if item.tensor.within is not None:
            symbols |= item.tensor.within.free_symbols
            text = f"rng.integers({size_text(item.tensor.within)[0]}, size={shape})"
        else:
            rest, last = (shape_text(axes[:-1]), size_text(axes[-1])[0]) if axes else ("()", "1")
            fact = next((fact for fact in item.facts if fact in _SAMPLES), None)
            text = _SAMPLES[fact].format(shape=shape, rest=rest, last=last) if fact else f"draw({shape})"
        lines.append(f"{target} = {text}")
        if "symmetric" in item.facts:
            lines.append(f"{target} = {target} + {target}.swapaxes(-1, -2)")
    formulas = _formulas(network)
    for symbol in list(symbols):
        if symbol in formulas:
            symbols |= formulas[symbol].free_symbols
    base = [item for item in network.dimensions if item.formula is None]
    sizes = {item.symbol.name: str((3, 4, 5, 2, 6, 7)[place % 6]) for place, item in enumerate(base)}
    ordered = [item.symbol for item in network.dimensions if item.symbol in symbols]
    size_lines = [
        f"{s.name} = {size_text(formulas[s])[0]}" if s in formulas else f'{s.name} = sizes["{s.name}"]' for s in ordered
    ]
    return {"sample_lines": size_lines + lines, "small_sizes": _mapping(sizes.items())}

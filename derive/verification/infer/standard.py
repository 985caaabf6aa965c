"""Feed-forward networks of a few layers, for texts about numbered layers that never write the network down.

Published notes differ in two things: whether W^{(l)} leads into layer l or out of it, and how matrices stand. Each pair
is a convention; a text is read in the one under which its claims come out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derive.errors import InputError
from derive.verification.formula import snippet_of, statements
from derive.verification.formula.tree import Applied, Chain, Number, Statement, Symbol, walk
from derive.verification.infer.inferred import Inferred, inferred
from derive.verification.infer.layers import DEPTH, has_layers, highest
from derive.verification.infer.vocabulary import is_function_name, is_generic
from derive.verification.reading import Batch, Reading
from derive.verification.spelling import text_of

_PRODUCTS = {
    ("into", "columns"): r"z^{(l)} = W^{(l)} a^{(l-1)} + b^{(l)}",
    ("out", "columns"): r"z^{(l+1)} = W^{(l)} a^{(l)} + b^{(l)}",
    ("into", "turned"): r"z^{(l)} = (W^{(l)})^T a^{(l-1)} + b^{(l)}",
    ("out", "turned"): r"z^{(l+1)} = (W^{(l)})^T a^{(l)} + b^{(l)}",
    ("into", "rows"): r"Z^{(l)} = A^{(l-1)} W^{(l)} + b^{(l)}",
    ("out", "rows"): r"Z^{(l+1)} = A^{(l)} W^{(l)} + b^{(l)}",
}
_DEEPEST = 6
_SQUARED = r"J = \frac{1}{2} \|a^{(3)} - y\|^2"
_ENTROPY = r"J = -\sum_k (y_k \log a_k^{(3)} + (1 - y_k) \log (1 - a_k^{(3)}))"


@dataclass(frozen=True)
class Convention:
    """A network that a text may be about.

    form      how its matrices stand: "columns", "turned" (transposed weights before columns), "rows"
    further   True for a loss or an activation that the text does not name
    """

    inference: Inferred
    reading: Reading
    form: str
    further: bool
    sentence: str


def conventions(text: Sequence[Statement], claims: Sequence[Statement]) -> Iterator[Convention]:
    """The networks that some claims of a text may be about, the likeliest first."""
    name = _activation(claims)
    letters = _letters(claims)
    named = min(highest(claims), _DEEPEST)
    named = named if named >= DEPTH else 0
    options: list[tuple[tuple[str, ...], str, bool]] = [((), _SQUARED, False)]
    if _uses_sigmoid(claims) or name == "σ":
        sigmoid = (rf"{name}(u) = \frac{{1}}{{1 + e^{{-u}}}}",) if is_generic(name) and name != "σ" else ()
        options += [(sigmoid, _SQUARED, True)] if sigmoid else []
        options += [(sigmoid, _ENTROPY, True)]
    for functions, loss, further in options:
        for (numbering, form), product in _PRODUCTS.items():
            if form != "columns" and loss == _ENTROPY:
                continue
            product = product.replace("W", letters["W"])
            if form != "rows":
                product = product.replace("a^", letters["a"] + "^").replace("z^", letters["z"] + "^")
            depth = named or (DEPTH if numbering == "into" else DEPTH + 1)
            found = _convention(text, functions, product, loss.replace("(3)", f"({depth})"), name, letters, depth)
            if found is None:
                continue
            about = "half the squared error" if loss == _SQUARED else "cross-entropy of sigmoid outputs"
            sentence = f"assuming layers {_spoken(product)}, loss {about}"
            if functions:
                sentence += f", {name} the sigmoid"
            batches: tuple[Batch, ...] = ("all", "one") if form == "rows" else ("all",)
            for batch in batches:
                layout = found.reading.layout
                yield Convention(found, Reading(layout, batch), form, further, sentence)


def _spoken(product: str) -> str:
    """The equation as a reader of plain text sees it."""
    return product.replace("(W^{(l)})^T", "W^(l)T").replace("{", "").replace("}", "")


def _convention(
    text: Sequence[Statement],
    functions: tuple[str, ...],
    product: str,
    loss: str,
    name: str,
    letters: dict[str, str],
    depth: int,
) -> Inferred | None:
    capital = "Z" in product
    activation = rf"a^{{(l)}} = {_latex(name)}(z^{{(l)}})"
    if not capital:
        activation, loss = (
            item.replace("z^", letters["z"] + "^").replace("a^", letters["a"] + "^").replace("a_k", letters["a"] + "_k")
            for item in (activation, loss)
        )
    else:
        activation, loss = (
            item.replace("z^", "Z^").replace("a^", "A^").replace("- y", "- Y") for item in (activation, loss)
        )
    if "(l+1)" in product:
        activation = activation.replace("(l)", "(l+1)")
    try:
        return inferred(text, _read(*functions, product), _read(activation, loss), _aside(text), depth)
    except InputError:
        return None


def _aside(text: Sequence[Statement]) -> frozenset[int]:
    """Statements about something else than layers, functions and the loss: `z = w x + b` of a single neuron."""
    return frozenset(
        place
        for place, statement in enumerate(text)
        if not has_layers([statement])
        and not (isinstance(statement.sides[0], Applied) and not isinstance(statement.sides[-1], Symbol))
    )


def _latex(name: str) -> str:
    return name if len(name) == 1 else rf"\operatorname{{{name}}}"


def _read(*formulas: str) -> list[Statement]:
    found = []
    for formula in formulas:
        for item in statements(snippet_of(formula, "latex")):
            if isinstance(item, InputError):
                raise item
            found.append(item)
    return found


def _activation(text: Sequence[Statement]) -> str:
    """The function that the text applies to z: the one it does so most often; any function where it names none."""
    counts: Counter[str] = Counter()
    for statement in text:
        for side in statement.sides:
            for node in walk(side):
                if isinstance(node, Applied) and len(node.arguments) == 1:
                    argument = node.arguments[0]
                    if isinstance(argument, Symbol) and argument.name in ("z", "Z", "n", "net", "s", "u"):
                        counts[node.of.name] += 1
    known = [name for name, _ in counts.most_common() if is_function_name(name) or is_generic(name)]
    return known[0] if known else "g"


def _letters(text: Sequence[Statement]) -> dict[str, str]:
    """What the text calls weights, sums and activations of its layers."""
    counts = Counter(
        node.name
        for statement in text
        for side in statement.sides
        for node in walk(side)
        if isinstance(node, Symbol) and has_layers([Statement((node,))])
    )
    found = {}
    for usual, others in (("W", ("Θ", "θ")), ("a", ("h", "y", "x", "o")), ("z", ("s", "u", "n", "v", "net"))):
        present = (
            [name for name in others if counts[name]] if not counts[usual] and not counts[usual.swapcase()] else []
        )
        found[usual] = max(present, key=lambda name: counts[name]) if present else usual
    return {usual: r"\Theta" if name == "Θ" else r"\theta" if name == "θ" else name for usual, name in found.items()}


def _uses_sigmoid(text: Sequence[Statement]) -> bool:
    """True where 1 - a stands somewhere, or the error of the output is said to be a - y."""
    for statement in text:
        for side in statement.sides:
            for node in walk(side):
                if isinstance(node, Chain) and node.signs == ("-",) and isinstance(node.operands[1], Symbol):
                    first, second = node.operands
                    one = isinstance(first, Number) and first.text == "1"
                    if one and isinstance(second, Symbol) and second.name in ("a", "h", "A"):
                        return True
        if len(statement.sides) > 1 and isinstance(statement.sides[0], Symbol) and statement.sides[0].name == "δ":
            right = statement.sides[1]
            if isinstance(right, Chain) and right.signs == ("-",) and text_of(right.operands[1]) in ("y", "t", "Y"):
                return True
    return False

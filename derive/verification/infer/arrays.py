"""Functions of whole arrays in the definitions of a text: np.mean(e), z.sum(axis=1), np.maximum(0, z), softmax(z)."""

from __future__ import annotations

from collections.abc import Callable

from derive.verification.formula.tree import Applied, Node, Number
from derive.verification.infer.products import elementwise, times
from derive.verification.infer.sizes import Unfit
from derive.verification.infer.writing import Part, Writing

_REDUCTIONS = {"sum": "sum", "mean": "mean", "avg": "mean", "max": "max", "min": "min", "amax": "max", "prod": "prod"}
_PAIRS = {"maximum": "max", "minimum": "min", "max": "max", "min": "min"}
_PRODUCTS = {"dot": "@", "matmul": "@", "mm": "@", "multiply": "⊙", "mul": "⊙"}
# Losses of single entries as the language calls them; those of logits go through the sigmoid first.
_LOSSES = {
    "mse_loss": ("({0} - {1})**2", 2),
    "binary_cross_entropy": ("binary_cross_entropy({0}, {1})", 2),
    "binary_cross_entropy_with_logits": ("binary_cross_entropy(sigmoid({0}), {1})", 2),
    "l1_loss": ("abs({0} - {1})", 2),
}
Read = Callable[[Node, Writing], Part]


def array_part(node: Applied, writing: Writing, read: Read) -> Part | None:
    """The part of such a call; None for another name."""
    name, count = node.of.name, len(node.arguments)
    if name in _PAIRS and count == 2:
        sides = [read(item, writing) for item in node.arguments]
        return together(sides, lambda a, b: f"{_PAIRS[name]}({a}, {b})", writing)
    if name in _PRODUCTS and count == 2:
        first, second = (read(item, writing) for item in node.arguments)
        return times(first, second, _PRODUCTS[name], writing)
    if name == "square" and count == 1:
        inner = read(node.arguments[0], writing)
        return Part(inner.axes, lambda at: f"({inner.text(at)})**2", inner.row)
    if name in _LOSSES and count == 2:
        form, _ = _LOSSES[name]
        single = together([read(item, writing) for item in node.arguments], form.format, writing)
        return _reduced("mean", single, tuple(range(len(single.axes))), writing)
    if name in _REDUCTIONS and count == 1:
        inner = read(node.arguments[0], writing)
        return _reduced(_REDUCTIONS[name], inner, _places(node, inner), writing)
    return None


def together(parts: list[Part], text: Callable[..., str], writing: Writing) -> Part:
    """An elementwise formula of parts with the axes of the largest; the others have them too, or are numbers."""
    whole = max(parts, key=lambda item: len(item.axes))
    for item in parts:
        if item.axes:
            elementwise(whole, item, "+", writing)  # makes their sizes the same, or refuses
        if item.axes and len(item.axes) != len(whole.axes):
            raise Unfit("a function of arrays with different axes")
    return Part(whole.axes, lambda at: text(*(item.text(at if item.axes else ()) for item in parts)), whole.row)


def _places(node: Applied, inner: Part) -> tuple[int, ...]:
    """The axes that axis=0, dim=-1 tell, all where nothing does."""
    told = next((item for key, item in node.settings if key in ("axis", "dim")), None)
    if told is None:
        return tuple(range(len(inner.axes)))
    number = told.of if not isinstance(told, Number) and hasattr(told, "of") else told
    if not isinstance(number, Number) or not number.text.isdigit():
        raise Unfit("an axis that is no number")
    place = int(number.text) if number is told else len(inner.axes) - int(number.text)
    if not 0 <= place < len(inner.axes):
        raise Unfit("an axis that is not there")
    return (place,)


def _reduced(function: str, inner: Part, places: tuple[int, ...], writing: Writing) -> Part:
    if not places:
        return inner
    bound = {place: writing.letter() for place in places}
    kept = [place for place in range(len(inner.axes)) if place not in bound]

    def text(at: tuple[str, ...]) -> str:
        letters = {**bound, **dict(zip(kept, at, strict=True))}
        inside = inner.text(tuple(letters[place] for place in range(len(inner.axes))))
        return f"{function}({inside} for {', '.join(bound.values())})"

    return Part(tuple(inner.axes[place] for place in kept), text)

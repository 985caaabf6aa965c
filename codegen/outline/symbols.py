"""The symbols of a network: sizes, what is given, what is computed, and what is known of it."""

from __future__ import annotations

from codegen.block import Block, Code, Heading, Math, Paragraph, Piece, Table, Text
from codegen.notation.formula import Name
from codegen.outline.page import Page
from codegen.outline.recurrence import counting
from codegen.outline.words import joined, merged
from derive.entry import Tensor
from derive.facts import FACTS

_ROLES = {"input": "input", "target": "target", "param": "parameter"}


def symbols(page: Page) -> list[Block]:
    """Tables of sizes and of tensors, and how gradients are written."""
    network = page.derivation.network
    blocks: list[Block] = [Heading(2, ("Symbols and shapes",))]
    if network.dimensions:
        rows = []
        for dimension in network.dimensions:
            if dimension.formula is not None:
                value: Text = (page.math(dimension.formula), ", always")
            else:
                value = (
                    ("given by the arrays",)
                    if dimension.default is None
                    else (f"{dimension.default}, unless the arrays say otherwise",)
                )
            rows.append(((page.math(dimension.symbol),), value))
        blocks.append(Table((("size",), ("value",)), tuple(rows)))
    blocks.append(Table((("symbol",), ("in code",), ("shape",), ("meaning",)), tuple(_rows(page))))
    blocks.append(Paragraph(_gradient_sentence(page)))
    return blocks


def _rows(page: Page) -> list[tuple[Text, ...]]:
    network = page.derivation.network
    rows: list[tuple[Text, ...]] = []
    for item in network.declarations:
        tensor = item.tensor
        known = [FACTS[fact].phrase for fact in item.facts]
        meaning: Text = ("; ".join([_ROLES[item.role], *known]),)
        if tensor.within is not None:
            meaning = (*meaning, "; whole numbers from 0 to ", page.math(tensor.within - 1))
        rows.append((*_named(page, tensor), meaning))
    for equation in network.equations:
        name = equation.tensor.name
        meaning = (f"computed by{page.reference(name)}",)
        if name in network.results:
            meaning = (f"{'output' if network.is_layer else 'loss'}, computed by{page.reference(name)}",)
        rows.append((*_named(page, equation.tensor), meaning))
    for constant in network.constants:
        name = str(constant.symbol)
        rows.append(
            ((Math(Name(name)),), (Code(page.spelled(name)),), ("a number",), ("constant, ", page.math(constant.value)))
        )
    return rows


def _named(page: Page, tensor: Tensor) -> tuple[Text, ...]:
    return (Math(Name(tensor.name)),), (Code(page.spelled(tensor.name)),), shape(page, tensor)


def shape(page: Page, tensor: Tensor) -> Text:
    """N × D, or `a number` without axes."""
    if not tensor.axes:
        return ("a number",)
    return joined(((page.math(axis),) for axis in tensor.axes), " × ")


def read_again(page: Page) -> Text:
    """The two gradients of every output that the layer's own equations read too."""
    words: list[Piece] = []
    for upstream in page.derivation.upstream:
        if upstream.name not in page.setting.handed:
            continue
        output = page.setting.gradients[upstream.name]
        words += ["The output ", Math(Name(output)), " is also read inside the layer: ", *_both(page, upstream),
                  " the part of its gradient that is handed in, ", *_both(page, page.derivation[output].tensor),
                  " only the part that comes back through the equations that read it. "]  # fmt: skip
    return merged(words)


def _both(page: Page, gradient: Tensor) -> Text:
    """A gradient with its name in code, where that is not how it is printed anyway."""
    symbol = page.math(gradient)
    if page.setting.linear:
        return (symbol, " is")
    return (symbol, ", in code ", Code(page.spelled(gradient.name)), ", is")


def _gradient_sentence(page: Page) -> Text:
    derivation = page.derivation
    example = next((adjoint for adjoint in derivation.adjoints if adjoint.of.name in derivation.wanted), None)
    words: list[Piece] = []
    if derivation.network.is_layer:
        loss = Math(Name(page.setting.loss))
        upstream = joined(((Code(page.spelled(tensor.name)),) for tensor in derivation.upstream), " and ")
        words += ["A layer has no loss of its own: ", loss, " stands for the loss of whatever the layer is part of. "]
        words += [
            "The gradient of ",
            loss,
            " with respect to what the layer gives out is handed to it, in code as ",
            *upstream,
            ". ",
        ]
    words += read_again(page)
    if example is not None:
        words += ["The gradient ", page.math(example.tensor), " has the shape of ", Math(Name(example.of.name))]
        words += [
            " and is called ",
            Code(page.spelled(example.tensor.name)),
            " in code; all gradients are named in this way. ",
        ]
    return merged([*words, *counting(page)])

"""The symbols of a network: sizes, what is given, what is computed, and what is known of it."""

from __future__ import annotations

from codegen.block import Block, Code, Heading, Math, Paragraph, Table, Text
from codegen.language import joined, merged
from codegen.notation.formula import Name
from codegen.outline.page import Page
from codegen.outline.recurrence import counting
from derive.entry import Tensor
from derive.facts import FACTS

_ROLES = {"input": "symbols.input", "target": "symbols.target", "param": "symbols.param"}


def symbols(page: Page) -> list[Block]:
    """Tables of sizes and of tensors, and how gradients are written."""
    network = page.derivation.network
    blocks: list[Block] = [Heading(2, page.say("symbols.heading"))]
    if network.dimensions:
        rows = []
        for dimension in network.dimensions:
            if dimension.formula is not None:
                value = page.say("symbols.always", value=page.math(dimension.formula))
            elif dimension.default is None:
                value = page.say("symbols.by_arrays")
            else:
                value = page.say("symbols.default", value=dimension.default)
            rows.append(((page.math(dimension.symbol),), value))
        blocks.append(Table((page.say("symbols.size"), page.say("symbols.value")), tuple(rows)))
    head = (page.say("symbols.symbol"), page.say("symbols.in_code"), page.say("symbols.shape"))
    blocks.append(Table((*head, page.say("symbols.meaning")), tuple(_rows(page))))
    blocks.append(Paragraph(_gradient_sentence(page)))
    return blocks


def _rows(page: Page) -> list[tuple[Text, ...]]:
    network = page.derivation.network
    rows: list[tuple[Text, ...]] = []
    for item in network.declarations:
        tensor = item.tensor
        clauses: list[Text] = [page.say(_ROLES[item.role]), *((page.language.fact(FACTS[it]),) for it in item.facts)]
        if tensor.within is not None:
            clauses.append(page.say("symbols.whole", last=page.math(tensor.within - 1)))
        rows.append((*_named(page, tensor), merged(joined(clauses, page.language.phrase("list.clauses")))))
    for equation in network.equations:
        name = equation.tensor.name
        result = "symbols.output" if network.is_layer else "symbols.loss"
        key = result if name in network.results else "symbols.computed"
        rows.append((*_named(page, equation.tensor), page.say(key, equation=page.reference(name))))
    for constant in network.constants:
        name = str(constant.symbol)
        meaning = page.say("symbols.constant", value=page.math(constant.value))
        rows.append(((Math(Name(name)),), (Code(page.spelled(name)),), page.say("symbols.number"), meaning))
    return rows


def _named(page: Page, tensor: Tensor) -> tuple[Text, ...]:
    return (Math(Name(tensor.name)),), (Code(page.spelled(tensor.name)),), shape(page, tensor)


def shape(page: Page, tensor: Tensor) -> Text:
    """N × D, or `a number` without axes."""
    if not tensor.axes:
        return page.say("symbols.number")
    return joined(((page.math(axis),) for axis in tensor.axes), page.language.phrase("list.axes"))


def read_again(page: Page) -> Text:
    """The two gradients of every output that the layer's own equations read too."""
    sentences = []
    for upstream in page.derivation.upstream:
        if upstream.name in page.setting.handed:
            output = page.setting.gradients[upstream.name]
            handed, own = _in_code(page, upstream), _in_code(page, page.derivation[output].tensor)
            sentences.append(page.say("symbols.read_again", output=Math(Name(output)), handed=handed, own=own))
    return merged(joined(sentences, page.language.phrase("list.sentences")))


def _in_code(page: Page, gradient: Tensor) -> Text:
    """A gradient with its name in code, where that is not how it is printed anyway."""
    symbol = page.math(gradient)
    if page.setting.linear:
        return (symbol,)
    return page.say("symbols.with_code", symbol=symbol, code=Code(page.spelled(gradient.name)))


def _gradient_sentence(page: Page) -> Text:
    derivation = page.derivation
    example = next((adjoint for adjoint in derivation.adjoints if adjoint.of.name in derivation.wanted), None)
    sentences: list[Text] = []
    if derivation.network.is_layer:
        loss = Math(Name(page.setting.loss))
        upstream = page.listed([(Code(page.spelled(tensor.name)),) for tensor in derivation.upstream])
        sentences.append(page.say("symbols.layer", loss=loss))
        sentences.append(page.say("symbols.handed", loss=loss, upstream=upstream))
    sentences.append(read_again(page))
    if example is not None:
        code, value = Code(page.spelled(example.tensor.name)), Math(Name(example.of.name))
        sentences.append(page.say("symbols.gradient", gradient=page.math(example.tensor), value=value, code=code))
    sentences.append(counting(page))
    return merged(joined([sentence for sentence in sentences if sentence], page.language.phrase("list.sentences")))

"""The reading of a whole text: the conventions that give most of it a meaning, the network's own where they tie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

from derive.errors import InputError
from derive.network import Network
from derive.sample import NoSample
from derive.verification.borders import crossing, points_beyond
from derive.verification.evidence import (
    has_batches,
    has_components,
    has_errors,
    has_matrices,
    has_turned_weights,
)
from derive.verification.formula.tree import Node, Symbol, walk
from derive.verification.judge import Judge
from derive.verification.layers import batch_of
from derive.verification.names import Defined, Names
from derive.verification.points import decides, far_points, given_point, points_for
from derive.verification.reading import READINGS, Batch, Layout, Reading
from derive.verification.rewriting import in_statement
from derive.verification.session import Session, Written
from derive.verification.spelling import key_of, text_of

BEGINNING = 30  # statements by which the reading is chosen
Aliases = tuple[tuple[Node, Node], ...]


@dataclass(frozen=True)
class Fit:
    """How a text fares in a reading: links that have a meaning (half, where it leaves out the examples), or hold."""

    reading: Reading
    fitting: float
    holding: int
    links: int


def names_for(network: Network, aliases: Aliases) -> Names:
    """The names of a network with a table of symbols: other names for symbols, and formulas that symbols stand for."""
    pairs = [(written, meant) for written, meant in aliases if isinstance(written, Symbol)]
    symbols = tuple((written, meant) for written, meant in pairs if isinstance(meant, Symbol))
    formulas = {key_of(written): Defined(written, meant) for written, meant in pairs if not isinstance(meant, Symbol)}
    return Names(network, symbols, formulas)


def put_in(aliases: Aliases, statements: Sequence[Written]) -> list[Written]:
    """The statements with the formulas of a table, such as h_θ(x^{(i)}), replaced by what they mean."""
    formulas = [(written, meant) for written, meant in aliases if not isinstance(written, Symbol)]

    def change(node: Node) -> Node | None:
        return next((meant for written, meant in formulas if written == node), None)

    if not formulas:
        return list(statements)
    return [replace(item, statement=in_statement(item.statement, change)) for item in statements]


def judge_for(network: Network, aliases: Aliases, reading: Reading, seed: int = 1) -> Judge:
    """A judge of one reading, with points to try claims at."""
    batch = batch_of(network)
    one = reading.batch == "one"
    try:
        points = points_for(network, batch, one, seed)
    except NoSample as error:
        raise InputError(str(error), None, "definitions that have values, no ln(-1)") from error
    if decides(network):
        points += crossing(network, points, batch, one, seed)
    further = tuple if decides(network) else cache(lambda: far_points(network, batch, one, seed))
    beyond = partial(points_beyond, network, batch, one, seed)
    given = given_point(network)
    return Judge(names_for(network, aliases), reading, points, given, further=further, beyond=beyond)


def readings_for(
    network: Network, aliases: Aliases, statements: Sequence[Written], layout: Layout | None, batch: Batch | None
) -> list[Reading]:
    """The readings that are open: those that the author chose, and of the rest what the text gives a reason for."""
    names = names_for(network, aliases)
    latex = [item for item in statements if item.surface == "latex"]
    matrices = has_matrices(latex, names)
    if batch is None and has_batches(latex, names):
        batch = "all"
    found = [
        reading
        for reading in READINGS
        if (layout is None or reading.layout == layout) and (batch is None or reading.batch == batch)
    ]
    if layout is None and not has_turned_weights(latex, names):
        found = [reading for reading in found if reading.layout != "mixed"]
    if layout is None and not matrices:
        found = [reading for reading in found if reading.layout == "row"]
    if batch is None and not matrices and not has_components(statements):
        found = [reading for reading in found if reading.batch == "all"] or found
    if names.batch is None:
        found = [reading for reading in found if reading.batch == "all"] or found
    if all(len(tensor.axes) < 2 for tensor in network.tensors.values()):
        found = found[:1]
    if not has_errors(statements):
        return found
    return found + [replace(reading, errors="example") for reading in found if reading.batch == "all"]


def fit(network: Network, aliases: Aliases, reading: Reading, statements: Sequence[Written]) -> Fit:
    """How the statements fare in a reading, at one point."""
    judge = judge_for(network, aliases, reading)
    session = Session(Judge(judge.names, reading, judge.points[:1], judge.given))
    fitting, holding, links = 0.0, 0, 0
    for written in statements:
        for result in session.results(written):
            links += 1
            holding += result.trial.equal
            if result.trial.fits:
                left_out = result.trial.implied and not _counts(written, judge.names)
                fitting += 0.5 if left_out else 1.0
    return Fit(reading, fitting, holding, links)


def _counts(written: Written, names: Names) -> bool:
    """True where the number of examples stands in a statement: then it is about all of them."""
    symbols = {text_of(node) for side in written.statement.sides for node in walk(side) if isinstance(node, Symbol)}
    return bool(symbols & {names.batch, "N", "m"})


def chosen(
    network: Network, aliases: Aliases, readings: Sequence[Reading], statements: Sequence[Written]
) -> tuple[Reading, float]:
    """The reading in which most links have a meaning, and how many have; another than the first of those only where
    much more holds. The beginning of a long text tells for all of it."""
    beginning = statements[:BEGINNING]
    first = fit(network, aliases, readings[0], beginning)
    if len(readings) == 1 or (first.fitting == first.links and first.holding >= 0.8 * first.links):
        return first.reading, first.fitting
    fits = [first, *(fit(network, aliases, reading, beginning) for reading in readings[1:])]
    most = max(item.fitting for item in fits)
    best = [item for item in fits if item.fitting == most]
    others = [item for item in best if item.holding >= best[0].holding + 2 and item.holding >= 0.8 * item.links]
    reading = max(others, key=lambda item: item.holding).reading if others else best[0].reading
    return reading, most

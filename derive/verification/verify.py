"""Verification of a text: read it, choose its conventions, judge its claims, name the mistakes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from derive.errors import InputError, Place
from derive.language import gallery, gallery_path, read
from derive.naming import name_values
from derive.network import Network
from derive.verification.assumed import assumed_verdicts
from derive.verification.choose import (
    Aliases,
    chosen,
    has_batches,
    has_components,
    has_errors,
    has_matrices,
    has_turned_weights,
    judge_for,
    names_for,
    put_in,
    readings_for,
)
from derive.verification.counting import counted
from derive.verification.document import document_of, read_document
from derive.verification.document.document import Document, Snippet, Surface
from derive.verification.elaborate import Unknown
from derive.verification.formula import formula, statements
from derive.verification.formula.names import FUNCTIONS
from derive.verification.formula.tree import Differential, Node, Symbol, walk
from derive.verification.infer import inferred
from derive.verification.names import Names
from derive.verification.phrase import verdict_of
from derive.verification.reading import Batch, Layout, Reading
from derive.verification.session import LinkResult, Session, Written
from derive.verification.spoken import spoken
from derive.verification.verdict import Claim, Definition, Outcome, Report, Verdict

FEW = 3


def verify(
    network: Network | None,
    text: str | Path | Document,
    *,
    symbols: Iterable[tuple[str, str]] = (),
    layout: Layout | None = None,
    batch: Batch | None = None,
) -> Report:
    """Check every claim of a text against a network, or without one against what the text itself defines.

    text     a path is read as a document (Markdown, LaTeX, notebook, plain text); a string is a text or one claim
    symbols  what the text calls things: pairs such as ("a^{(1)}", "h")
    layout, batch   the conventions of the text, where they should not be found out
    InputError where the text cannot be read at all, or a symbol of the table is unknown.
    """
    document = _document(text)
    settings = dict(document.settings)
    network = network if network is not None else _named(settings)
    layout = layout or _setting(settings, "layout", ("row", "column", "mixed"))  # type: ignore[assignment]
    batch = batch or _setting(settings, "batch", ("all", "one"))  # type: ignore[assignment]
    read_statements: list[tuple[Snippet, Written | InputError]] = []
    for snippet in document.snippets:
        found = spoken(snippet) if snippet.marked else statements(snippet)
        for item in found:
            written = item if isinstance(item, InputError) else Written(item, snippet.surface, snippet.before)
            read_statements.append((snippet, written))
    claims = [item for _, item in read_statements if isinstance(item, Written)]
    inference = inferred([item.statement for item in claims]) if network is None else None
    if inference is not None:
        network = inference.network
        layout, batch = layout or inference.reading.layout, batch or inference.reading.batch
        read_again = iter(inference.written(claims))
        read_statements = [
            (snippet, next(read_again) if isinstance(item, Written) else item) for snippet, item in read_statements
        ]
        claims = [item for _, item in read_statements if isinstance(item, Written)]
    assert network is not None
    network = name_values(network)
    aliases = (*_aliases_of_table(document, network), *_aliases(symbols), *(inference.aliases if inference else ()))
    read_statements = [
        (snippet, item if isinstance(item, InputError) else put_in(aliases, [item])[0]) for snippet, item in read_statements
    ]
    claims = [item for _, item in read_statements if isinstance(item, Written)]
    latex = [item for item in claims if item.surface == "latex"]
    names = names_for(network, aliases)
    if batch is None and has_batches(latex, names):
        batch = "all"
    readings = readings_for(
        network,
        layout,
        batch,
        matrices=has_matrices(latex, names),
        turned=has_turned_weights(latex, names),
        components=has_components(claims),
        errors=has_errors(claims),
    )
    readings = [counted(reading, document) for reading in readings]
    reading, evidence = chosen(network, aliases, readings, claims)
    judge = judge_for(network, aliases, reading)
    if inference is not None:
        judge = replace(judge, given=inference.given)
    session = Session(judge)
    others = [item for item in readings if item != reading] if evidence < FEW else []
    verdicts: list[Verdict] = []
    waiting: list[Written] = []
    judged: dict[int, list[Verdict]] = {}
    for snippet, item in read_statements:
        if isinstance(item, InputError):
            verdicts.append(_not_understood(snippet, item))
            continue
        elsewhere = [(other, Session(judge_for(network, aliases, other))) for other in others]
        results = list(session.results(item))
        if any(isinstance(result.trial.unknown, Unknown) for result in results):
            waiting.append(item)  # what it speaks of may be defined below
        else:
            judged[id(item)] = _judged(item, results, session, elsewhere)
    for item in waiting:
        judged[id(item)] = _judged(item, list(session.results(item)), session, [])
    if inference is not None and not inference.has_layers:
        unclear = [place for place, item in enumerate(claims) if _is_unclear(item, judged[id(item)])]
        assumed = assumed_verdicts(claims, unclear)
        judged |= {id(claims[place]): found for place, found in assumed.items()}
        claimed = {claims[place].statement for place in assumed}
        session.definitions[:] = [item for item in session.definitions if item[0] not in claimed]
    verdicts += [verdict for found in judged.values() for verdict in found]
    verdicts += [_unread(error, document) for error in document.errors]
    verdicts.sort(key=lambda verdict: (verdict.claim.place.line, verdict.claim.place.column))
    definitions = tuple(
        Definition(statement.source, statement.place) for statement, _ in session.definitions
    )
    return Report(
        document.file, tuple(verdicts), definitions, inference.told if inference else str(reading), network.name, document.lines
    )


def _judged(
    written: Written, results: list[LinkResult], session: Session, elsewhere: list[tuple[Reading, Session]]
) -> list[Verdict]:
    """The verdicts of a statement; where the reading gives it no meaning and little else speaks for that reading, those
    of one that does."""
    if elsewhere and has_matrices([written], session.judge.names) and any(result.trial.misfit for result in results):
        for reading, other in elsewhere:
            found = list(other.results(written))
            if found and all(result.trial.equal for result in found):
                return [verdict_of(result, found, other.judge, str(reading)) for result in found]
    return [verdict_of(result, results, session.judge, "") for result in _once(results)]


def _once(results: list[LinkResult]) -> list[LinkResult]:
    """A claim about every parameter, W := W - α ∂E/∂W, as one: it holds where it holds for all of them."""
    found: dict[tuple[str, int], LinkResult] = {}
    for result in results:
        key = (result.statement.source, result.link)
        if key not in found or (found[key].trial.equal and not result.trial.equal):
            found[key] = result
    return list(found.values())


def _is_unclear(written: Written, verdicts: list[Verdict]) -> bool:
    """True for a claim that the text's own network gives no meaning; an error δ that it took for a definition is one."""
    if not verdicts:
        first = written.statement.sides[0]
        return len(written.statement.sides) > 1 and isinstance(first, Symbol) and first.name == "δ" and not written.defines
    return any(
        verdict.outcome is Outcome.NOT_UNDERSTOOD or verdict.outcome is Outcome.FAILS and verdict.witness is None
        for verdict in verdicts
    )


def _document(text: str | Path | Document) -> Document:
    if isinstance(text, Document):
        return text
    if isinstance(text, Path):
        return read_document(text)
    document = document_of(text, "<text>", None)
    if document.snippets or "\n" in text.strip():
        return document
    surface: Surface = "latex" if "\\" in text or "_{" in text or "^{" in text else "plain"
    starts = tuple((1, column) for column in range(1, len(text) + 1))
    return Document("<text>", (text,), (Snippet(text, surface, "<text>", starts, (text,)),))


def _named(settings: dict[str, str]) -> Network | None:
    """The network that a text names: one of the gallery, for no file is opened because a text says so."""
    name = settings.get("network")
    if name is None:
        return None
    if name not in gallery():
        raise InputError(f"the text names the network {name}, which is not in the gallery", None, "--network FILE")
    return read(gallery_path(name))


def _setting(settings: dict[str, str], key: str, known: tuple[str, ...]) -> str | None:
    value = settings.get(key)
    if value is not None and value not in known:
        raise InputError(f"{key} = {value}", None, f"{key} is one of {', '.join(known)}")
    return value


def _aliases_of_table(document: Document, network: Network) -> Aliases:
    """The symbols of a text's own table; a row that says in words what a symbol means is for readers."""
    found: list[tuple[Symbol, Node]] = []
    names = Names(network)
    for written, meant, _ in document.symbols:
        try:
            (pair,) = _aliases([(written, meant)])
        except InputError:
            continue
        if all(_is_known(node, names) for node in walk(pair[1])) and not _is_remark(pair[1], names):
            found.append(pair)
    return tuple(found)


def _is_known(node: Node, names: Names) -> bool:
    """False for a word that names nothing: "computed by (1)" and "a number" are words for readers."""
    if not isinstance(node, Symbol) or (len(node.name) == 1 and node.name != "a"):
        return True
    return next(names.meanings(node), None) is not None or node.name in FUNCTIONS


def _is_remark(node: Node, names: Names) -> bool:
    return isinstance(node, Symbol) and next(names.meanings(node), None) is None


def _aliases(pairs: Iterable[tuple[str, str]]) -> Aliases:
    found = []
    for written, meant in pairs:
        sides = []
        for text in (written, meant):
            surface: Surface = "latex" if any(mark in text for mark in "\\{^") else "plain"
            node = formula(text, surface)
            if isinstance(node, Differential):
                node = replace(node.of, name="d" + node.of.name)
            sides.append(node)
        found.append((sides[0], sides[1]))
    return tuple(found)


def _not_understood(snippet: Snippet, error: InputError) -> Verdict:
    place = error.place or snippet.place(0, len(snippet.text))
    claim = Claim(snippet.text, place)
    reason = error.what + (f" (try: {error.remedy})" if error.remedy else "")
    return Verdict(claim, Outcome.NOT_UNDERSTOOD, reason)


def _unread(error: InputError, document: Document) -> Verdict:
    place = error.place or Place(document.file, 1, 1, 1, document.lines[0] if document.lines else "")
    return Verdict(Claim(place.source, place), Outcome.NOT_UNDERSTOOD, error.what)

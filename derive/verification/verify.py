"""Verification of a text: read it, choose its conventions, judge its claims, name the mistakes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from derive.errors import InputError, Place
from derive.naming import name_values
from derive.network import Network
from derive.verification.assumed import assumed_verdicts
from derive.verification.choose import Aliases, chosen, judge_for, put_in, readings_for
from derive.verification.counting import counted
from derive.verification.declarations import declaration_notes, said_one_hot
from derive.verification.document.document import Document, Snippet
from derive.verification.elaborate import Unknown
from derive.verification.evidence import has_matrices
from derive.verification.formula import statements
from derive.verification.formula.tree import Statement, Symbol
from derive.verification.infer import Inferred, inferred
from derive.verification.mention import is_declaration
from derive.verification.named_in_code import lines_for, named_in_code
from derive.verification.phrase import verdict_of
from derive.verification.reading import Batch, Layout, Reading
from derive.verification.restated import as_stated
from derive.verification.session import LinkResult, Session, Written
from derive.verification.spoken import spoken
from derive.verification.told import (
    conventions_named,
    document_from,
    given_aliases,
    network_named,
    table_of,
    unread_rows,
)
from derive.verification.verdict import Claim, Definition, Outcome, Report, Verdict

MOST_SHOWN = 5  # formulas that a note lists
FEW = 3  # claims that fit: with fewer, a reading is no convention of the text yet


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
    InputError where the text cannot be read at all, or a symbol of the table is no formula.
    """
    document = document_from(text)
    settings = dict(document.settings)
    named = conventions_named(settings)
    layout, batch = layout or named[0], batch or named[1]
    claims, unread = _statements_of(document)
    network = network if network is not None else network_named(settings)
    inference = None
    if network is None:
        inference = inferred([item.statement for item in claims], said=document.lines)
        network, claims = inference.network, list(inference.written(claims))
        layout, batch = layout or inference.reading.layout, batch or inference.reading.batch
    network = as_stated(name_values(network), [item.statement for item in claims])
    aliases = (
        *table_of(document, network),
        *given_aliases(symbols, network),
        *(inference.aliases if inference else ()),
    )
    claims = put_in(aliases, claims)
    readings = [counted(reading, document) for reading in readings_for(network, aliases, claims, layout, batch)]
    if said_one_hot(document.lines, network):
        readings = [replace(reading, labels="one_hot") for reading in readings]
    reading, evidence = chosen(network, aliases, readings, claims)
    others = [item for item in readings if item != reading] if evidence < FEW else []
    judgement = _judgement(network, aliases, reading, others, claims, inference, named_in_code(document))
    verdicts = [*unread, *judgement.verdicts]
    verdicts.sort(key=lambda verdict: (verdict.claim.place.line, verdict.claim.place.column))
    told = inference.told if inference else str(reading)
    notes = (
        *_notes([item for item in judgement.mentions if not is_declaration(item)]),
        *declaration_notes([item for item in judgement.mentions if is_declaration(item)], document.lines, network),
        *((_programs(document.programs),) if document.programs else ()),
    )
    return Report(document.file, tuple(verdicts), judgement.definitions, told, network.name, document.lines, notes)


def _programs(count: int) -> str:
    """What a reader should know of the code in a text: nothing in it was checked."""
    blocks = "1 block of code was" if count == 1 else f"{count} blocks of code were"
    return f"{blocks} not read: for a function of gradients there is --code"


def _statements_of(document: Document) -> tuple[list[Written], list[Verdict]]:
    """The statements of a text in reading order, and the verdicts on what could not be read."""
    claims: list[Written] = []
    unread = [_not_understood(error, document) for error in (*document.errors, *unread_rows(document))]
    for snippet in document.snippets:
        for item in spoken(snippet) if snippet.marked else statements(snippet):
            if isinstance(item, InputError):
                unread.append(_not_understood(item, document, snippet))
            else:
                claims.append(Written(item, snippet.surface, snippet.before, snippet.after))
    return claims, unread


@dataclass(frozen=True)
class _Judgement:
    """What came of all statements of a text."""

    verdicts: tuple[Verdict, ...]
    definitions: tuple[Definition, ...]
    mentions: tuple[Statement, ...]


def _notes(mentions: Sequence[Statement]) -> tuple[str, ...]:
    """What a reader should know was not checked."""
    if not mentions:
        return ()
    shown = [f"{item.source.strip()} (line {item.place.line})" for item in mentions[:MOST_SHOWN]]
    if len(mentions) > MOST_SHOWN:
        shown.append(f"and {len(mentions) - MOST_SHOWN} more")
    return (f"read as a case, a limit or a place, so not checked: {', '.join(shown)}",)


def _judgement(
    network: Network,
    aliases: Aliases,
    reading: Reading,
    others: Sequence[Reading],
    claims: Sequence[Written],
    inference: Inferred | None,
    code: Mapping[str, Written],
) -> _Judgement:
    """Judge the statements in order; what speaks of a symbol that is defined below, or in code, waits for the end."""
    judge = judge_for(network, aliases, reading)
    session = Session(replace(judge, given=inference.given) if inference is not None else judge)
    judged: dict[int, list[Verdict]] = {}
    waiting: list[int] = []

    def elsewhere() -> Iterable[tuple[Reading, Session]]:
        return ((other, Session(judge_for(network, aliases, other))) for other in others)

    for place, item in enumerate(claims):
        results = list(session.results(item))
        if any(isinstance(result.trial.unknown, Unknown) for result in results):
            waiting.append(place)
        else:
            judged[place] = _verdicts(item, results, session, elsewhere)
    for line in lines_for([claims[place] for place in waiting], code):
        session.learn(line)
    for place in waiting:
        judged[place] = _verdicts(claims[place], list(session.results(claims[place])), session, tuple)
    definitions = session.definitions
    if inference is not None and not inference.has_layers:
        assumed = assumed_verdicts(claims, [place for place in judged if _is_unclear(claims[place], judged[place])])
        judged |= assumed
        claimed = {claims[place].statement for place in assumed}
        definitions = [item for item in definitions if item[0] not in claimed]
    return _Judgement(
        tuple(verdict for place in sorted(judged) for verdict in judged[place]),
        tuple(Definition(statement.source, statement.place) for statement, _ in definitions),
        tuple(session.mentions),
    )


def _verdicts(
    written: Written,
    results: list[LinkResult],
    session: Session,
    elsewhere: Callable[[], Iterable[tuple[Reading, Session]]],
) -> list[Verdict]:
    """The verdicts of a statement; where the reading gives it no meaning and little else speaks for that reading, those
    of one that does."""
    if any(result.trial.misfit for result in results) and has_matrices([written], session.judge.names):
        for reading, other in elsewhere():
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
    """True for a claim that the text's own network gives no meaning; an error δ taken for a definition is one."""
    if not verdicts:
        first = written.statement.sides[0]
        is_error = isinstance(first, Symbol) and first.name == "δ"
        return is_error and len(written.statement.sides) > 1 and not written.defines
    return any(
        verdict.outcome is Outcome.NOT_UNDERSTOOD or (verdict.outcome is Outcome.FAILS and verdict.witness is None)
        for verdict in verdicts
    )


def _not_understood(error: InputError, document: Document, snippet: Snippet | None = None) -> Verdict:
    if snippet is not None:
        claim = Claim(snippet.text, error.place or snippet.place(0, len(snippet.text)), surface=snippet.surface)
    else:
        first = document.lines[0] if document.lines else ""
        place = error.place or Place(document.file, 1, 1, 1, first)
        claim = Claim(place.source, place)
    return Verdict(claim, Outcome.NOT_UNDERSTOOD, error.what, remedy=error.remedy or "")

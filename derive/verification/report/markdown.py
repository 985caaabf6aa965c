"""A report as Markdown: what is wrong, then a table of all claims; what was written is shown, never interpreted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from derive.errors import Place
from derive.verification.report.chain import Chain, Row, chains, rows
from derive.verification.report.mark import worth_an_excerpt
from derive.verification.report.mathematics import mathematics
from derive.verification.report.screen import Screen, printable
from derive.verification.report.surface import Surface, surface, surface_of
from derive.verification.report.terminal import SIGNS
from derive.verification.report.wording import Detail, details, how, notes, reading, summary
from derive.verification.verdict import Outcome, Report

_HEADINGS = {
    Outcome.FAILS: "What is wrong",
    Outcome.UNDECIDED: "What could not be decided",
    Outcome.NOT_UNDERSTOOD: "What was not understood",
}
_PUNCTUATION = re.compile(r"[\\`*_{}\[\]<>#$&|~!]")
# GitHub makes links of bare addresses.
_ADDRESS = re.compile(r":(?=//)|(?<=www)\.", re.IGNORECASE)
# It also finds people, issues and addresses of mail in text where nothing was marked; an empty comment parts them.
_REFERENCE = re.compile(r"([@#])(?=\w)")
_WIDTH = 100


def as_markdown(report: Report, *, anchor: str = "claim") -> str:
    """The report as a page of Markdown; `anchor` begins the names that its links lead to."""
    title = f"# Verification of {code(report.file)}" if report.file else "# Verification"
    read = reading(report)
    parts = [title, f"**{escape(summary(report))}**" + (f" ({escape(read)})" if read else "")]
    parts += [escape(note) for note in notes(report)]
    numbered = list(enumerate(chains(report), start=1))
    for outcome, heading in _HEADINGS.items():
        concerned = [(number, chain) for number, chain in numbered if chain.outcome is outcome]
        if concerned:
            parts.append(f"## {heading}")
            parts += ["\n\n".join(_section(f"{anchor}-{number}", chain, report)) for number, chain in concerned]
    if numbered:
        parts += ["## All claims", "\n".join(_table(numbered, anchor))]
    if report.definitions:
        parts += ["## Taken as definitions", "\n".join(_definitions(report))]
    return "\n\n".join(parts) + "\n"


def _section(anchor: str, chain: Chain, report: Report) -> Iterator[str]:
    """A statement that does not hold: formula, source line with carets, and what is to be said about each link."""
    shown = rows(chain)
    yield f'<a id="{anchor}"></a>'
    yield f"### Line {shown[0].line}: {escape(_title(chain))}"
    if len(shown) == 1:
        yield formula(shown[0].formula, surface_of(chain.verdicts[0].claim))
    else:
        yield "\n".join(["| link | formula | verdict |", "|---:|---|---|", *_links(shown, chain)])
    for row in shown:
        if row.verdict is None or row.outcome is Outcome.HOLDS:
            continue
        place = worth_an_excerpt(row.verdict)
        if place is not None:
            yield excerpt(place)
        listed = [_item(detail, surface_of(row.verdict.claim)) for detail in details(row.verdict, report)]
        if listed:
            yield "\n".join(listed)


def _title(chain: Chain) -> str:
    found = next(verdict for verdict in chain.verdicts if verdict.outcome is chain.outcome)
    return found.diagnosis.mistake.value if found.diagnosis else how(found)


def _links(shown: tuple[Row, ...], chain: Chain) -> Iterator[str]:
    notation = surface_of(chain.verdicts[0].claim)
    for row in shown:
        link = "" if row.verdict is None else str(row.verdict.claim.link + 1)
        text = f"{row.relation} {row.formula}" if row.relation else row.formula
        yield f"| {link} | {cell(formula(text, notation))} | {_verdict(row)} |"


def _table(numbered: list[tuple[int, Chain]], anchor: str) -> Iterator[str]:
    yield from ("| line | formula | verdict |", "|---:|---|---|")
    for number, chain in numbered:
        claim = chain.verdicts[0].claim
        row = rows(chain)[0]
        text = formula(" ".join(claim.text.split()), surface_of(claim))
        sign = SIGNS[chain.outcome]
        words = row.how or chain.outcome.value
        verdict = f"{sign} {escape(words)}"
        if chain.outcome is not Outcome.HOLDS:
            verdict = f"{sign} [{escape(words)}](#{anchor}-{number})"
        yield f"| {row.line} | {cell(text)} | {verdict} |"


def _definitions(report: Report) -> Iterator[str]:
    yield from ("| line | formula | meaning |", "|---:|---|---|")
    for definition in report.definitions:
        text = formula(" ".join(definition.text.split()), surface(definition.text, definition.place))
        yield f"| {definition.place.line} | {cell(text)} | {escape(definition.meaning)} |"


def _verdict(row: Row) -> str:
    sign = f"{SIGNS[row.outcome]} " if row.outcome is not None else ""
    return f"{sign}{escape(row.how)}"


def _item(detail: Detail, notation: Surface) -> str:
    return f"- **{detail.label}**: {formula(detail.text, notation) if detail.formula else escape(detail.text)}"


def formula(text: str, notation: Surface) -> str:
    """The formula as mathematics where it was written in LaTeX, else as code."""
    return (mathematics(text) if notation == "latex" else None) or code(text)


def cell(markdown: str) -> str:
    """The piece in a cell of a table, where a stroke has to be marked even inside code."""
    return re.sub(r"(?<!\\)\|", r"\\|", markdown)


def escape(words: str) -> str:
    """Words on one line, with a backslash before whatever Markdown or HTML would read as mark-up."""
    line = " ".join(printable(words).split())
    line = _PUNCTUATION.sub(lambda found: "\\" + found.group(), line)
    line = _ADDRESS.sub(lambda found: "\\" + found.group(), line)
    return _REFERENCE.sub(r"\1<!-- -->", line)


def code(text: str) -> str:
    """Code in a line; the fence is longer than any run of backticks inside."""
    line = " ".join(printable(text).split()) or " "
    fence = _fence(line, 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad}{fence}"


def excerpt(place: Place) -> str:
    """The source line with carets below the place, in a block of code."""
    head = f"{place.line} | "
    shown, column, columns = Screen().window(
        printable(place.source), _WIDTH - len(head), place.column - 1, place.length
    )
    lines = f"{head}{shown}\n{' ' * (len(head) - 2)}| {' ' * column}{'^' * max(1, columns)}"
    fence = _fence(lines, 3)
    return f"{fence}text\n{lines}\n{fence}"


def _fence(text: str, least: int) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)

"""A report as a page of HTML: one file, no script, nothing loaded; what was written is shown, never interpreted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from derive.errors import Place
from derive.verification.report.chain import Chain, Row, chains, rows
from derive.verification.report.mark import worth_an_excerpt
from derive.verification.report.mathml import mathml
from derive.verification.report.screen import printable
from derive.verification.report.style import STYLE
from derive.verification.report.surface import Surface, surface, surface_of
from derive.verification.report.terminal import SIGNS
from derive.verification.report.wording import Detail, details, notes, reading, summary
from derive.verification.verdict import Definition, Outcome, Report

# A page that can load nothing and run nothing, whatever stands in it.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_AROUND = 200  # characters of a long line, on either side of its wrong part
_SIGN_OF_EXIT = {0: "holds", 1: "fails", 3: "undecided"}


def as_html(*reports: Report) -> str:
    """The reports as a page, one below the other."""
    names = ", ".join(printable(report.file) for report in reports if report.file)
    title = f"Verification of {names}" if names else "Verification"
    several = len(reports) > 1
    bodies = "".join(
        _body(report, f"file-{number}-claim" if several else "claim") for number, report in enumerate(reports, start=1)
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        f"<title>{escape(title)}</title>\n<style>\nbody {{ margin: 0; }}\n"
        "@media (prefers-color-scheme: dark) { body { background: #0d1117; } }\n"
        f"{STYLE}</style>\n</head>\n<body>\n<main>\n{bodies}</main>\n</body>\n</html>\n"
    )


def fragment(report: Report) -> str:
    """The report as a part of somebody else's page, such as a notebook."""
    return f"<style>{STYLE}</style>\n{_body(report, 'claim')}"


def _body(report: Report, anchor: str) -> str:
    numbered = list(enumerate(chains(report), start=1))
    return "\n".join(
        [
            '<section class="verification">',
            *_opening(report, numbered, anchor),
            *(part for number, chain in numbered for part in _claim(f"{anchor}-{number}", chain, report)),
            *_definitions(report),
            "</section>\n",
        ]
    )


def _opening(report: Report, numbered: Sequence[tuple[int, Chain]], anchor: str) -> Iterator[str]:
    """What it all comes to, and links to what does not hold."""
    named = f" of <code>{_text(report.file)}</code>" if report.file else ""
    colour = _SIGN_OF_EXIT[report.exit_code] if report.verdicts else "undecided"
    yield f'<header>\n<h1>Verification{named}</h1>\n<p class="summary {colour}">{_text(summary(report))}</p>'
    if reading(report):
        yield f'<p class="reading">{_text(reading(report))}</p>'
    yield from (f'<p class="reading">{_text(note)}</p>' for note in notes(report))
    concerns = [(number, chain) for number, chain in numbered if chain.outcome is not Outcome.HOLDS]
    if concerns:
        yield '<ul class="concerns">'
        for number, chain in concerns:
            row = rows(chain)[0]
            words = row.how or chain.outcome.value
            yield f'<li><a href="#{anchor}-{number}">line {row.line}: {_text(words)}</a></li>'
        yield "</ul>"
    yield "</header>"


def _claim(name: str, chain: Chain, report: Report) -> Iterator[str]:
    """A statement with its verdicts; below a link that does not hold, what is to be said about it."""
    shown = rows(chain, each_link=True)
    yield f'<article id="{name}" class="{_class(chain.outcome)}">'
    claim = chain.verdicts[0].claim
    notation = surface_of(claim)
    # The page shows what was understood; what was written stands beside it.
    written = f'<code class="source">{_text(" ".join(claim.text.split()))}</code>'
    line = 0
    for number, row in enumerate(shown):
        drawn = _formula(row, notation)
        source = written if number == 0 and drawn.startswith("<math") else ""
        label = f"line {row.line}" if row.line != line else ""
        line = row.line
        yield (
            f'<div class="row{" link" if row.relation else ""}"><span class="line">{label}</span>'
            f'<div class="formula">{drawn}{source}</div>{_verdict(row)}</div>'
        )
        yield from _below(row, notation, report)
    yield "</article>"


def _formula(row: Row, notation: Surface) -> str:
    """The formula of a row: drawn where all of it was understood, else as it was written."""
    drawn = mathml(row.formula, notation)
    if drawn is None:
        return f"<code>{_text(f'{row.relation} {row.formula}'.strip())}</code>"
    sign = f"<mo>{_text(row.relation)}</mo>" if row.relation else ""
    return f"<math><mrow>{sign}{drawn}</mrow></math>"


def _verdict(row: Row) -> str:
    if row.outcome is None:
        return f'<span class="verdict fails">{_text(row.how)}</span>' if row.how else ""
    return f'<span class="verdict {_class(row.outcome)}">{SIGNS[row.outcome]} {_text(row.how)}</span>'


def _below(row: Row, notation: Surface, report: Report) -> Iterator[str]:
    if row.verdict is None:
        return
    place = worth_an_excerpt(row.verdict)
    if place is not None:
        yield _excerpt(place)
    listed = [_detail(detail, notation) for detail in details(row.verdict, report)]
    if listed:
        yield f"<dl>\n{''.join(listed)}</dl>"


def _excerpt(place: Place) -> str:
    """The source line, its wrong part marked."""
    source = printable(place.source)
    start, end = place.column - 1, place.column - 1 + place.length
    before, after = source[:start].lstrip(), source[end:].rstrip()
    before = before if len(before) <= _AROUND else f"…{before[-_AROUND:]}"
    after = after if len(after) <= _AROUND else f"{after[:_AROUND]}…"
    return f"<pre>{place.line} | {escape(before)}<mark>{escape(source[start:end])}</mark>{escape(after)}</pre>"


def _detail(detail: Detail, notation: Surface) -> str:
    drawn = mathml(detail.text, notation) if detail.formula else None
    if drawn is not None:
        shown = f'<math>{drawn}</math> <code class="source">{_text(detail.text)}</code>'
    else:
        shown = f"<code>{_text(detail.text)}</code>" if detail.formula else _text(detail.text)
    return f"<dt>{_text(detail.label)}</dt><dd>{shown}</dd>\n"


def _definitions(report: Report) -> Iterator[str]:
    if report.definitions:
        yield "<h2>Taken as definitions</h2>"
        yield from (_definition(definition) for definition in report.definitions)


def _definition(definition: Definition) -> str:
    text = " ".join(definition.text.split())
    drawn = mathml(definition.text, surface(definition.text, definition.place))
    shown = f'<code class="source">{_text(text)}</code>' if drawn else f"<code>{_text(text)}</code>"
    return (
        f'<div class="row"><span class="line">line {definition.place.line}</span>'
        f'<div class="formula">{f"<math>{drawn}</math>" if drawn else ""}{shown}</div>'
        f'<span class="verdict holds">{_text(definition.meaning)}</span></div>'
    )


def _class(outcome: Outcome) -> str:
    return outcome.value.replace(" ", "-")


def _text(words: str) -> str:
    return escape(printable(words))

"""LaTeX files: every formula of the document's body, with its abbreviations replaced and its comments taken out."""

from __future__ import annotations

import re

from derive.errors import InputError, Place
from derive.verification.document.delimiters import ENVIRONMENT, Closings, closer_of
from derive.verification.document.findings import Findings
from derive.verification.document.macros import Macros
from derive.verification.document.notes import read_claim, read_comment
from derive.verification.document.source import Passage, stands_alone, without, words_behind

_MARK = re.compile(
    rf"""(?P<opener>{ENVIRONMENT.pattern}|\\[(\[]|\$\$?)|(?P<escape>\\[A-Za-z]+|\\.)|(?P<paragraph>\n[ \t]*\n)""",
    re.VERBOSE | re.DOTALL,
)
# Comments, and what is printed as it stands: in neither is there a formula.
_HIDDEN = re.compile(
    r"""(?P<comment>%[^\n]*)|\\begin\s?\{(?P<verbatim>verbatim\*?|lstlisting|minted|comment|Verbatim|filecontents\*?)\}|
        (?P<inline>\\verb\*?(?P<mark>[^A-Za-z\s*]).*?(?P=mark)|\\lstinline(?P<other>[^A-Za-z\s\[{]).*?(?P=other))|
        \\[A-Za-z]+|\\.""",
    re.VERBOSE,
)
_CLAIM_LINE = re.compile(r"^[ \t]*(?:\\item[ \t]*)?claim\b[^\n]*", re.MULTILINE | re.IGNORECASE)
_MOST_CONTEXT = 400
_FARTHEST = 200
_LONGEST_TABLE = 5_000


def read_latex(findings: Findings) -> None:
    """Everything that a LaTeX file says in formulas and to the checker; no other file is ever opened."""
    passage = _visible(findings.source.whole(), findings)
    macros = Macros(findings)
    if (begin := passage.text.find(r"\begin{document}")) >= 0:
        macros.expanded(passage.part(0, begin))
        end = passage.text.find(r"\end{document}", begin)
        passage = passage.part(begin + len(r"\begin{document}"), end if end >= 0 else None)
    read_body(macros.expanded(passage), findings, None)


# Commands, lengths and points: what stands before a formula without saying anything.
_LAYOUT = re.compile(r"\\[A-Za-z@]+\*?|\b\d+(?:\.\d+)?\s?(?:pt|em|ex|cm|mm)\b|[{}\[\]\s.,;:$]")


def read_body(passage: Passage, findings: Findings, macros: Macros | None) -> None:
    """The formulas of a text in LaTeX; abbreviations are replaced here only where `macros` is given."""
    if macros is not None:
        passage = macros.expanded(_visible(passage, findings))
    passage = _without_claims(passage, findings)
    text = passage.text
    closings = Closings(text)
    at, said_from, above, said = 0, 0, "", ""
    while match := _MARK.search(text, at):
        start, at = match.span()
        if match["paragraph"]:
            said = _said(said, text[said_from:start])
            above, said, said_from = said if said.strip() else above, "", at
            at = match.end() - 1
        elif opener := match["opener"]:
            environment = ENVIRONMENT.fullmatch(opener)
            closed = closings.after(closer_of(opener), at, in_paragraph=environment is None)
            if closed is None:
                findings.errors.append(unclosed(opener, passage.place(start, at)))
                continue
            said = _said(said, text[said_from:start])
            display = opener not in ("$", r"\(") or stands_alone(text, start, closed[1])
            only_layout = (display or bool(said.strip())) and not _LAYOUT.sub("", said)
            before = above if only_layout else said
            before = _title(text, start) or before
            name = environment[1] if environment else ""
            inner = passage.part(at, closed[0])
            after = "" if display else words_behind(text, closed[1])
            findings.formula(inner, "latex", display=display, environment=name, before=before, after=after)
            at = said_from = closed[1]


def _title(text: str, at: int) -> str:
    """The title of the column that stands here, where that is in a table: "case", "derivative"."""
    begin = text.rfind(r"\begin{tabular", max(0, at - _LONGEST_TABLE), at)
    if begin < 0 or text.find(r"\end{tabular", begin, at) >= 0:
        return ""
    rows = re.split(r"\\\\|\\tabularnewline", text[begin:at])
    titles = rows[0].split("&")
    column = rows[-1].count("&")
    if len(rows) < 2 or column >= len(titles):
        return ""
    return re.sub(r"\\begin\{\w+\*?\}|\\[A-Za-z]+|\{[lcr|@p. ]*\}|[{}]", " ", titles[column]).strip()


def unclosed(opener: str, place: Place) -> InputError:
    """A formula was opened and never closed; what follows it is read as words."""
    return InputError(
        f"the formula that {opener} opens is never closed", place, f"{closer_of(opener)} behind the formula"
    )


def _without_claims(passage: Passage, findings: Findings) -> Passage:
    """Keep the lines that begin with `claim:`, and take them out."""
    cuts = [
        match.span()
        for match in _CLAIM_LINE.finditer(passage.text)
        if read_claim(passage.part(*match.span()), findings)
    ]
    return without(passage, cuts)


def _said(before: str, text: str) -> str:
    return f"{before} {text[-_MOST_CONTEXT:]}"[-_MOST_CONTEXT:]


def _visible(passage: Passage, findings: Findings) -> Passage:
    """Without comments, which are read for what they say to the checker, and without verbatim text."""
    cuts: list[tuple[int, int]] = []
    text, at = passage.text, 0
    while match := _HIDDEN.search(text, at):
        start, at = match.span()
        if match["comment"]:
            read_comment(passage.part(start + 1, at).trimmed(), findings)
            # A line with nothing but a comment goes as a whole: it is no blank line between paragraphs.
            line = text.rfind("\n", max(0, start - _FARTHEST), start) + 1
            if line and at < len(text) and text[line:start].isspace() | (line == start):
                start, at = line, at + 1
            cuts.append((start, at))
        elif match["verbatim"]:
            closer = rf"\end{{{match['verbatim']}}}"
            end = text.find(closer, at)
            if end < 0:
                place = passage.place(start, at)
                message = f"{match['verbatim']} is never closed: nothing behind it is read"
                findings.errors.append(InputError(message, place, closer))
            at = end + len(closer) if end >= 0 else len(text)
            cuts.append((start, at))
        elif match["inline"]:
            cuts.append((start, at))
    return without(passage, cuts)

"""What an author says to the checker: settings in comments, sentences marked as claims, the meaning of symbols."""

from __future__ import annotations

import re
from collections.abc import Sequence

from derive.errors import InputError
from derive.verification.document.findings import Findings
from derive.verification.document.source import Passage, without

_CLAIM = re.compile(
    r"""\s*(?:\\item\s*|[-*+]\s+)?(?:\*\*|__|\*|_)?claim(?:\s+\d{1,3})?\s*  # claim, **Claim 3
        (?:\*\*|__|\*|_)?\s*:[*_]{0,2}""",  # : or **: or :**
    re.IGNORECASE | re.VERBOSE,
)
_SETTING = re.compile(r"\s*chainscribe\s*:\s*", re.IGNORECASE)
_PAIR = re.compile(r"\s*([A-Za-z][\w-]*)\s*[=:]\s*(.*?)\s*", re.DOTALL)
_SYMBOL = re.compile(r"\s*symbols?\s*:\s*", re.IGNORECASE)
_MEANS = re.compile(r"(?<!\s)\s+(?:means|is)\s+")
_DELIMITER = re.compile(r"\\.|\$+|`+", re.DOTALL)
_ESCAPED_BRACKET = re.compile(r"\\[()\[\]]")


def read_comment(passage: Passage, findings: Findings, before: str = "") -> bool:
    """Keep what a comment says to the checker; False for any other comment, which says nothing."""
    if match := _SETTING.match(passage.text):
        read_settings(passage.part(match.end()), findings)
    elif match := _SYMBOL.match(passage.text):
        read_meaning(passage.part(match.end()), findings)
    else:
        return read_claim(passage, findings, before)
    return True


def read_claim(line: Passage, findings: Findings, before: str = "") -> bool:
    """Keep the line's sentence if it is marked as a claim: `claim: ...`, `**Claim:** ...`."""
    match = _CLAIM.match(line.text)
    if match:
        findings.claim(undelimited(line.part(match.end())), line.trimmed().place(), before)
    return bool(match)


def read_settings(passage: Passage, findings: Findings) -> None:
    """Keep `network = mlp, layout = column`; pairs end with a comma, a semicolon or the line."""
    for match in re.finditer(r"[^,;\n]+", passage.text):
        piece = passage.part(*match.span()).trimmed()
        pair = _PAIR.fullmatch(piece.text.strip("{} \t"))
        value = pair[2].strip("\"'") if pair else ""
        if pair and value:
            findings.settings.append((pair[1], value))
        elif piece.text.strip("{} \t"):
            findings.errors.append(
                InputError(
                    "this setting is no `key = value`", piece.place(), "chainscribe: network = mlp, layout = column"
                )
            )


def read_meaning(passage: Passage, findings: Findings) -> None:
    """Keep `a^{(1)} means h` or `a^{(1)} = h`."""
    passage = passage.trimmed()
    cut = _MEANS.search(passage.text) or _equals(passage.text)
    if cut is None:
        remedy = "a^{(1)} means h"
        findings.errors.append(InputError("this line does not say what a symbol means", passage.place(), remedy))
    else:
        keep_symbol(passage.part(0, cut.start()), passage.part(cut.end()), findings)


def keep_symbol(symbol: Passage, meaning: Passage, findings: Findings) -> None:
    """Keep a symbol with what it means, both without dollars."""
    name = undelimited(symbol).trimmed()
    means = undelimited(meaning).trimmed().text.rstrip(".,;")
    if name.text and means:
        findings.symbols.append((name.text, means, name.place()))
    else:
        missing = "a meaning without its symbol" if means else "a symbol without its meaning"
        findings.errors.append(
            InputError(missing, (name if name.text else meaning.trimmed()).place(), "a^{(1)} means h")
        )


def undelimited(passage: Passage) -> Passage:
    """The passage without dollars, code marks and the brackets `\\(` `\\)`."""
    cuts: list[tuple[int, int]] = []
    for match in _DELIMITER.finditer(passage.text):
        if not match[0].startswith("\\") or _ESCAPED_BRACKET.fullmatch(match[0]):
            cuts.append(match.span())
    return without(passage, cuts)


def _equals(text: str) -> re.Match[str] | None:
    """The first equals sign outside braces."""
    depth = 0
    for match in re.finditer(r"\\.|[{}=]", text, re.DOTALL):
        depth += (match[0] == "{") - (match[0] == "}")
        if match[0] == "=" and depth <= 0:
            return match
    return None


def read_symbol_rows(rows: Sequence[Sequence[Passage]], findings: Findings) -> bool:
    """Keep the rows of a table with the columns "symbol" and "means"; False for another table."""
    titles = [cell.text.strip(" *_`\t").lower() for cell in rows[0]]
    columns = [
        next((number for number, title in enumerate(titles) if title in wanted), None)
        for wanted in (("symbol", "symbols"), ("means", "meaning", "mean"))
    ]
    if columns[0] is None or columns[1] is None:
        return False
    for row in rows[1:]:
        if max(columns[0], columns[1]) < len(row):
            if row[columns[0]].text.strip() or row[columns[1]].text.strip():
                keep_symbol(row[columns[0]], row[columns[1]], findings)
        elif any(cell.text.strip() for cell in row):
            message = "a row of the table of symbols with too few cells"
            findings.errors.append(InputError(message, row[0].place(), "| $a^{(1)}$ | h |"))
    return True

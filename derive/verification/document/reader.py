"""From a file or a text to its document: opened, its kind told, read."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from derive.errors import InputError, InputErrors, Place
from derive.verification.document.delimiters import ENVIRONMENT
from derive.verification.document.document import Document
from derive.verification.document.findings import Findings
from derive.verification.document.latex import read_latex
from derive.verification.document.markdown import read_markdown
from derive.verification.document.notebook import read_notebook
from derive.verification.document.notes import read_meaning
from derive.verification.document.plain import read_plain
from derive.verification.document.source import source_of

Kind = Literal["markdown", "latex", "notebook", "plain"]

LARGEST = 2_000_000
# A notebook carries its pictures in itself.
_LARGEST_NOTEBOOK = 40_000_000
_ENDINGS: dict[str, Kind] = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".mdown": "markdown",
    ".mkd": "markdown",
    ".qmd": "markdown",
    ".rmd": "markdown",
    ".tex": "latex",
    ".latex": "latex",
    ".ltx": "latex",
    ".ipynb": "notebook",
}
_MARKDOWN = re.compile(
    rf"\$[^\s$][^$\n]*\$|\$\$|^\s*```|\]\(|<!--|\\[\[(]|{ENVIRONMENT.pattern}|`[^`\n]+`", re.MULTILINE
)


def read_document(path: Path) -> Document:
    """The document in a file; its kind is told by its name, else by what stands in it."""
    return document_of(_read(path), str(path))


def document_of(text: str, file: str = "<text>", kind: Kind | None = None) -> Document:
    """The document that a text is."""
    kind = kind or _ENDINGS.get(Path(file).suffix.lower()) or _kind_of(text)
    if kind == "notebook":
        return read_notebook(text, file).document()
    if len(text) > LARGEST:
        raise _too_large(file, len(text), LARGEST)
    findings = Findings(source_of(text, file))
    {"markdown": read_markdown, "latex": read_latex, "plain": read_plain}[kind](findings)
    return findings.document()


def read_symbols(path: Path) -> tuple[tuple[str, str, Place], ...]:
    """The symbols that a file explains, one a line: `a^{(1)} = h` or `a^{(1)} means h`; `#` begins a comment."""
    findings = Findings(source_of(_read(path), str(path)))
    for number in range(len(findings.source.lines)):
        line = findings.source.line(number)
        comment = re.search(r"(?:^|(?<=\s))#", line.text)
        line = line.part(0, comment.start()) if comment else line
        if line.text.strip():
            read_meaning(line, findings)
    if findings.errors:
        raise findings.errors[0] if len(findings.errors) == 1 else InputErrors(findings.errors)
    return tuple(findings.symbols)


def _kind_of(text: str) -> Kind:
    start = text[:2000].lstrip("\ufeff \t\r\n")
    if start.startswith("{") and '"cells"' in text:
        return "notebook"
    if re.search(r"^[^%\n]*\\(?:documentclass|begin\{document\})", text, re.MULTILINE):
        return "latex"
    return "markdown" if _MARKDOWN.search(text) else "plain"


def _read(path: Path) -> str:
    if not path.exists():
        raise InputError(f"{path} does not exist", remedy="the path of a file of notes: .md .tex .ipynb .txt")
    if not path.is_file():
        what = "a folder" if path.is_dir() else "no ordinary file"
        raise InputError(f"{path} is {what}", remedy="the path of a file of notes: .md .tex .ipynb .txt")
    largest = _LARGEST_NOTEBOOK if path.suffix.lower() == ".ipynb" else LARGEST
    try:
        with path.open("rb") as file:
            content = file.read(largest + 1)
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", remedy="a file that you may read") from None
    if len(content) > largest:
        raise _too_large(str(path), path.stat().st_size, largest)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{path} is not written in UTF-8: byte {error.start + 1} does not fit"
        raise InputError(message, remedy="save the file as UTF-8") from None


def _too_large(file: str, size: int, largest: int) -> InputError:
    message = f"{file} is too large: {size:,} bytes, {largest:,} are read"
    return InputError(message, remedy="the part of it that holds the derivation")

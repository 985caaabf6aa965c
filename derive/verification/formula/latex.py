"""LaTeX into tokens: layout and fonts are dropped, letters side by side are factors, known words stay words."""

from __future__ import annotations

import re

from derive.verification.document.document import Snippet
from derive.verification.formula import characters, commands, layout, runs
from derive.verification.formula.characters import small as small_characters
from derive.verification.formula.scan import COMMAND, Scan
from derive.verification.formula.tokens import Token

NUMBER = re.compile(r"(?:[0-9]+(?:\{,\}[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_DEEPEST = 2


def tokens(snippet: Snippet) -> list[Token]:
    """The tokens of a LaTeX formula, with a stop at the end."""
    scan = Scan(snippet)
    _scan_range(scan, 0, len(snippet.text))
    end = len(snippet.text)
    # What is left of \\left. and of the brace of a system carries nothing.
    found = [token for token in scan.out if token.kind != "open"]
    return [*found, Token("stop", "", max(0, end - 1), end)]


def _scan_range(scan: Scan, start: int, end: int) -> None:
    scan.at = start
    while scan.at < end:
        _step(scan)


def _step(scan: Scan) -> None:
    character = scan.text[scan.at]
    if character.isspace() or character == "~":
        scan.blank(scan.at + 1)
    elif character == "%":
        line_end = scan.text.find("\n", scan.at)
        scan.blank(len(scan.text) if line_end < 0 else line_end)
    elif character == "\\":
        _command(scan)
    elif scan.at in scan.dropped:
        scan.blank(scan.at + 1)
    elif character == "&":
        scan.emit("cell", "&", scan.at + 1)
    elif character == "}" and scan.at in scan.script_after:
        _remark(scan, scan.script_after[scan.at])
    else:
        _character(scan, character)


def _remark(scan: Scan, script: str) -> None:
    """The end of \\underbrace{...}, with what is written under the brace."""
    scan.emit("sign", "}", scan.at + 1)
    at = scan.past_blanks(scan.at)
    if scan.text[at : at + 1] == script:
        scan.blank(scan.argument(at + 1)[1])


def _character(scan: Scan, character: str) -> None:
    ahead = scan.text[scan.at : scan.at + 3]
    if ahead == "...":
        scan.emit("dots", "...", scan.at + 3)
    elif ahead.startswith(":="):
        scan.emit("relation", ":=", scan.at + 2)
    elif ahead.startswith("||"):
        scan.emit("sign", "‖", scan.at + 2)
    elif found := NUMBER.match(scan.text, scan.at):
        runs.number(scan, found.group())
    elif runs.at_letters(scan):
        runs.letters(scan)
    elif character in characters.SIGNS:
        scan.emit("sign", characters.SIGNS[character], scan.at + 1)
    elif character in characters.RELATIONS:
        scan.emit("relation", characters.RELATIONS[character], scan.at + 1)
    elif character in characters.LARGE:
        scan.emit("big", characters.LARGE[character], scan.at + 1)
    elif not _special(scan, character):
        scan.refuse(f"the character {characters.printable(character)} means nothing here", scan.at + 1, "remove it")


def _special(scan: Scan, character: str) -> bool:
    """∂, ∇, √, dots, raised and lowered characters, a full stop."""
    if character == "∂":
        scan.emit("partial", "∂", scan.at + 1)
    elif character == "∇":
        scan.emit("nabla", "∇", scan.at + 1)
    elif character == "√":
        scan.emit("macro", "sqrt", scan.at + 1)
    elif character in "…⋯":
        scan.emit("dots", "...", scan.at + 1)
    elif character in "𝟏𝟙":
        scan.emit("name", "1", scan.at + 1)
    elif character == "∞":
        scan.emit("name", "∞", scan.at + 1)
    elif character == ".":
        scan.emit("sign", ".", scan.at + 1)
    elif character == "∀":
        scan.emit("word", "for", scan.at + 1)
    else:
        small, end = small_characters(scan.text, scan.at)
        scan.out.extend(small)
        scan.at, scan.spaced = end, False
        return bool(small)
    return True


def _command(scan: Scan) -> None:
    found = COMMAND.match(scan.text, scan.at)
    if found is None:
        scan.refuse("a backslash at the end", scan.at + 1, "remove it")
        return
    name, end = found.group(1), found.end()
    if name in commands.LETTERS:
        scan.emit("name", commands.LETTERS[name], end)
    elif name in commands.FUNCTIONS:
        scan.emit("name", commands.FUNCTIONS[name], end)
    elif name in commands.SIGNS:
        scan.emit("sign", commands.SIGNS[name], end)
    elif name in commands.RELATIONS:
        scan.emit("relation", commands.RELATIONS[name], end)
    elif name in commands.LARGE:
        scan.emit("big", commands.LARGE[name], end)
    elif name in commands.MACROS:
        scan.emit("macro", commands.MACROS[name], end)
    elif name in ("partial", "nabla"):
        scan.emit(name, "∂" if name == "partial" else "∇", end)
    elif name in commands.FLOORS:
        layout.floor(scan, name, end)
    elif name in commands.BLANKS:
        scan.blank(end)
    elif name in commands.WIDE:
        scan.emit("wide", " ", end)
    elif name in commands.ROWS:
        layout.row(scan, end)
    elif name in ("left", "right", "middle"):
        layout.delimiter(scan, name, end)
    elif name in commands.SIZES:
        layout.sized(scan, name, end)
    elif name in ("begin", "end"):
        layout.environment(scan, name, end)
    else:
        _styled(scan, name, end)


def _styled(scan: Scan, name: str, end: int) -> None:
    """Commands that change how their argument looks, and those that are not read."""
    if name in commands.TEXTS or name in commands.NAMES:
        layout.words(scan, name, end)
    elif name in commands.FONTS:
        layout.font(scan, name, end)
    elif name in commands.DROPPED:
        scan.blank(scan.argument(scan.starred(end))[1])
    elif name == "textcolor":
        scan.blank(scan.argument(end)[1])
    elif name in commands.KEPT:
        start, stop = scan.argument(end)
        if scan.text[start : start + 1] == "{" and scan.text[stop : stop + 1] not in ("_", "^"):
            scan.dropped |= {start, stop - 1}  # a box may hold a whole equation
        scan.blank(end)
    elif name in commands.BRACES:
        start, stop = scan.argument(end)
        scan.script_after[stop - 1] = commands.BRACES[name]
        scan.blank(end)
    elif name in ("overset", "stackrel", "underset"):
        _stacked(scan, name, end)
    elif name == "arg":
        _arg(scan, end)
    elif name == "not":
        at = scan.past_blanks(end)
        if scan.text[at : at + 1] == "=":
            scan.emit("relation", "≠", at + 1)
        else:
            scan.refuse("this negated relation is not read", at + 1, r"\ne")
    elif name == "over":
        scan.emit("over", "\\over", end)
    elif name == "forall":
        scan.emit("word", "for", end)
    elif name in commands.DOTS:
        scan.emit("dots", "...", end)
    elif name in commands.REFUSED:
        what, remedy = commands.REFUSED[name]
        scan.refuse(what, end, remedy)
    else:
        scan.refuse(f"the command \\{name} is not known", end, "write it in plain notation, or remove it")


def _arg(scan: Scan, end: int) -> None:
    """\\arg\\max"""
    at = scan.past_blanks(end)
    while scan.text[at : at + 2] in ("\\,", "\\!", "\\;"):
        at = scan.past_blanks(at + 2)
    if scan.text.startswith("\\max", at):
        scan.emit("name", "argmax", at + 4)
    else:
        scan.refuse("of the arguments of extrema only the largest is read", end, r"\arg\max")


def _stacked(scan: Scan, name: str, end: int) -> None:
    """\\overset{a}{b} -> b; \\underset{a}{b} -> b_{a}"""
    first, second = scan.argument(end)
    start, stop = scan.argument(second)
    if scan.text[start : start + 1] == "{" and start in scan.closed:
        scan.dropped |= {start, scan.closed[start]}
    if name != "underset":
        scan.blank(second)
        return
    if scan.depth >= _DEEPEST:
        scan.refuse("this is nested too deep", stop, "give a part of it its own name")
        return
    scan.depth += 1
    _scan_range(scan, start, stop)
    scan.at = first
    scan.emit("sign", "_", first)
    _scan_range(scan, first, second)
    scan.depth -= 1
    scan.at = stop

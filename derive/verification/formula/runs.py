"""Letters and digits of LaTeX: side by side they are factors, unless they make a word that is known."""

from __future__ import annotations

import re
import unicodedata

from derive.verification.formula import characters, commands
from derive.verification.formula.names import COMBINING, FUNCTIONS, WORDS
from derive.verification.formula.scan import COMMAND, Scan
from derive.verification.formula.tokens import TOO_LONG, Token, is_sign, too_long

_LETTERS = re.compile(r"[A-Za-z]+")
_SHORTEST_WORD = 5  # so many letters side by side are a word, not as many factors


def number(scan: Scan, text: str) -> None:
    """Digits as they were written; without braces a script or an argument is one of them."""
    last = scan.out[-1] if scan.out else None
    if last and _groups_digits(scan, last, text):
        scan.out.pop()
        end, scan.at = scan.at + len(text), last.start
        scan.emit("number", last.text + text, end)
        return
    if last and is_sign(last, "_", "^") and not scan.spaced:
        text = text[0]  # without braces a script, like an argument, is one character
    elif _fraction_argument(scan):
        text = text[0]
    if text == ".":
        scan.emit("sign", ".", scan.at + 1)
        return
    if too_long(text):
        scan.refuse(
            TOO_LONG,
            scan.at + len(text),
            "fewer digits",
        )
        return
    scan.emit("number", text.replace("{,}", ""), scan.at + len(text))


def _groups_digits(scan: Scan, last: Token, text: str) -> bool:
    """1\\,000"""
    is_whole = last.kind == "number" and last.text.isdigit() and scan.text[last.end : scan.at] == "\\,"
    return is_whole and len(text.split(".")[0]) == 3


def _fraction_argument(scan: Scan) -> bool:
    """True behind \\frac, and behind its first argument when that is one digit: \\frac12."""
    last = scan.out[-1] if scan.out else None
    if last is None:
        return False
    if last.kind == "macro" and last.text == "frac":
        return True
    before = scan.out[-2] if len(scan.out) > 1 else None
    return last.kind == "number" and before is not None and before.kind == "macro" and before.text == "frac"


def at_letters(scan: Scan) -> bool:
    """True at a letter of any alphabet."""
    return characters.letter(scan.text[scan.at]) is not None


def letters(scan: Scan) -> None:
    """xW is x times W, target one word, W1 one name."""
    found = _LETTERS.match(scan.text, scan.at)
    if found is None:
        _foreign(scan)
        return
    run = found.group()
    script = bool(scan.out) and is_sign(scan.out[-1], "_", "^")
    if script and not (len(run) > 2 and run in WORDS):
        scan.emit("name", run[0], scan.at + 1)
        return
    if run in FUNCTIONS or run in WORDS or len(run) >= _SHORTEST_WORD:
        _word(scan, run)
        return
    for length in range(len(run) - 1, 2, -1):
        # ysigmoid(z): a factor before a function
        if run[-length:] in FUNCTIONS and scan.text[found.end() : found.end() + 1] == "(":
            _single(scan, run[:-length])
            _word(scan, run[-length:])
            return
    _single(scan, run)


def _single(scan: Scan, run: str) -> None:
    """Letters side by side: each is a factor, a d directly before another one its differential."""
    end = scan.at + len(run)
    for place, character in enumerate(run):
        stop = scan.at + 1
        if character == "d" and (place + 1 < len(run) or differential_of(scan, end)):
            scan.emit("partial", "d", stop)
            continue
        if place + 1 == len(run):
            while stop < len(scan.text) and scan.text[stop].isascii() and scan.text[stop].isdigit():
                stop += 1
            if scan.text[stop : stop + 1] == "." and scan.text[stop + 1 : stop + 2].isdigit():
                stop = scan.at + 1
        scan.emit("name", scan.text[scan.at : stop], stop)


def differential_of(scan: Scan, at: int) -> bool:
    """True when a letter or a decorated one stands directly here, or the end of ∂/∂ as d/dx."""
    found = COMMAND.match(scan.text, at)
    if found:
        name = found.group(1)
        decorated = commands.FONTS | commands.NAMES | commands.TEXTS | commands.LETTERS.keys()
        return name in decorated or (name in commands.MACROS and name != "frac")
    return at < len(scan.text) and (
        (characters.letter(scan.text[at]) is not None and not scan.text[at].isascii())
        or re.match(r"\s*/\s*d[A-Za-z\\]", scan.text[at : at + 12]) is not None
    )


def _word(scan: Scan, run: str) -> None:
    end = scan.at + len(run)
    while end < len(scan.text) and scan.text[end].isascii() and scan.text[end].isdigit():
        end += 1
    scan.emit("name", scan.text[scan.at : end], end)


def _foreign(scan: Scan) -> None:
    """Letters of other alphabets: Greek ones and ŷ stand alone, all others make words."""
    character = scan.text[scan.at]
    decomposed = unicodedata.normalize("NFD", character)
    plain = characters.letter(decomposed[0]) or character
    end = scan.at + 1
    accents = [COMBINING[mark] for mark in decomposed[1:] if mark in COMBINING]
    while end < len(scan.text) and scan.text[end] in COMBINING:
        accents.append(COMBINING[scan.text[end]])
        end += 1
    if len(decomposed) == 1 and unicodedata.category(character) == "Lo":
        while end < len(scan.text) and unicodedata.category(scan.text[end]) == "Lo":
            end += 1
        scan.emit("text", scan.text[scan.at : end], end)
        return
    start = scan.at
    for accent in reversed(accents):
        scan.emit("macro", f"accent {accent}", start)
    scan.at = start
    scan.emit("name", plain, end)


def upright(scan: Scan, character: str, end: int) -> None:
    """One letter in a font; a d before another letter is a differential."""
    at = scan.past_blanks(end)
    is_differential = character == "d" and (differential_of(scan, at) or scan.text[at : at + 1].isalpha())
    scan.emit("partial" if is_differential else "name", characters.letter(character) or character, end)

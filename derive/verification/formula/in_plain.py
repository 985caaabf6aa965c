"""Formulas in plain text."""

from __future__ import annotations

import re
from unicodedata import normalize

from derive.verification.formula.names import COMBINING, GREEK
from derive.verification.formula.tree import Symbol

_ACCENTS = {accent: mark for mark, accent in reversed(COMBINING.items())}
_LETTERS = {"1": "𝟏"}
_DIFFERENTIAL = re.compile(r"(?:[a-zA-Z]|[A-Z]\w*|[a-zA-Z]\d+)", re.ASCII)


class Plain:
    """Words, signs of the keyboard and those of the field."""

    stacks = False
    sided_bars = False

    def letter(self, name: str) -> str:
        return _LETTERS.get(name, name)

    def number(self, text: str) -> str:
        return text

    def run(self, text: str) -> str:
        return " ".join(text) if text in GREEK else text

    def mark(self, name: str) -> str:
        return name

    def accented(self, text: str, accent: str) -> str:
        return normalize("NFC", text + _ACCENTS[accent])

    def scripts(self, base: str, lower: str, upper: list[tuple[str, str]]) -> str:
        above = list(upper)
        primes = 0
        while primes < len(above) and above[primes] == ("'", ""):
            primes += 1
        text = base + "'" * primes + _script("_", lower)
        rest = above[primes:]
        if len(rest) == 1 and rest[0][1]:
            return f"{text}^{_close(*rest[0])}"
        return text + _script("^", "".join(_close(*one) for one in rest))

    def row(self, *pieces: str) -> str:
        return " ".join(pieces)

    def listed(self, items: list[str]) -> str:
        return ",".join(items) if all(len(item) <= 2 for item in items) else ", ".join(items)

    def sign(self, sign: str) -> str:
        return sign

    def relation(self, relation: str) -> str:
        return "in" if relation == "∈" else relation

    def negative(self, text: str) -> str:
        return f"-{text}"

    def bracketed(self, text: str) -> str:
        return f"({text})"

    def grouped(self, text: str) -> str:
        return f"({text})"

    def argument(self, text: str) -> str:
        return f"({text})"

    def fraction(self, above: str, below: str) -> str:
        return f"{above} / {below}"

    def root(self, inside: str, order: str = "") -> str:
        return f"sqrt({inside}, {order})" if order else f"sqrt({inside})"

    def applied(self, name: str, arguments: list[str]) -> str:
        return f"{name}({', '.join(arguments)})"

    def derivative(self, of: str, by: str) -> str:
        return f"∂{of}/∂{by}"

    def derivative_of(self, bracketed: str, by: str) -> str:
        return f"∂/∂{by} {bracketed}"

    def nabla(self, by: str) -> str:
        return f"∇_{{{by}}}"

    def differential(self, of: Symbol, text: str) -> str:
        return f"d{text}" if not of.accents and _DIFFERENTIAL.fullmatch(of.name) else f"∂{text}"

    def big(self, operator: str, below: str, above: str, body: str) -> str:
        sign = "∑" if operator == "sum" and not below else "∏" if operator == "prod" and not below else operator
        return sign + _script("_", below) + _script("^", above) + f" {body}"

    def within(self, name: str, first: str, last: str) -> str:
        return f"{first} ≤ {name} ≤ {last}"

    def cases(self, branches: list[tuple[str, list[str]]]) -> str:
        rows = [value + (f" if {' and '.join(found)}" if found else " otherwise") for value, found in branches]
        return f"cases({', '.join(rows)})"

    def case(self, conditions: list[str]) -> str:
        return f" if {' and '.join(conditions)}" if conditions else ""

    def matrix(self, rows: list[list[str]]) -> str:
        return "[" + ", ".join(f"[{', '.join(row)}]" for row in rows) + "]"

    def norm(self, inside: str, kind: str, order: str) -> str:
        bar = "|" if kind == "abs" else "||"
        return f"{bar}{inside}{bar}" + _script("_", order)

    def indicator(self, conditions: list[str]) -> str:
        return f"[{', '.join(conditions)}]"

    def value_at(self, of: str, settings: list[str]) -> str:
        return f"({of})|_{{{', '.join(settings)}}}"


def _script(sign: str, text: str) -> str:
    if not text:
        return ""
    return f"{sign}{text}" if len(text) == 1 else f"{sign}{{{text}}}"


def _close(text: str, bracket: str) -> str:
    return {"": text, "(": f"({text})", "[": f"[{text}]"}[bracket]


PLAIN = Plain()

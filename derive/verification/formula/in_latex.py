"""Formulas in LaTeX."""

from __future__ import annotations

from derive.verification.formula import commands
from derive.verification.formula.names import GREEK
from derive.verification.formula.tree import Symbol

_GREEK = {character: f"\\{name}" for name, character in GREEK.items() if not name.startswith("var")}
_LETTERS = {**_GREEK, "∞": "\\infty", "ℓ": "\\ell", "ħ": "\\hbar", "1": "\\mathbf{1}"}
_SIGNS = {"·": "\\cdot", "×": "\\times", "⊙": "\\odot", "⊗": "\\otimes"}
_RELATIONS = {
    "≡": "\\equiv",
    "≈": "\\approx",
    "→": "\\to",
    "←": "\\leftarrow",
    "∝": "\\propto",
    "∼": "\\sim",
    "≤": "\\le",
    "≥": "\\ge",
    "≠": "\\ne",
    "∈": "\\in",
}
_OPERATORS = {"sum": "\\sum", "prod": "\\prod", "max": "\\max", "min": "\\min", "argmax": "\\arg\\max"}


class Latex:
    """Commands and braces."""

    stacks = True
    sided_bars = True

    def letter(self, name: str) -> str:
        if name in _LETTERS:
            return _LETTERS[name]
        if name in commands.FUNCTIONS and name in ("log", "ln", "exp", "sin", "cos", "tan", "sinh", "cosh", "tanh"):
            return f"\\{name}"
        if name.isascii() and (len(name) == 1 or (name[0].isalpha() and name[0] != "d" and name[1:].isdigit())):
            return name
        if name[0] == "Δ":
            return f"\\Delta {self.letter(name[1:])}"
        return f"\\mathrm{{{name}}}"

    def number(self, text: str) -> str:
        return text

    def run(self, text: str) -> str:
        if any(character in _GREEK for character in text):
            return "".join(f"{_GREEK[one]} " if one in _GREEK else one for one in text).strip()
        return text if text.isascii() and (len(text) <= 2 or text.isdigit()) else f"\\text{{{text}}}"

    def mark(self, name: str) -> str:
        return name

    def accented(self, text: str, accent: str) -> str:
        return f"\\{accent}{{{text}}}"

    def scripts(self, base: str, lower: str, upper: list[tuple[str, str]]) -> str:
        below = f"_{{{lower}}}" if lower else ""
        above = list(upper)
        primes = 0
        while primes < len(above) and above[primes] == ("'", ""):
            primes += 1
        rest = "".join(_close(text, bracket) for text, bracket in above[primes:])
        return base + "'" * primes + below + (f"^{{{rest}}}" if rest else "")

    def row(self, *pieces: str) -> str:
        return " ".join(pieces)

    def listed(self, items: list[str]) -> str:
        return ",".join(items) if all(len(item) <= 2 for item in items) else ", ".join(items)

    def sign(self, sign: str) -> str:
        return _SIGNS.get(sign, sign)

    def relation(self, relation: str) -> str:
        return _RELATIONS.get(relation, relation)

    def negative(self, text: str) -> str:
        return f"-{text}"

    def bracketed(self, text: str) -> str:
        tall = any(command in text for command in ("\\frac", "\\sum", "\\prod", "\\begin"))
        return f"\\left({text}\\right)" if tall else f"({text})"

    def grouped(self, text: str) -> str:
        return f"{{{text}}}"

    def argument(self, text: str) -> str:
        return text

    def fraction(self, above: str, below: str) -> str:
        return f"\\frac{{{above}}}{{{below}}}"

    def root(self, inside: str, order: str = "") -> str:
        return f"\\sqrt[{order}]{{{inside}}}" if order else f"\\sqrt{{{inside}}}"

    def applied(self, name: str, arguments: list[str]) -> str:
        return name + self.bracketed(", ".join(arguments))

    def derivative(self, of: str, by: str) -> str:
        return f"\\frac{{\\partial {of}}}{{\\partial {by}}}"

    def derivative_of(self, bracketed: str, by: str) -> str:
        return f"\\frac{{\\partial}}{{\\partial {by}}}{bracketed}"

    def nabla(self, by: str) -> str:
        return f"\\nabla_{{{by}}}"

    def differential(self, of: Symbol, text: str) -> str:
        return f"d{text}" if not of.accents and len(of.name) == 1 and of.name not in "d1" else f"\\mathrm{{d}}{text}"

    def big(self, operator: str, below: str, above: str, body: str) -> str:
        sign = _OPERATORS.get(operator, f"\\mathrm{{{operator}}}")
        return sign + (f"_{{{below}}}" if below else "") + (f"^{{{above}}}" if above else "") + f" {body}"

    def within(self, name: str, first: str, last: str) -> str:
        return f"{name} \\in \\{{{first}, \\dots, {last}\\}}"

    def cases(self, branches: list[tuple[str, list[str]]]) -> str:
        rows = [
            f"{value} & " + (f"\\text{{if }} {', '.join(found)}" if found else "\\text{otherwise}")
            for value, found in branches
        ]
        return "\\begin{cases} " + " \\\\ ".join(rows) + " \\end{cases}"

    def case(self, conditions: list[str]) -> str:
        return f" \\quad \\text{{if }} {', '.join(conditions)}" if conditions else ""

    def matrix(self, rows: list[list[str]]) -> str:
        return "\\begin{bmatrix} " + " \\\\ ".join(" & ".join(row) for row in rows) + " \\end{bmatrix}"

    def norm(self, inside: str, kind: str, order: str) -> str:
        bars = ("\\left|", "\\right|") if kind == "abs" else ("\\left\\|", "\\right\\|")
        return f"{bars[0]} {inside} {bars[1]}" + (f"_{{{order}}}" if order else "")

    def indicator(self, conditions: list[str]) -> str:
        return f"\\mathbb{{1}}[{', '.join(conditions)}]"

    def value_at(self, of: str, settings: list[str]) -> str:
        return f"\\left. {of} \\right|_{{{', '.join(settings)}}}"


def _close(text: str, bracket: str) -> str:
    return {"": text, "(": f"({text})", "[": f"[{text}]"}[bracket]


LATEX = Latex()

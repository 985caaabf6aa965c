"""Reports made by hand, on a text whose places are looked up in it."""

from __future__ import annotations

from derive.errors import Place
from derive.verification.verdict import (
    Claim,
    Definition,
    Diagnosis,
    Mistake,
    Outcome,
    Report,
    Verdict,
    Witness,
)

FILE = "notes.md"
LINES = (
    "# Back-propagation by hand",
    "",
    r"The network: $z = x W + b$ and $a = \sigma(z)$.",
    "",
    r"$$\frac{\partial E}{\partial a} = 2 (a - y)$$",
    r"$$\frac{\partial a}{\partial z} = a (1 + a)$$",
    r"따라서 기울기는 $\frac{\partial E}{\partial W} = x^T \delta$ 이다. ($\delta = 0.02592386$)",
    "",
    r"$$\frac{\partial E}{\partial z} = 2 (a - y) a (1 - a) = 2 a^2 - 2 a y (1 - a) = 2 a (a - y + a y)$$",
    "",
    "$$",
    r"\begin{aligned}",
    "s &= a + a",
    "  &= 2 a",
    r"\end{aligned}",
    "$$",
    "",
    "db = dz.sum(axis=0)",
    r"$$\lim_{h \to 0} \frac{f(x + h) - f(x)}{h}$$",
    r"$b := b - \alpha \frac{\partial E}{\partial b}$",
)


def place(part: str, inside: str = "", file: str = FILE, lines: tuple[str, ...] = LINES) -> Place:
    """Where `part` stands in the text: its first occurrence, or the one in the first occurrence of `inside`."""
    for number, line in enumerate(lines, start=1):
        start = line.find(inside or part)
        column = line.find(part, start) if start >= 0 else -1
        if column >= 0:
            return Place(file, number, column + 1, len(part), line)
    raise ValueError(f"{part!r} does not stand in the text")


def claim(text: str, relation: str = "=") -> Claim:
    """A statement with one relation, which stands in the text."""
    left, _, right = text.partition(f" {relation} ")
    return Claim(text, place(text), left, relation, right)


def links(text: str) -> list[Claim]:
    """The claims of a chain of equalities."""
    sides = text.split(" = ")
    return [Claim(text, place(text), sides[k], "=", sides[k + 1], k) for k in range(len(sides) - 1)]


RIGHT = Verdict(claim(r"\frac{\partial E}{\partial a} = 2 (a - y)"), Outcome.HOLDS, "proved")
WRONG_SIGN = Verdict(
    claim(r"\frac{\partial a}{\partial z} = a (1 + a)"),
    Outcome.FAILS,
    "differs at 12 of 12 random points",
    witness=Witness("0.2311", "1.0412", "n = 1, j = 2", "N = 3, H = 4"),
    diagnosis=Diagnosis(Mistake.SIGN, "the sign before the second a is wrong", "a (1 - a)", place("+", "1 + a)")),
)
MATRIX = Verdict(
    claim(r"\frac{\partial E}{\partial W} = x^T \delta"), Outcome.HOLDS, "holds at 12 random points", "row vectors"
)
DIGITS = Verdict(
    claim(r"\delta = 0.02592386"),
    Outcome.FAILS,
    "the left side is 0.0259228597",
    diagnosis=Diagnosis(Mistake.DIGITS, "two digits are swapped: 38 for 28", "0.02592286", place("38", "0.0259")),
)
CHAIN = links(
    r"\frac{\partial E}{\partial z} = 2 (a - y) a (1 - a) = 2 a^2 - 2 a y (1 - a) = 2 a (a - y + a y)",
)
CHAIN_VERDICTS = (
    Verdict(CHAIN[0], Outcome.HOLDS, "proved"),
    Verdict(
        CHAIN[1],
        Outcome.FAILS,
        "",
        witness=Witness("0.125", "0.375", "", "N = 3"),
        diagnosis=Diagnosis(Mistake.FACTOR, "the factor (1 - a) is lost in the first term",
                            "2 a^2 (1 - a) - 2 a y (1 - a)", place("2 a^2", "2 a^2")),
    ),
    Verdict(CHAIN[2], Outcome.HOLDS, "proved", follows=True),
)  # fmt: skip
ALIGNED = Verdict(
    Claim("s &= a + a\n  &= 2 a", place("s &= a + a"), "s", "=", "a + a"), Outcome.HOLDS, "holds at 12 random points"
)
OPEN = Verdict(claim("db = dz.sum(axis=0)"), Outcome.UNDECIDED, "equal at 3 of 12 points, the others overflow")
UNREAD = Verdict(
    Claim(LINES[18].strip("$"), place(r"\lim_{h \to 0}")),
    Outcome.NOT_UNDERSTOOD,
    r"limits are not read: \lim",
    remedy="the derivative itself, as in f'(x)",
)
REPORT = Report(
    FILE,
    (RIGHT, WRONG_SIGN, MATRIX, DIGITS, *CHAIN_VERDICTS, ALIGNED, OPEN, UNREAD),
    (
        Definition("z = x W + b", place("z = x W + b"), "z, from the network"),
        Definition(r"a = \sigma(z)", place(r"a = \sigma(z)")),
    ),
    "column vectors, one example",
    "neuron",
    LINES,
)

"""Damaged formulas and damaged documents: what a slip of the pen, or malice, makes of a text."""

from __future__ import annotations

import random
from collections.abc import Sequence

PIECES = (
    *"abcdefxyzWnijkl0123456789+-*/^_{}()[]=,.'|<>&\\ ",
    *(r"\frac", r"\sum", r"\partial", "^T", "_{ij}", r"\delta", "σ", "∂", r"\left(", r"\right)", r"\begin{cases}"),
    *("^{9^{9}}", "10^{400}", "1e300", r"\sqrt", r"\log", "T-1", ".sum(axis=0)", r"\nabla_"),
    *(r"\max(", r"\begin{matrix}", r"\prod_i", r"\|", "|", "∞", " for n", " if x > 0", "e^{", "!", "n = 1, ", r"\\ &="),
)
LINES = (
    "",
    "$$",
    "```",
    "claim: E falls by 0.1",
    r"\begin{align}",
    "| symbol | means |",
    "|---|---|",
    "| $a$ | h |",
    "- so",
)


def damaged(text: str, rng: random.Random, others: Sequence[str]) -> str:
    """The text with one to four small changes."""
    for _ in range(rng.randint(1, 4)):
        start = rng.randint(0, max(0, len(text) - 1))
        end = min(len(text), start + rng.randint(1, 5))
        kind = rng.randint(0, 3)
        if kind == 0:
            text = text[:start] + rng.choice(PIECES) + text[start:]
        elif kind == 1:
            text = text[:start] + text[end:]
        elif kind == 2:
            text = text[:start] + rng.choice(PIECES) + text[end:]
        else:
            other = rng.choice(others)
            begin = rng.randint(0, len(other))
            text = text[:start] + other[begin : begin + rng.randint(1, 12)] + text[start:]
    return text


def damaged_document(text: str, rng: random.Random, others: Sequence[str]) -> str:
    """The text with some lines lost, doubled, exchanged or put in, and small changes in others."""
    lines = text.split("\n")
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(lines))
        kind = rng.randint(0, 5)
        if kind == 0 and len(lines) > 1:
            del lines[place]
        elif kind == 1:
            lines.insert(rng.randrange(len(lines) + 1), lines[place])
        elif kind == 2:
            other = rng.randrange(len(lines))
            lines[place], lines[other] = lines[other], lines[place]
        elif kind == 3:
            lines.insert(place, rng.choice(LINES))
        else:
            lines[place] = damaged(lines[place], rng, others)
    return "\n".join(lines)

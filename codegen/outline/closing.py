"""The end of a derivation: all gradients in one box, and the update."""

from __future__ import annotations

from sympy import Symbol

from codegen.block import Block, Display, Heading, Paragraph, Text
from codegen.notation.formula import Factors, Formula, Name, Terms
from codegen.outline.notes import unreached
from codegen.outline.page import Page


def gradients(page: Page) -> list[Block]:
    """The results in one box, then what no gradient reaches."""
    derivation = page.derivation
    rows: list[tuple[Formula, Formula, int | None]] = []
    for name in derivation.wanted:
        if any(adjoint.of.name == name for adjoint in derivation.adjoints):
            equation = derivation[name].equation
            left = page.formula(equation.left, equation.letters)
            rows.append((left, page.formula(equation.right, equation.letters), page.numbers[equation.tensor.name]))
    blocks: list[Block] = [Heading(2, ("All gradients",))]
    if rows:
        blocks.append(Display(tuple(rows), boxed=True))
    blocks += [Paragraph(sentence) for sentence in unreached(page)]
    return blocks if len(blocks) > 1 else []


def update(page: Page) -> list[Block]:
    """One step of gradient descent, for every parameter."""
    derivation = page.derivation
    rate_name = next(name for name in ("alpha", "eta", "rate") if name not in page.setting.ranks)
    rows: list[tuple[Formula, Formula, int | None]] = []
    for tensor in derivation.network.parameters:
        if any(adjoint.of.name == tensor.name for adjoint in derivation.adjoints):
            gradient = page.formula(derivation[tensor.name].tensor)
            step = Factors((Name(rate_name), gradient))
            rows.append((Name(tensor.name), Terms((("+", Name(tensor.name)), ("-", step))), None))
    if not rows:
        return []
    rate = derivation.network.learning_rate
    value = f" = {float(rate):g}" if rate is not None else ""
    sentence: Text = ("One step of gradient descent with the learning rate ", page.math(Symbol(rate_name)), value,
                      " changes all parameters at once, each by its gradient:")  # fmt: skip
    return [Heading(2, ("Update",)), Paragraph(sentence), Display(tuple(rows), assignment=True)]

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
    blocks: list[Block] = [Heading(2, page.say("closing.gradients"))]
    if rows:
        blocks.append(Display(tuple(rows), boxed=True))
    blocks += [Paragraph(sentence) for sentence in unreached(page)]
    return blocks if len(blocks) > 1 else []


def rate_name(page: Page) -> str:
    """The letter of the learning rate: one that names nothing else."""
    return next(name for name in ("alpha", "eta", "rate") if name not in page.setting.ranks)


def rate(page: Page) -> Text:
    """The letter of the learning rate, and its value where the network has one."""
    value = page.derivation.network.learning_rate
    return (page.math(Symbol(rate_name(page))), f" = {float(value):g}" if value is not None else "")


def update(page: Page) -> list[Block]:
    """One step of gradient descent, for every parameter."""
    derivation = page.derivation
    name = rate_name(page)
    rows: list[tuple[Formula, Formula, int | None]] = []
    for tensor in derivation.network.parameters:
        if any(adjoint.of.name == tensor.name for adjoint in derivation.adjoints):
            gradient = page.formula(derivation[tensor.name].tensor)
            step = Factors((Name(name), gradient))
            rows.append((Name(tensor.name), Terms((("+", Name(tensor.name)), ("-", step))), None))
    if not rows:
        return []
    sentence = page.say("closing.step", rate=rate(page))
    return [Heading(2, page.say("closing.update")), Paragraph(sentence), Display(tuple(rows), assignment=True)]

"""What was compared with what before this document was handed out."""

from __future__ import annotations

import math

import numpy as np

from codegen.block import Block, Heading, Points, Text
from codegen.outline.forward import functions
from codegen.outline.page import Page
from derive.derivation import Derivation
from derive.evaluate import evaluate_derivation, loss_slope, network_at, point
from derive.network import Network
from derive.operators import Apply, Binder
from derive.sample import NoSample, sample, sizes_for, upstream

TOLERANCE = 1e-6
# Differences compute the forward pass again for every direction: more work than this takes too long for a document.
_MOST_WORK = 60_000
_DIRECTIONS = 2


class WrongGradient(AssertionError):
    """A derived gradient that differs from the slope of the loss: a bug of ours, never handed out."""


def checked(page: Page) -> list[Block]:
    """The check that was made while this document was written, and what it does not say."""
    sizes = compared(page.derivation)
    compared_at = page.say("checked.uncompared")
    if sizes is not None:
        compared_at = page.say("checked.compared", sizes=_said(page, sizes), held=_held(page))
    items: list[Text] = [compared_at]
    if page.code:
        items.append(page.say("checked.module"))
    items.append(page.say("checked.limits"))
    return [Heading(2, page.say("checked.heading")), Points(tuple(items))]


def _held(page: Page) -> Text:
    """What differences cannot see: a stopped value has to keep still while the parameters move."""
    named = {apply.name for function in functions(page) if function.formula for apply in function.formula.atoms(Apply)}
    named |= {apply.name for item in page.derivation.network.equations for apply in item.right.atoms(Apply)}
    return page.say("checked.held") if "stop" in named else ()


def _said(page: Page, sizes: dict[str, int]) -> Text:
    between = page.language.phrase("list.between")
    listed = between.join(f"{name} = {size}" for name, size in sizes.items())
    return page.say("checked.sizes", sizes=listed) if sizes else ()


def _work(network: Network, sizes: dict[str, int]) -> int:
    """About how many values of letters a forward pass runs through."""
    at, total = point({}, sizes), 0
    for equation in network.equations:
        entries = math.prod(at.size(letter.size) for letter in equation.letters)
        inner = sum(math.prod(at.size(letter.size) for letter in node.letters) for node in equation.right.atoms(Binder))
        total += entries * (1 + inner)
    return total


def compared(derivation: Derivation) -> dict[str, int] | None:
    """Compare all wanted gradients with differences; the sizes at which it was done, or None where it could not be.

    Raises WrongGradient where one differs.
    """
    network = derivation.network
    rng = np.random.default_rng(0)
    names = [adjoint.of.name for adjoint in derivation.adjoints if adjoint.of.name in derivation.wanted]
    try:
        sizes = sizes_for(network, rng)
        # Before any values are drawn: in a large network it takes long to find some that keep away from every kink.
        if not names or _DIRECTIONS * len(names) * _work(network, sizes) > _MOST_WORK:
            return None
        values = sample(network, sizes, rng)
        back = upstream(network, sizes, rng) if derivation.upstream else {}
    except (NoSample, ValueError):
        return None
    given = {tensor.name: back[name] for tensor, name in zip(derivation.upstream, network.results, strict=False)}
    found = evaluate_derivation(derivation, {**values, **given}, sizes)
    at = network_at(network, values, sizes)
    for name in names:
        gradient = found[derivation[name].tensor.name]
        for _ in range(_DIRECTIONS):
            # No entry of a direction is near 0, so a mistake in any entry of the gradient shows in the slope.
            direction = rng.uniform(0.5, 1.0, size=values[name].shape) * rng.choice(
                [-1.0, 1.0], size=values[name].shape
            )
            slope = loss_slope(network, at, name, direction / np.sqrt(max(1, direction.size)), back or None)
            ours = gradient * direction / np.sqrt(max(1, direction.size))
            if not abs(float(np.sum(ours)) - slope) <= TOLERANCE * max(1e-3, float(np.sum(np.abs(ours)))):
                raise WrongGradient(f"the gradient by {name} of {network.name} differs from the slope of the loss")
    return sizes

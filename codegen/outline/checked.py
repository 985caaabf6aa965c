"""What was compared with what before this document was handed out."""

from __future__ import annotations

import numpy as np

from codegen.block import Block, Heading, Points, Text
from codegen.outline.page import Page
from derive.derivation import Derivation
from derive.evaluate import evaluate_derivation, loss_gradient
from derive.sample import NoSample, sample, sizes_for, upstream

TOLERANCE = 1e-6
# Differences move one entry at a time through everything: more entries than this take too long for a document.
_MOST_WORK = 4000


_COMPARED = (
    "When this document was written, every gradient in the box was evaluated by plain loops over its indices{sizes}, "
    "with random values, and compared with central differences of the forward pass: they agree to one millionth of "
    "the largest entry."
)
_UNCOMPARED = (
    "The gradients were not compared with differences when this document was written: no small random values were "
    "found that keep away from every kink, or there are too many entries."
)
_MODULE = (
    "The NumPy lines are those of the emitted module, and the module checks itself: run as a program, it compares its "
    "gradients with differences and prints the result."
)
_LIMITS = (
    "A comparison in numbers finds mistakes but proves nothing. The proof is the chain of steps above, and each of "
    "them can be followed by hand."
)


class WrongGradient(AssertionError):
    """A derived gradient that differs from the slope of the loss: a bug of ours, never handed out."""


def checked(page: Page) -> list[Block]:
    """The check that was made while this document was written, and what it does not say."""
    sizes = compared(page.derivation)
    items: list[Text] = [(_UNCOMPARED if sizes is None else _COMPARED.format(sizes=_said(sizes)),)]
    if page.code:
        items.append((_MODULE,))
    items.append((_LIMITS,))
    return [Heading(2, ("What was checked, and how",)), Points(tuple(items))]


def _said(sizes: dict[str, int]) -> str:
    return f" at {', '.join(f'{name} = {size}' for name, size in sizes.items())}" if sizes else ""


def compared(derivation: Derivation) -> dict[str, int] | None:
    """Compare all wanted gradients with differences; the sizes at which it was done, or None where it could not be.

    Raises WrongGradient where one differs.
    """
    network = derivation.network
    rng = np.random.default_rng(0)
    try:
        sizes = sizes_for(network, rng)
        values = sample(network, sizes, rng)
        back = upstream(network, sizes, rng) if derivation.upstream else {}
    except (NoSample, ValueError):
        return None
    names = [adjoint.of.name for adjoint in derivation.adjoints if adjoint.of.name in derivation.wanted]
    if len(network.equations) * sum(values[name].size for name in names) > _MOST_WORK:
        return None
    given = {tensor.name: back[name] for tensor, name in zip(derivation.upstream, network.results, strict=False)}
    found = evaluate_derivation(derivation, {**values, **given}, sizes)
    for name in names:
        expected = loss_gradient(network, values, sizes, name, back or None)
        ours = np.broadcast_to(found[derivation[name].tensor.name], expected.shape)
        scale = max(1e-3, float(np.max(np.abs(expected), initial=0.0)))
        if not np.max(np.abs(ours - expected), initial=0.0) <= TOLERANCE * scale:
            raise WrongGradient(f"the gradient by {name} of {network.name} differs from the slope of the loss")
    return sizes

"""The mistakes that people make, a family to a file: each says how a claim would read without it.

Of corrections of equal size the family that stands first here is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derive.verification.diagnosis.bench import Bench
from derive.verification.diagnosis.correction import Correction
from derive.verification.diagnosis.corrections import (
    activation,
    chain,
    delta,
    factor,
    index,
    product,
    sign,
    sum,
    term,
    transpose,
    update,
)
from derive.verification.formula.tree import Node

Family = Callable[[Node, Bench], Iterator[Correction]]

FAMILIES: tuple[Family, ...] = (
    update.corrections,
    sign.corrections,
    factor.corrections,
    activation.corrections,
    transpose.corrections,
    product.corrections,
    delta.corrections,
    sum.corrections,
    index.corrections,
    chain.corrections,
    term.corrections,
)

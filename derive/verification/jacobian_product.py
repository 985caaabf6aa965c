"""∏_s ∂h_s/∂h_{s-1}: the Jacobians from step to step multiplied, those of later steps to the left."""

from __future__ import annotations

import numpy as np

from derive.arrays import Named
from derive.arrays.named import LARGEST, TooLarge
from derive.index import Index
from derive.network import Network
from derive.verification.value import DoesNotFit, Value

_ORDER = "the product of matrices over a letter, whose order nothing tells"


def jacobian_product(body: Value, letter: Index, kept: Named, network: Network) -> Value:
    """The product over one letter, where `kept` is 1, of derivatives of a recurrent value by itself at another step.

    The chain rule tells their order. DoesNotFit for other matrices.
    """
    path = body.path
    step = next((item.step for item in network.recurrences if path is not None and path.by in item.members), None)
    if path is None or step is None or body.rank != 2 * path.outer or letter not in body.data.letters:
        raise DoesNotFit(_ORDER)
    outer, inner = body.axes[: path.outer], body.axes[path.outer :]
    if any(x.size != y.size for x, y in zip(outer, inner, strict=True)):
        raise DoesNotFit(_ORDER)
    own = tuple(item for item in body.data.letters if item not in (*body.axes, letter))
    rest = own + tuple(item for item in kept.letters if item not in (*own, letter))
    matrices = body.data.along((letter, *rest, *outer, *inner))
    inside = kept.along((letter, *rest)) != 0
    shape = matrices.shape[-len(outer) :]
    count = int(np.prod(shape))
    lead = np.broadcast_shapes(matrices.shape[: 1 + len(rest)], inside.shape)
    if np.prod(lead) * count**2 > LARGEST:
        raise TooLarge
    unit = np.eye(count)
    flat = matrices.reshape(*matrices.shape[: 1 + len(rest)], count, count)
    factors = np.where(inside[..., None, None], flat, unit)
    result = np.broadcast_to(unit, (*lead[1:], count, count))
    for factor in factors if step < 0 else factors[::-1]:
        result = factor @ result
    return Value(body.axes, Named((*rest, *outer, *inner), result.reshape(*lead[1:], *shape, *shape)), path=path)

"""The one-hot rows of labels: y_{nk} is 1 where k is the label y_n, in a text that says that y is one-hot."""

from __future__ import annotations

import numpy as np

from derive.arrays.named import combined
from derive.entry import Tensor
from derive.operators import Delta
from derive.verification.expressed import along, express
from derive.verification.formula.tree import Upper
from derive.verification.names import Meaning
from derive.verification.scope import Scope
from derive.verification.subscripts import items_of, located, subscript
from derive.verification.value import Value, axis

CONDITION = "condition"  # the option under which y_n is the label itself: [k = y_n]


def one_hot(tensor: Tensor, meaning: Meaning, extra: tuple[Upper, ...], scope: Scope) -> Value:
    """Labels as rows of zeros with a 1 at the label; the last subscript, if there is one more, is a class."""
    assert tensor.within is not None
    items = items_of(meaning.lower)
    examples = scope.reading.batch == "one" and scope.axes(meaning.name).examples is not None
    has_class = len(items) + len(extra) > len(tensor.axes) - examples
    places, implied = located(meaning.name, tuple(items[:-1] if has_class else items), extra, scope)
    labels = scope.entries(meaning.name, places, implied)
    if not has_class and CONDITION in scope.options:
        return labels
    letter = axis(tensor.within)
    which = subscript(items[-1], tensor.within, scope) if has_class else along(letter, scope.values.size(tensor.within))
    equal = combined(lambda a, b: (np.real(a) == np.real(b)).astype(float), labels.data, which)
    axes = labels.axes if has_class else (*labels.axes, letter)
    row = scope.reading.layout == "row" if len(axes) == 1 else False
    return Value(axes, express(equal, Delta, labels.data, which), row=row)

"""einsum("nj,nk->jk", h, dz): the product of arrays on named axes, summed over the letters that the result lacks."""

from __future__ import annotations

import re

import numpy as np

from derive.arrays import Named
from derive.index import Index
from derive.verification.value import DoesNotFit, Value, axis

_SUBSCRIPTS = re.compile(r"[A-Za-z]*(?:,[A-Za-z]*)*(?:->[A-Za-z]*)?")


def is_subscripts(text: str) -> bool:
    """True for the text that tells einsum its axes, in its quotation marks."""
    return len(text) > 1 and text[0] == text[-1] and text[0] in "'\""


def einsum(subscripts: str, operands: list[Value]) -> Value:
    """The sum of products; DoesNotFit where letters do not match the axes."""
    text = subscripts.strip("'\"").replace(" ", "")
    if _SUBSCRIPTS.fullmatch(text) is None:
        raise DoesNotFit(f"einsum does not read {subscripts}: letters, commas and one -> are expected")
    told, arrow, result = text.partition("->")
    pieces = told.split(",")
    if len(pieces) != len(operands):
        raise DoesNotFit(f"einsum is told of {len(pieces)} arrays, but {len(operands)} stand behind {subscripts}")
    letters: dict[str, Index] = {}
    total: Named | None = None
    for piece, operand in zip(pieces, operands, strict=True):
        if len(piece) != operand.rank:
            raise DoesNotFit(f"einsum gives {len(piece)} letters, {piece}, to a value of shape {operand.shape}")
        names: dict[Index, Index] = {}
        for letter, found in zip(piece, operand.axes, strict=True):
            known = letters.setdefault(letter, axis(found.size))
            if known.size != found.size:
                raise DoesNotFit(f"in einsum {letter} runs over {known.size} and over {found.size}")
            names[found] = known
        data = operand.data.renamed(names)
        total = data if total is None else total * data
    assert total is not None
    if not arrow:
        result = "".join(letter for letter in sorted(letters) if told.count(letter) == 1)
    if len(set(result)) < len(result) or not set(result) <= letters.keys():
        raise DoesNotFit(f"the result of einsum has axes {result}, which are not those of its arrays, each once")
    summed = tuple(letters[letter] for letter in letters if letter not in result)
    total = total.reduced(np.sum, summed) if summed else total
    return Value(tuple(letters[letter] for letter in result), total, row=None if len(result) == 1 else False)

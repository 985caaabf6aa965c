"""Subscripts of hand-written symbols as whole numbers along letters: `ij`, `t-1`, `T`, `1`, `y_n`."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial

import numpy as np
from sympy import Expr

from derive.arrays import Named
from derive.entry import Entry
from derive.errors import InputError
from derive.language.tree import Colon
from derive.verification.expressed import along, exactly, express
from derive.verification.formula.tree import (
    Applied,
    Big,
    Chain,
    Negative,
    Node,
    Number,
    Run,
    Slice,
    Symbol,
    Upper,
    children,
)
from derive.verification.place import placed
from derive.verification.product_axes import factors_of
from derive.verification.scope import EXAMPLE, Along, Scope
from derive.verification.spelling import is_power_of_e, text_of
from derive.verification.value import DoesNotFit, axis


def items_of(lower: tuple[Node, ...]) -> list[Node]:
    """The subscripts one by one: `_{ij}` is i and j, `_{11}` is 1 and 1 where no axis is that long."""
    found: list[Node] = []
    for item in lower:
        if isinstance(item, Run) and (item.text.isalpha() or item.text.isdigit()):
            found += [
                Number(character, place=item.place) if character.isdigit() else Symbol(character, place=item.place)
                for character in item.text
            ]
        elif isinstance(item, Run):
            pieces = re.findall(r"[a-zA-Zα-ω]|\d", item.text)
            found += [
                Number(piece, place=item.place) if piece.isdigit() else Symbol(piece, place=item.place)
                for piece in pieces
            ]
        else:
            found.append(item)
    return found


def located(
    name: str, lower: tuple[Node, ...], upper: tuple[Upper, ...], scope: Scope
) -> tuple[dict[int, Named], bool]:
    """Where the subscripts of a tensor stand: by axis its place along letters; and whether examples are implied."""
    axes = scope.axes(name)
    if any(isinstance(item, Colon) for item in lower):
        lower = tuple(
            item for item in lower if text_of(item) not in ("None", "newaxis")
        )  # axes find each other by size
    below = items_of(lower)
    if any(isinstance(item, Colon | Slice) or _of_all(item) for item in below):
        return _declared(name, below, scope), False
    items = below + [mark.of for mark in upper]
    sizes: list[Expr | None] = []
    bare: list[str] = []
    for item in items:
        letter = _bare(item, scope)
        bare.append(letter)
        known = scope.letters.get(letter) or scope.letters.get(_shifted(item))
        sizes.append(known.size if known is not None else None)
    chosen, implied = placed(axes, sizes, scope.reading, bare, len(below))
    places = {place: subscript(items[number], axes.tensor.axes[place], scope) for number, place in chosen.items()}
    return places, implied and scope.reading.batch == "all" and bool(items)


def is_subscript(mark: Upper, scope: Scope) -> bool:
    """True for a superscript that counts: a layer or a step, `^{(l)}`, `^{t-1}`, `^{[i]}`, `^{<t>}`."""
    text = text_of(mark.of)
    if text in ("T", "⊤", "'", "*", "+", "-1"):
        return bool(mark.bracket) and text == "T"
    if mark.bracket:
        return True
    if text is not None and is_letter(text, scope):
        return True
    return isinstance(mark.of, Chain) and set(mark.of.signs) <= {"+", "-"} and bool(scope.names.network.recurrences)


def size_letters(node: Node, scope: Scope) -> None:
    """Learn what letters run over from where they stand alone, `k_{o,c,u}`, before `x_{n,c,r+u}` is read; letters below
    a large operator are its own business."""
    if isinstance(node, Big):
        return
    if isinstance(node, Symbol):
        if is_delta(node, items_of(node.lower), scope):
            _size_delta(items_of(node.lower), scope)
        elif (node.lower or node.upper) and not is_power_of_e(node):
            _size_letters_of(node, scope)
    for child in children(node):
        size_letters(child, scope)


def is_delta(node: Symbol, items: list[Node], scope: Scope) -> bool:
    """True for δ with two letters, which may be Kronecker's: others tell their sizes. Not δ_{2,k} of a layer."""
    if node.name not in ("δ", "delta") or node.upper or node.accents or len(items) != 2:
        return False
    return all(not isinstance(item, Number) for item in items) and any(_bare(item, scope) for item in items)


def _size_delta(items: list[Node], scope: Scope) -> None:
    """One letter of δ_{ij} runs over what the other one does."""
    sizes = [size_of(item, scope) for item in items]
    for item, size, other in zip(items, sizes, reversed(sizes), strict=True):
        if size is None and other is not None and _bare(item, scope):
            scope.letter(_bare(item, scope), other)


def _size_letters_of(node: Symbol, scope: Scope) -> None:
    for meaning in scope.names.meanings(node):
        if meaning.kind not in ("value", "gradient"):
            return
        axes = scope.axes(meaning.name)
        below = items_of(meaning.lower)
        above = [mark.of for mark in meaning.upper if is_subscript(mark, scope)]
        bare = [_bare(item, scope) for item in (*below, *above)]
        known = [scope.letters[letter].size if letter in scope.letters else None for letter in bare]
        chosen = {number: number for number in range(min(len(below), len(axes.tensor.axes)))}
        if not any(isinstance(item, Colon | Slice) or _of_all(item) for item in below):
            try:
                chosen, _ = placed(axes, known, scope.reading, bare, len(below))
            except DoesNotFit:
                continue
        items = (*below, *above)
        for number, place in chosen.items():
            if bare[number] and bare[number] not in scope.letters:
                scope.letter(bare[number], axes.tensor.axes[place])
            _size_pair(items[number], axes.tensor.axes[place], scope)
        return


def _size_pair(item: Node, size: Expr, scope: Scope) -> None:
    """In (he) on an axis of H K, h runs over H and e over K."""
    if not isinstance(item, Chain) or not _is_pair(item):
        return
    factors = factors_of(size, scope.names.network)
    if len(factors) == len(item.operands):
        for operand, factor in zip(item.operands, factors, strict=True):
            if _bare(operand, scope) and _bare(operand, scope) not in scope.letters:
                scope.letter(_bare(operand, scope), factor)


def _is_pair(item: Chain) -> bool:
    """True for (he) and (1, j), not for 2 j."""
    return set(item.signs) <= {"", ","} and ("," in item.signs or not isinstance(item.operands[0], Number))


def _declared(name: str, items: list[Node], scope: Scope) -> dict[int, Named]:
    """Subscripts with colons among them, `h[:,t]`: each stands on the axis of its place, as in an array."""
    tensor = scope.names.network.tensors[name]
    if len(items) > len(tensor.axes):
        raise DoesNotFit(f"{name} has {len(tensor.axes)} axes, but {len(items)} subscripts stand here")
    found: dict[int, Named] = {}
    for place, (item, size) in enumerate(zip(items, tensor.axes, strict=False)):
        if isinstance(item, Slice) and text_of(item.last) != str(size):
            raise InputError("a slice is read only where it is the whole axis", item.place, "the whole axis, h[:]")
        if _of_all(item):
            found[place] = _along(item, size, scope)
        elif not isinstance(item, Colon | Slice):
            found[place] = subscript(item, size, scope)
    return found


def _of_all(item: Node) -> bool:
    """True for np.arange(T) - 1: places on an axis of an array, one for each of its own."""
    parts = item.operands if isinstance(item, Chain) and set(item.signs) <= {"+", "-"} else (item,)
    return isinstance(parts[0], Applied) and text_of(parts[0].of) == "arange"


def _along(item: Node, size: Expr, scope: Scope) -> Along:
    """The places np.arange(T) - 1 on an axis of T; they count from 0."""
    first, *shifts = item.operands if isinstance(item, Chain) else (item,)
    assert isinstance(first, Applied)
    if len(first.arguments) != 1 or text_of(first.arguments[0]) != str(size):
        what = "places are read only where they are those of the whole axis"
        raise InputError(what, item.place, f"np.arange({size})")
    total = 0
    for sign, shift in zip(item.signs if isinstance(item, Chain) else (), shifts, strict=True):
        if not isinstance(shift, Number) or not shift.text.isdigit():
            raise InputError("places are shifted by a whole number", item.place, f"np.arange({size}) - 1")
        total += int(shift.text) * (1 if sign == "+" else -1)
    letter = axis(size)
    return Along((letter,), np.arange(scope.values.size(size)) + total)


def _bare(item: Node, scope: Scope) -> str:
    text = text_of(item) or ""
    return text if isinstance(item, Symbol) and is_letter(text, scope) else ""


def _shifted(item: Node) -> str:
    if isinstance(item, Chain) and set(item.signs) <= {"+", "-"}:
        return text_of(item.operands[0]) or ""
    return ""


def is_letter(text: str, scope: Scope) -> bool:
    """True for a word that can only be an index letter here: one character, and no size that stands as a number."""
    if text in scope.letters:
        return True
    if len(text.rstrip("'")) != 1 or not text[0].isalpha():
        return False
    if text in scope.names.sizes:
        return False
    tensor = scope.names.network.tensors.get(text)
    return tensor is None or tensor.within is None


def subscript(item: Node, size: Expr, scope: Scope) -> Named:
    """A subscript on an axis of this size; numbers count as the text does, from 1 or from 0, in an array from 0."""
    together = _product(item, size, scope)
    if together is not None:
        return together
    letters: dict[str, int] = {}
    item, largest = _without_largest(item, scope)
    number, data = _linear(item, size, scope, letters)
    if data is not None:
        return data
    if largest is not None:
        number = number + largest  # as a letter is added
    elif not letters:
        return number - exactly(scope.first(size))
    if len(letters) > 1 and scope.is_step(size):
        # In h_{t + k} both count what they say; in a window x_{r + u}, as from 0, whatever they count from.
        number = number + exactly((sum(letters.values()) - 1) * scope.first(size))
    result: Named = number
    alone = list(letters.values()) == [1] and largest is None and not number.array
    for name, times in letters.items():
        # A letter that stands alone runs over the axis; in r + u each may run over less.
        letter = scope.letter(name, size) if alone or name not in scope.letters else scope.letters[name]
        place: Named = along(letter, scope.values.size(letter.size))
        result = result + (place if times == 1 else place * exactly(times))
    return result


def _product(item: Node, size: Expr, scope: Scope) -> Named | None:
    """(he) on an axis of H K: h K + e; (1, j) on one of 4 H: H + j."""
    if not isinstance(item, Chain) or not _is_pair(item):
        return None
    factors = factors_of(size, scope.names.network)
    if len(factors) != len(item.operands):
        raise DoesNotFit(f"an axis of {size} is no product of {len(item.operands)} axes")
    result: Named = exactly(0)
    for operand, factor in zip(item.operands, factors, strict=True):
        result = result * exactly(scope.values.size(factor), factor) + subscript(operand, factor, scope)
    return result


def _without_largest(item: Node, scope: Scope) -> tuple[Node, Named | None]:
    """A subscript with 0 for each argmax in it, and the sum of these as numbers from 0; None where it has none."""
    if item in scope.largest:
        return Number("0", place=item.place), scope.largest[item]
    if not isinstance(item, Chain) or not set(item.signs) <= {"+", "-"}:
        return item, None
    total: Named | None = None
    operands: list[Node] = []
    for operand, sign in zip(item.operands, ("+", *item.signs), strict=True):
        place = scope.largest.get(operand)
        operands.append(operand if place is None else Number("0", place=operand.place))
        if place is not None:
            total = (exactly(0) if total is None else total) + (place if sign == "+" else -place)
    return (item, None) if total is None else (replace(item, operands=tuple(operands)), total)


def _linear(
    item: Node, size: Expr, scope: Scope, letters: dict[str, int], times: int = 1
) -> tuple[Named, Named | None]:
    """The whole number in a subscript; letters are collected with their factors, a label comes back as it is."""
    if isinstance(item, Number):
        if not item.text.isdigit():
            raise InputError(f"{item.text} cannot be a subscript", item.place)
        return exactly(times * int(item.text)), None
    if isinstance(item, Negative):
        return _linear(item.of, size, scope, letters, -times)
    if isinstance(item, Chain) and set(item.signs) <= {"+", "-"}:
        total: Named = exactly(0)
        for operand, mark in zip(item.operands, ("+", *item.signs), strict=True):
            part, data = _linear(operand, size, scope, letters, times if mark == "+" else -times)
            if data is not None:
                raise InputError("a label cannot be shifted", item.place)
            total = total + part
        return total, None
    if isinstance(item, Chain) and len(item.operands) == 2 and item.signs[0] in ("", "*", "·", "×"):
        number, other = item.operands
        if isinstance(number, Number) and number.text.isdigit():
            return _linear(other, size, scope, letters, times * int(number.text))
    if isinstance(item, Run):
        (only, *more) = items_of((item,))
        if not more:
            return _linear(only, size, scope, letters, times)
    if isinstance(item, Symbol):
        labels = _label(item, scope)
        if labels is not None:
            return exactly(0), labels
        text = text_of(item) or ""
        if is_letter(text, scope):
            letters[text] = letters.get(text, 0) + times
            return exactly(0), None
        if text in scope.names.sizes:
            return _size(times, scope.names.size(text), scope), None
        if text in ("L", "T"):
            return _size(times, size, scope), None
    raise InputError("this subscript is not understood", item.place, "letters, numbers and sums of them")


def size_of(item: Node, scope: Scope) -> Expr | None:
    """What a subscript runs over, where its letters or its label tell."""
    if isinstance(item, Chain) and set(item.signs) <= {"+", "-"}:
        letters = [operand for operand in item.operands if not isinstance(operand, Number)]
        return size_of(letters[0], scope) if len(letters) == 1 else None  # t + 1; in f + r each runs over less
    if not isinstance(item, Symbol):
        return None
    text = text_of(item)
    if text in scope.letters and text is not None:
        return scope.letters[text].size
    if text is not None and len(text) == 1 and text not in scope.names.network.tensors:
        return None
    for meaning in scope.names.meanings(item):
        tensor = scope.names.network.tensors.get(meaning.name)
        return tensor.within if meaning.kind == "value" and tensor is not None else None
    return None


def _size(sign: int, size: Expr, scope: Scope) -> Named:
    return exactly(sign * scope.values.size(size), sign * size)


def _label(item: Symbol, scope: Scope) -> Named | None:
    """The numbers of an integer tensor in a subscript, such as the label in p_y or p_{n,y_n}."""
    text = text_of(item)
    if text is not None and len(text) == 1 and text not in scope.names.network.tensors:
        return None
    for meaning in scope.names.meanings(item):
        tensor = scope.names.network.tensors.get(meaning.name)
        if meaning.kind == "value" and tensor is not None and tensor.within is not None:
            if text_of(item) in scope.letters:
                return None
            places, _ = located(meaning.name, meaning.lower, meaning.upper, scope)
            subscripts = []
            for place, axis in enumerate(tensor.axes):
                if place in places:
                    subscripts.append(places[place])
                elif scope.reading.batch == "one" and place == scope.axes(meaning.name).examples:
                    subscripts.append(exactly(0))
                else:
                    letter = scope.letter(EXAMPLE if str(axis) == scope.names.batch else str(axis).lower(), axis)
                    subscripts.append(along(letter, scope.values.size(axis)))
            found = scope.values.entry(meaning.name, tuple(subscripts))
            return express(found, partial(Entry, tensor), *subscripts)
    return None


__all__ = ["DoesNotFit", "is_letter", "items_of", "located", "subscript"]

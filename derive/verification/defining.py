"""What a text defines: `q = W x + b` of a symbol that nothing else names tells what it is from there on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from derive.errors import InputError
from derive.verification.elaborate import elaborated
from derive.verification.formula.tree import Derivative, Node, Statement, Symbol, walk
from derive.verification.judge import Judge
from derive.verification.names import Defined
from derive.verification.spelling import key_of, text_of
from derive.verification.value import DoesNotFit

_DEFINING = ("=", ":=", "≡", "←")
_MOST_COMPARED = 40  # values of a network that a definition is compared with


def defined(judge: Judge, statement: Statement, surface: str) -> int:
    """1 where the first side is a new symbol that the second one defines, which is then known; else 0."""
    left, right = statement.sides[:2]
    if statement.relations[0] not in _DEFINING or not isinstance(left, Symbol):
        return 0
    if _defined_gradient(judge, left, right):
        return 1
    if text_of(left) == "ℓ" and _is_part_of_loss(judge, statement, surface):
        judge.names.definitions[key_of(left)] = Defined(left, right)
        return 1
    is_exponential = left.name == "e" and not left.lower and not any(mark.bracket for mark in left.upper)
    if any(True for _ in judge.names.meanings(left)) or is_exponential:
        return 0
    names = {item.name for item in walk(right) if isinstance(item, Symbol)}
    if left.name in names and any(key_of(item) == key_of(left) for item in walk(right) if isinstance(item, Symbol)):
        return 0
    point = judge.points[0]
    scope = judge.prepared(replace(statement, sides=(right,), relations=()), point, surface)
    try:
        elaborated(right, scope)
    except DoesNotFit:
        pass
    except InputError:
        return 0
    same = _same_value(judge, left, right, surface)
    if same is not None:
        judge.names.found.append((_without_letters(left), Symbol(same)))
    else:
        judge.names.definitions[key_of(left)] = Defined(left, right)
    return 1


def _is_part_of_loss(judge: Judge, statement: Statement, surface: str) -> bool:
    """True for `\\ell = -y_k \\log p_k`, one term of a loss: it depends on letters, which no loss does."""
    known = judge.names.network.tensors
    if "ℓ" in known or "l" in known or key_of(Symbol("ℓ")) in judge.names.definitions:
        return False
    right = statement.sides[1]
    scope = judge.prepared(replace(statement, sides=(right,), relations=()), judge.points[0], surface)
    try:
        return bool(elaborated(right, scope).data.letters)
    except (DoesNotFit, InputError):
        return False


def _same_value(judge: Judge, left: Symbol, right: Node, surface: str) -> str | None:
    """The value of the network that a definition repeats under another name."""
    alone, compared = _number_of(judge, right, surface), 0
    for equation in judge.names.network.equations:
        if alone is not None and not equation.tensor.axes:
            own = float(np.real(judge.points[0].values.array(equation.tensor.name)))
            if not np.isclose(own, alone, 1e-6, 1e-9, equal_nan=True):
                continue  # of a text with a hundred definitions each would be compared with all before it
        compared += 1
        if compared > _MOST_COMPARED:
            return None
        other = Symbol(equation.tensor.name, left.lower, left.upper, place=left.place)
        trial = judge.tried(Statement((other, right), ("=",)), 0, surface, judge.points[:2])
        if trial.equal:
            return equation.tensor.name
    return None


def _number_of(judge: Judge, node: Node, surface: str) -> float | None:
    """The number that a formula is at the first point; None for an array."""
    statement = Statement((node,), ())
    scope = judge.prepared(statement, judge.points[0], surface)
    try:
        value = elaborated(node, scope)
    except (DoesNotFit, InputError):
        return None
    return float(np.real(value.data.array)) if value.data.array.ndim == 0 else None


def _defined_gradient(judge: Judge, left: Symbol, right: Node) -> bool:
    """Remember that a symbol is the gradient by a value, where the text says so before it uses it otherwise."""
    is_error = left.name in ("δ", "Δ", "g", "e") or not any(True for _ in judge.names.meanings(left))
    if not is_error or not isinstance(right, Derivative) or not isinstance(right.by, Symbol):
        return False
    of = (
        None
        if right.of is None
        else next(judge.names.meanings(right.of), None)
        if isinstance(right.of, Symbol)
        else None
    )
    if right.of is not None and (of is None or of.kind != "loss"):
        return False
    written = left if left.upper or not left.lower else _without_letters(left)
    known = [name for name, _ in judge.names.found]
    if written in known:
        return False
    by = right.by if left.upper else _without_letters(right.by)
    judge.names.found.append((written, replace(by, name="d" + by.name)))
    return True


def _without_letters(symbol: Symbol) -> Symbol:
    """The symbol without the letters that it depends on; labels such as the 1 of z_1 stay."""
    lower = tuple(item for item in symbol.lower if not (text_of(item) or "i").isalpha())
    upper = tuple(mark for mark in symbol.upper if not (text_of(mark.of) or "i").isalpha())
    return Symbol(symbol.name, lower, upper, symbol.accents, place=symbol.place)

"""What a text speaks of without claiming it: a case (i = j, t = T), a limit (p → 0), a place (the slope at z = 0)."""

from __future__ import annotations

import re

from derive.verification.digits import has_decimals, lone_number
from derive.verification.formula.tree import (
    Chain,
    Derivative,
    Differential,
    Negative,
    Node,
    Number,
    Statement,
    Symbol,
    walk,
)
from derive.verification.names import Names
from derive.verification.spelling import text_of

# The title of the column of a table; "in this case" is said of what is claimed.
_TITLE = re.compile(r"\s*(?:\w+\s+)?(?:case|condition)s?\s*", re.IGNORECASE)
# Columns of a table of cases: y_{nk} = 1 is one of the values that a target can have.
_COLUMN = re.compile(r"\s*(?:target|prediction)\s*", re.IGNORECASE)
# Words before a formula that holds elsewhere only: where a gradient vanishes, or if something else were true.
_ELSEWHERE = re.compile(
    r"\bno derivative where\s*$|\b(?:zero|0|vanish(?:es)?)\s+(?:where|when|if|for|at)\s*$"
    r"|\bwould\s+(?:be|become|read|give)\s*$|(?:^|[.;])\s*there\s*$",
    re.IGNORECASE,
)
_INDICES = "abcdefghijklmnopqrstuv"
# Words directly before a formula that make it a case or a place, in a sentence that claims something else.
_CASE = re.compile(
    r"(?:^|[^\w])(?:at|if|when|where|for|near|around|as|until|unless|while|whenever|case|towards?|starts? from|with"
    r"|falls|wenn|für|bei|si|pour|quand|lorsque)"
    r"\s*$",
    re.IGNORECASE,
)
# In Korean the word for "if" stands behind the condition.
_CASE_BEHIND = re.compile(r"\s*(?:일\s*때|일\s*경우|인\s*경우|이?라면|이면)")


def is_mention(statement: Statement, before: str, after: str, names: Names, has_values: bool) -> bool:
    """True for a case, a limit or a place, by the words around it; `has_values` where the text gives numbers."""
    before = re.sub(r"(?:\\[A-Za-z]+|[{}\s])+$", "", before)  # \centred{ stands between the words and the formula
    if _ELSEWHERE.search(before) is not None:
        return True
    if is_declaration(statement):
        return True
    if len(statement.sides) != 2 or statement.relations[0] in (":=", "←"):
        return False
    left, right = statement.sides
    has_letters = any(isinstance(node, Symbol) for side in statement.sides for node in walk(side))
    if has_letters and all(_is_counted(side, names) for side in statement.sides):
        return True
    is_place = _CASE.search(before) is not None or _CASE_BEHIND.match(after) is not None
    if _TITLE.fullmatch(before) is not None and not _is_derivative(left, names):
        return True
    if _COLUMN.fullmatch(before) is not None and isinstance(left, Symbol) and left.lower and _is_plain(right, names):
        return True
    if is_place and _is_plain(right, names) and not _is_derivative(left, names) and not isinstance(left, Symbol):
        return True
    if not isinstance(left, Symbol) or left.upper:
        return False
    first = next(names.meanings(left), None)
    is_value = first is not None and first.kind == "value"
    if statement.relations[0] == "→" and is_value and _is_limit(right, names, has_values):
        return True
    if lone_number(right) is None and not _is_limit(right, names, has_values):
        return False
    is_place = is_place and (lone_number(right) is None or not has_decimals(right))
    is_told = not has_values and lone_number(right) is not None and not statement.conditions  # not a_{tu} = 0 (u > t)
    return is_value and (is_place or is_told)


def is_declaration(statement: Statement) -> bool:
    """True for what only says of which kind something is: x ∈ R^D, i ∈ {1, ..., n}, ε ∼ N(0, 1)."""
    if "∼" in statement.relations:
        return all(lone_number(side) is None for side in statement.sides)
    return "∈" in statement.relations


def _is_plain(node: Node, names: Names) -> bool:
    """A whole number, or a constant of the network."""
    number = lone_number(node)
    first = next(names.meanings(node), None) if isinstance(node, Symbol) else None
    return (number is not None and number.text.isdigit()) or (first is not None and first.kind in ("constant", "size"))


def _is_derivative(node: Node, names: Names) -> bool:
    """True where a derivative stands in a formula: that it is 1 is a claim, wherever it is said."""
    for part in walk(node):
        first = next(names.meanings(part), None) if isinstance(part, Symbol) else None
        if isinstance(part, Derivative | Differential) or (first is not None and first.kind == "gradient"):
            return True
    return False


def _is_counted(node: Node, names: Names) -> bool:
    """An index letter, a size, a whole number, or a sum of these: i, T, 0, t + 1."""
    if isinstance(node, Chain) and "/" not in node.signs:
        return all(_is_counted(operand, names) for operand in node.operands)
    if isinstance(node, Number):
        return node.text.isdigit()
    text = text_of(node)
    if not isinstance(node, Symbol) or text is None:
        return False
    first = next(names.meanings(node), None)
    if first is not None and first.kind == "size":
        return True
    steps = {str(recurrence.size).lower() for recurrence in names.network.recurrences}
    if len(text) != 1 or not text.isalpha():
        return False
    is_other = text in _INDICES and text not in names.network.tensors  # a target t, a loss L that only looks alike
    return first is None or (is_other and (text in steps or first.kind in ("value", "loss")))


def _is_limit(node: Node, names: Names, has_values: bool) -> bool:
    """∞, -∞, 0, 1 and another value: what something goes to."""
    if isinstance(node, Negative):
        return _is_limit(node.of, names, has_values)
    if isinstance(node, Number):
        return not has_values or node.text in ("0", "1")
    if not isinstance(node, Symbol):
        return False
    first = next(names.meanings(node), None)
    return node.name == "∞" or (first is not None and first.kind == "value")

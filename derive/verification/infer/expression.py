"""A hand-written formula as text of the network language, in index form; shapes follow from how symbols are used.

Every part has axes and, given letters for them, a text: `W x` is `sum(W[i, k] * x[k] for k)` with the axis of i.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import singledispatch

from derive.verification.formula.tree import (
    Applied,
    Big,
    Cases,
    Chain,
    Comparison,
    Indicator,
    Negative,
    Node,
    Norm,
    Number,
    Raised,
    Symbol,
    Upper,
)
from derive.verification.infer.arrays import array_part, together
from derive.verification.infer.products import elementwise, times
from derive.verification.infer.sizes import Unfit
from derive.verification.infer.spelling import is_transpose, letters_below, powers
from derive.verification.infer.vocabulary import is_generic, known_function, role_of
from derive.verification.infer.writing import EXAMPLE, Part, Writing
from derive.verification.spelling import is_power_of_e, text_of

_MOST_SOFTMAXES = 8  # of one definition
_COMPARED = {"<": "<", "≤": "<=", ">": ">", "≥": ">=", "=": "==", "≠": "!="}
_TIMES = ("", "*", "·", "×", "⊙", "∘", "@", "⊗")


@singledispatch
def part(node: Node, writing: Writing) -> Part:
    """A formula as a part. Unfit where the language cannot say it."""
    raise Unfit(f"{type(node).__name__.lower()} is not written in a network")


def scalar(text: str) -> Part:
    """A number."""
    return Part((), lambda _: text)


@part.register
def _(node: Number, writing: Writing) -> Part:
    if len(node.text) > 40:
        raise Unfit("a long number")
    return scalar(node.text)


@part.register
def _(node: Negative, writing: Writing) -> Part:
    inner = part(node.of, writing)
    return Part(inner.axes, lambda at: f"(-{inner.text(at)})", inner.row)


@part.register
def _(node: Symbol, writing: Writing) -> Part:
    is_error = "e" in writing.defined.definitions or "e" in writing.defined.given
    if is_power_of_e(node) or (node.name == "e" and not node.lower and not is_error):
        if not node.upper:
            return scalar("exp(1)")
        inner = part(node.upper[0].of, writing)
        return Part(inner.axes, lambda at: f"exp({inner.text(at)})", inner.row)
    if text_of(node) == "π":
        return scalar("pi")
    last = _last_step(node, writing)
    if last is not None:
        return last
    name = writing.name(node)
    if name in writing.named:
        return scalar(name)
    if name in writing.defined.functions:
        raise Unfit(f"{name} is a function")
    sizes = writing.shape(name, node)
    below = letters_below(node, writing.indices)
    for subscript, size in zip(below, sizes, strict=False):
        letter = re.split(r"[+-]", subscript)[0]
        writing.sizes.same(writing.letters.setdefault(letter, size), size)
        if letter != subscript:
            writing.stepped[name] = None
    rest = sizes[len(below) :]
    lead = (EXAMPLE, *below) if name in writing.examples else below
    found = Part(
        rest, lambda at: f"{name}[{', '.join((*lead, *at))}]" if lead or at else name, writing.rows.get(name, False)
    )
    for mark in powers(node):
        found = raised(found, mark, writing)
    return found


def _last_step(node: Symbol, writing: Writing) -> Part | None:
    """h_T of values h_t: the one of the last step; None where h_T is a name of its own."""
    last = text_of(node.lower[0]) if len(node.lower) == 1 else None
    whole = writing.defined.definitions.get(writing.defined.name(replace(node, lower=())) or "")
    is_own = writing.defined.name(node) in writing.shapes
    if last is None or last not in (*writing.named, "T") or whole is None or is_own:
        return None
    below = letters_below(whole.symbol, writing.indices)
    if len(below) != 1 or below[0] not in writing.frames or whole.name not in writing.shapes:
        return None
    sizes = writing.shapes[whole.name]
    writing.sizes.same(writing.size_of(last), sizes[0])
    found = Part(sizes[1:], lambda at: f"{whole.name}[{', '.join((f'{last}-1', *at))}]")
    for mark in powers(node):
        found = raised(found, mark, writing)
    return found


@part.register
def _(node: Raised, writing: Writing) -> Part:
    if isinstance(node.of, Norm) and node.of.kind == "norm" and text_of(node.upper.of) == "2":
        inner = part(node.of.of, writing)
        return _summed(Part(inner.axes, lambda at: f"({inner.text(at)})**2", inner.row), writing)
    return raised(part(node.of, writing), node.upper, writing)


def raised(inner: Part, mark: Upper, writing: Writing) -> Part:
    """A part transposed, or to a power entry by entry."""
    if is_transpose(mark):
        if len(inner.axes) == 2:
            return Part(inner.axes[::-1], lambda at: inner.text(at[::-1]))
        return Part(inner.axes, inner.text, not inner.row)
    if text_of(mark.of) in ("*", "+", "'", "T"):
        raise Unfit("a mark without a meaning")
    exponent = part(mark.of, writing)
    if exponent.axes:
        raise Unfit("an exponent that is no number")
    return Part(inner.axes, lambda at: f"({inner.text(at)})**({exponent.text(())})", inner.row)


@part.register
def _(node: Norm, writing: Writing) -> Part:
    inner = part(node.of, writing)
    if node.kind == "abs":
        return Part(inner.axes, lambda at: f"abs({inner.text(at)})", inner.row)
    order = text_of(node.order) if node.order is not None else "2"
    if order == "1":
        return _summed(Part(inner.axes, lambda at: f"abs({inner.text(at)})", inner.row), writing)
    if order not in ("2", "F"):
        raise Unfit("a norm of another order")
    square = _summed(Part(inner.axes, lambda at: f"({inner.text(at)})**2", inner.row), writing)
    return scalar(f"sqrt({square.text(())})")


def _summed(inner: Part, writing: Writing) -> Part:
    """The sum over all axes."""
    if not inner.axes:
        return inner
    letters = tuple(writing.letter() for _ in inner.axes)
    return Part((), lambda _: f"sum({inner.text(letters)} for {', '.join(letters)})")


# Sums and products


@part.register
def _(node: Chain, writing: Writing) -> Part:
    if set(node.signs) <= {"+", "-"}:
        return _sum(node, writing)
    parts = [part(operand, writing) for operand in node.operands]
    groups, signs = [parts[0]], []
    for sign, following in zip(node.signs, parts[1:], strict=True):
        if sign == "/":
            groups[-1] = elementwise(groups[-1], following, "/", writing)
        elif sign in _TIMES:
            groups.append(following)
            signs.append(sign)
        else:
            raise Unfit(f"the sign {sign}")
    if writing.code:
        signs = ["⊙" if sign == "*" else sign for sign in signs]
    product = groups[0]
    for sign, following in zip(signs, groups[1:], strict=True):
        product = times(product, following, sign, writing)
    return product


def _sum(node: Chain, writing: Writing) -> Part:
    """Terms of one shape; a symbol that nothing else tells the shape of has at most that of the others."""
    parts: dict[int, Part] = {}
    later = [place for place, operand in enumerate(node.operands) if writing.is_new(operand)]
    for place in (*(place for place in range(len(node.operands)) if place not in later), *later):
        operand = node.operands[place]
        if place in later and parts and isinstance(operand, Symbol):
            most = max(len(item.axes) for item in parts.values())
            if most == 1 and any(_is_of_examples(item, writing) for item in node.operands):
                most = 0  # X w has an entry for each example, and one bias for all of them
            writing.shape(writing.name(operand), operand, most)
        parts[place] = part(operand, writing)
    total = parts[0]
    for place, sign in enumerate(node.signs, 1):
        total = elementwise(total, parts[place], sign, writing)
    return total


def _is_of_examples(node: Node, writing: Writing) -> bool:
    """True for X w: a matrix of examples, and one weight for each of its columns."""
    if not isinstance(node, Chain) or len(node.operands) != 2 or node.signs[0] == "/":
        return False
    first, second = node.operands
    if not isinstance(first, Symbol) or not isinstance(second, Symbol) or powers(second) or powers(first):
        return False
    ranks = [len(writing.shapes.get(writing.defined.name(item) or "", ())) for item in (first, second)]
    return ranks == [2, 1] and role_of(first) != "param" and role_of(second) == "param"


# Functions and big sums


@part.register
def _(node: Applied, writing: Writing) -> Part:
    name, symbol = node.of.name, node.of
    if any(text_of(mark.of) == "'" for mark in symbol.upper):
        raise Unfit("a derivative inside a definition")
    own = writing.defined.functions.get(name)
    known = known_function(name)
    decorated = any(not mark.bracket for mark in symbol.upper)
    if own is None and known is None:
        known = writing.defined.declared.functions.get(name, "sigmoid" if name == "σ" else None)
    is_value = name in writing.plain and known is None and own is None
    if is_value:
        if len(node.arguments) != 1:
            raise Unfit(f"{name} of {len(node.arguments)} arguments")
        return times(part(symbol, writing), part(node.arguments[0], writing), "", writing)
    if name in ("softmax", "Softmax") and own is None:
        return _softmax(node, writing)
    of_arrays = array_part(node, writing, part) if own is None else None
    if of_arrays is not None:
        return of_arrays
    if known is None and own is None:
        if not is_generic(name) or len(node.arguments) != 1:
            raise Unfit(f"nothing says what the function {name} is")
        writing.generic[name] = None
    called = name if own is not None or known is None else known
    if not node.arguments:
        raise Unfit(f"nothing stands in the brackets behind {name}")
    arguments = [part(argument, writing) for argument in node.arguments]
    if len(arguments) > 1 and any(argument.axes for argument in arguments):
        raise Unfit("a function of several arrays")
    inner = arguments[0]
    found = Part(
        inner.axes, lambda at: f"{called}({', '.join(argument.text(at) for argument in arguments)})", inner.row
    )
    if decorated:
        for mark in symbol.upper:
            found = raised(found, mark, writing) if not mark.bracket else found
    return found


def _softmax(node: Applied, writing: Writing) -> Part:
    inner = part(node.arguments[0], writing)
    if len(inner.axes) not in (1, 2):
        raise Unfit("a softmax of something that is no vector, and no matrix of rows")
    letter = writing.letter()
    writing.softmaxes += 1
    if writing.softmaxes > _MOST_SOFTMAXES:
        raise Unfit("so many softmax, each of which writes its argument twice")
    return Part(
        inner.axes,
        lambda at: f"(exp({inner.text(at)}) / sum(exp({inner.text((*at[:-1], letter))}) for {letter}))",
        inner.row,
    )


@part.register
def _(node: Cases, writing: Writing) -> Part:
    *branches, (otherwise, _) = node.branches
    result = part(otherwise, writing)
    for value, conditions in reversed(branches):
        if len(conditions) != 1:
            raise Unfit("a case without a condition, or with several")
        parts = [part(conditions[0], writing), part(value, writing), result]
        result = together(parts, "where({}, {}, {})".format, writing)
    return result


@part.register
def _(node: Comparison, writing: Writing) -> Part:
    if len(node.operands) != 2 or node.signs[0] not in _COMPARED:
        raise Unfit("a condition of this form")
    sides = [part(operand, writing) for operand in node.operands]
    return together(sides, f"{{}} {_COMPARED[node.signs[0]]} {{}}".format, writing)


@part.register
def _(node: Indicator, writing: Writing) -> Part:
    if len(node.conditions) != 1:
        raise Unfit("an indicator of several conditions")
    inner = part(node.conditions[0], writing)
    return Part(inner.axes, lambda at: f"[{inner.text(at)}]", inner.row)


@part.register
def _(node: Big, writing: Writing) -> Part:
    if node.operator not in ("sum", "prod", "max", "min") or node.conditions:
        raise Unfit(f"{node.operator} with a condition")
    letters = [letter.name for letter in node.letters]
    if not letters or any(letter not in writing.indices for letter in letters):
        raise Unfit("a sum over what does not count")
    outside = {letter: writing.letters.pop(letter, None) for letter in letters}
    inner = part(node.body, writing)
    for letter in letters:
        size = writing.letters.pop(letter, None)
        if size is None:
            raise Unfit(f"nothing says what {letter} runs over")
        last = text_of(node.letters[letters.index(letter)].last or node)
        if last is not None and last.isdigit() and 1 < int(last) < 100:
            writing.fixed[size] = int(last)
        if last is not None and last.isidentifier():
            writing.named.setdefault(last, size)
            writing.sizes.same(writing.named[last], size)
        before = outside[letter]
        if before is not None:
            writing.letters[letter] = before
    return Part(inner.axes, lambda at: f"{node.operator}({inner.text(at)} for {', '.join(letters)})", inner.row)

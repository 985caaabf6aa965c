"""One local derivative: how a consumer changes with what it reads, worked out by named rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

from sympy import Expr, S

from codegen.block import Block, Heading, Math, Paragraph, Row, Steps, Table, Text
from codegen.detail import Detail
from codegen.notation.arrange import OPPOSITE
from codegen.notation.formula import Formula, equals
from codegen.notation.width import width
from codegen.outline.chain import chain
from codegen.outline.page import Page
from derive.binding import substitute
from derive.derivation import Local
from derive.entry import Entry, Tensor
from derive.index import Bound, Index
from derive.operators import Apply, Compare, Delta, Partial, Where

# In characters of a formula: what a reader takes in at a glance.
_SHORT = 10
_MOST_DELTAS = 3


def local(page: Page, item: Local, gradient: Formula | None = None, number: int | None = None) -> list[Block]:
    """The chain of rules from the derivative of the consumer's right side to the result.

    gradient and number: where the loss is the only consumer, so that this derivative is the gradient itself.
    """
    item = readable(page, item)
    consumer = item.consumer
    order = tuple(dict.fromkeys((*consumer.letters, *_letters(item.by))))
    left = gradient or page.formula(Partial(consumer.left, item.by), order)
    rows = chain(page, item.steps, order) or [Row(page.formula(item.result, order))]
    everything = page.detail is Detail.EVERYTHING
    reference = page.reference(consumer.tensor.name)
    opening = page.say("local.opening", equation=reference)
    begin = Partial(consumer.right, item.by)
    if everything or (len(rows) > 1 and not isinstance(consumer.right, Apply)):
        rows.insert(0, Row(page.formula(begin, order)))
    blocks: list[Block] = [Paragraph(opening), Steps(left, tuple(rows), number)]
    table = cases(page, item, order)
    if table is not None:
        blocks += [Paragraph(page.say("local.cases")), table]
    return blocks


def at_once(page: Page, item: Local) -> Text | None:
    """A local derivative that one line says, with its rules; None for one that takes more, and where all is shown."""
    if page.detail is Detail.EVERYTHING:
        return None
    item = readable(page, item)
    order = tuple(dict.fromkeys((*item.consumer.letters, *_letters(item.by))))
    rows = chain(page, item.steps, order)
    if len(rows) != 1 or cases(page, item, order) is not None or width(rows[0].formula) > _SHORT:
        return None
    left = page.formula(Partial(item.consumer.left, item.by), order)
    reason: Text = page.say("local.reasons", reasons=rows[0].reason) if rows[0].reason else ()
    return (Math(equals(left, rows[0].formula)), *reason)


def slopes(page: Page) -> list[Block]:
    """The derivative of every function that a formula defines, worked out once, used wherever the function stands."""
    lemmas = page.derivation.lemmas
    if not lemmas:
        return []
    blocks: list[Block] = [Heading(2, page.say("local.heading", len(lemmas)))]
    for item in lemmas:
        arguments = [Entry(Tensor(parameter.name)) for parameter in item.function.parameters]
        left = page.formula(Partial(Apply(item.function, *arguments), item.by))
        blocks.append(Paragraph(page.say("local.function", function=page.math(Apply(item.function, *arguments)))))
        begin = item.steps[0].before if item.steps else item.slope
        blocks.append(Steps(left, (Row(page.formula(begin)), *chain(page, item.steps, ()))))
    return blocks


def _letters(entry: Entry) -> tuple[Index, ...]:
    return tuple(letter for letter in entry.subscripts if isinstance(letter, Index))


def readable(page: Page, item: Local) -> Local:
    """The same with the consumer's own letters spelled as the sums over them are."""
    shared = set(_letters(item.by))
    own = [letter for letter in item.consumer.letters if letter not in shared]
    places = {size: place for place, size in enumerate(page.setting.letters)}
    used = {letter.name for letter in shared}
    mapping: dict[Index, Index] = {}
    for letter in sorted(own, key=lambda letter: places.get(str(letter.size), len(places))):
        mapping[letter] = Index(page.setting.letter(letter.size, used), letter.size)
        used.add(mapping[letter].name)
    consumer = replace(
        item.consumer,
        letters=tuple(mapping.get(letter, letter) for letter in item.consumer.letters),
        right=substitute(item.consumer.right, mapping),
        subscripts=tuple(substitute(subscript, mapping) for subscript in item.consumer.subscripts),
    )
    steps = tuple(
        replace(step, before=substitute(step.before, mapping), after=substitute(step.after, mapping))
        for step in item.steps
    )
    return Local(consumer, item.by, steps, substitute(item.result, mapping))


def cases(page: Page, item: Local, order: Sequence[Index]) -> Table | None:
    """The two cases of a result with one delta between letters of one size, each beside the rule that it comes from."""
    delta = the_delta(item.result)
    everything = page.detail is Detail.EVERYTHING
    if delta is None:
        return (_combinations(page, item, order) if everything else None) or _branches(page, item, order)
    if item.result == delta and not everything:
        return None
    worked_out = [step.after for step in item.steps if not step.after.has(Partial) and the_delta(step.after) == delta]
    columns = [expr for expr in worked_out[:-1][-1:] if expr != item.result] + [item.result]
    first, second = delta.args
    by, own = (first, second) if first in item.by.subscripts else (second, first)
    rows = []
    for relation in ("==", "!="):
        cells: list[Text] = [(page.math(Compare(relation, own, by), order),)]
        cells += [(page.math(_case(expr, delta, own, by, relation == "=="), order),) for expr in columns]
        rows.append(tuple(cells))
    head: tuple[Text, ...] = (page.say("local.case"), page.say("local.by_rules"), page.say("local.in_values"))
    return Table(head if len(columns) == 2 else (head[0], page.say("local.derivative")), tuple(rows))


def _combinations(page: Page, item: Local, order: Sequence[Index]) -> Table | None:
    """Every combination of equal and different letters, for a result with several deltas."""
    deltas = sorted((delta for delta in item.result.atoms(Delta) if _is_free(delta)), key=str)
    # With a circle of deltas not every combination could be.
    if not 2 <= len(deltas) <= _MOST_DELTAS or is_circle(deltas):
        return None
    rows = []
    for choice in product((True, False), repeat=len(deltas)):
        conditions, result = [], item.result
        for delta, equal in zip(deltas, choice, strict=True):
            first, second = delta.args
            by, own = (first, second) if first in item.by.subscripts else (second, first)
            conditions.append((page.math(Compare("==" if equal else "!=", own, by), order),))
            result = substitute(result, {delta: S.One if equal else S.Zero})
            result = substitute(result, {own: by}) if equal else result
        rows.append((page.listed(conditions), (page.math(result, order),)))
    return Table((page.say("local.case"), page.say("local.derivative")), tuple(rows))


def is_circle(deltas: Sequence[Delta]) -> bool:
    """Whether some of the deltas say of two letters what others say of them already."""
    alike: dict[Expr, Expr] = {}

    def first(letter: Expr) -> Expr:
        return first(alike[letter]) if letter in alike else letter

    for delta in deltas:
        one, other = (first(letter) for letter in delta.args)
        if one == other:
            return True
        alike[one] = other
    return False


def _branches(page: Page, item: Local, order: Sequence[Index]) -> Table | None:
    """The two branches of a result with one comparison in it."""
    found = item.result.atoms(Where)
    if len(found) != 1:
        return None
    (where,) = found
    if not isinstance(where.condition, Compare) or where.condition.relation not in OPPOSITE:
        return None
    if where.condition.has(Bound):  # a condition on the letter of a sum splits its terms, not the result
        return None
    opposite = Compare(OPPOSITE[where.condition.relation], where.condition.left, where.condition.right)
    rows = tuple(
        ((page.math(condition, order),), (page.math(substitute(item.result, {where: branch}), order),))
        for condition, branch in ((where.condition, where.then), (opposite, where.otherwise))
    )
    return Table((page.say("local.case"), page.say("local.derivative")), rows)


def the_delta(expr: Expr) -> Delta | None:
    """The only delta in an expression, if it stands between free letters."""
    deltas = expr.atoms(Delta)
    if len(deltas) != 1:
        return None
    (delta,) = deltas
    return delta if _is_free(delta) else None


def _is_free(delta: Delta) -> bool:
    return all(isinstance(letter, Index) for letter in delta.args)


def _case(expr: Expr, delta: Delta, own: Index, by: Index, equal: bool) -> Expr:
    if not equal:
        return substitute(expr, {delta: S.Zero})
    return substitute(substitute(expr, {delta: S.One}), {own: by})

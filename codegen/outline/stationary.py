"""Where the gradient is zero, and where it is as zero as rows that sum to one let it be: solved by SymPy.

Only gradients that speak of one entry at a time are solved: then the second derivatives have no mixed terms, and the
sign of one of them says whether the loss is largest or smallest. Where SymPy finds no single answer, nothing is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, count

import sympy
from sympy import Expr, Mul, Symbol

from codegen.block import Block, Display, Heading, Math, Paragraph, Row, Steps, Text
from codegen.language import joined, merged
from codegen.notation.formula import Formula, Name, equals
from codegen.notation.symbol import read as reading
from codegen.outline.entrywise import Entrywise, entrywise, solved
from codegen.outline.page import Page
from derive.binding import bind, free_letters, replace_nodes, substitute
from derive.cost import length
from derive.derivation import Adjoint
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.facts import known_facts
from derive.facts.sums_to_one import SUMS_TO_ONE
from derive.index import Index
from derive.operators import Sum
from derive.rule import Trail
from derive.rules.logarithms import logarithm_rules
from derive.signs import never_negative, positive
from derive.simplify import simplify

_MULTIPLIERS = ("lambda", "nu", "kappa")
_ROUNDS = 8


def stationary(page: Page) -> list[Block]:
    """The section; nothing for a layer, which has no loss, and where nothing is solved."""
    derivation = page.derivation
    if derivation.network.is_layer:
        return []
    blocks: list[Block] = []
    for item in derivation.adjoints:
        here = entrywise(page, item)
        if here is None:
            continue
        if _sums_to_one(page, item.of):
            blocks += _in_rows(page, item, here)
        elif item.of.name in derivation.wanted:
            blocks += _anywhere(page, here)
    return [Heading(2, page.say("stationary.heading")), *blocks] if blocks else []


def _sums_to_one(page: Page, tensor: Tensor) -> bool:
    return any(k.tensor == tensor and k.fact == SUMS_TO_ONE for k in known_facts(page.derivation.network))


def _order(entry: Entry) -> tuple[Index, ...]:
    return tuple(letter for letter in entry.subscripts if isinstance(letter, Index))


# Without a constraint


def _anywhere(page: Page, here: Entrywise) -> list[Block]:
    """dE/dx = 0, solved for x."""
    solution = solved(here, sympy.Integer(0))
    if solution is None:
        return []
    order = _order(here.entry)
    shown = page.formula(here.shown(solution), order)
    gradient = page.derivation[here.entry.tensor.name].tensor
    lead = page.say("stationary.zero", gradient=page.math(Entry(gradient, *here.entry.subscripts), order))
    blocks: list[Block] = [Paragraph(lead), Display(((page.formula(here.entry, order), shown, None),))]
    endings = [text for text in (_proviso(page, here, solution), _kind(page, here, solution)) if text]
    return [*blocks, Paragraph(_sentences(page, endings))] if endings else blocks


def _sentences(page: Page, sentences: Sequence[Text]) -> Text:
    return merged(joined(sentences, page.language.phrase("list.sentences")))


def _proviso(page: Page, here: Entrywise, solution: Expr) -> Text:
    """What the solution has to be, where its form does not say that it is."""
    if _has_to_be_positive(here, solution):
        return page.say("stationary.if_positive")
    return () if solution.is_real else page.say("stationary.if_number")


def _has_to_be_positive(here: Entrywise, solution: Expr) -> bool:
    """True when an entry is positive and its solution may be 0 or less."""
    return bool(here.x.is_positive) and not (solution.is_positive and not solution.free_symbols & set(here.nonzero))


def _kind(page: Page, here: Entrywise, solution: Expr) -> Text:
    """Whether that is where the loss is smallest or largest, by the sign of the second derivative."""
    everywhere, there = here.slope, sympy.simplify(here.slope.subs(here.x, solution))
    # Where the solution has to be positive, that has been said of it.
    said = [s for s in here.nonzero if _has_to_be_positive(here, solution) and solution.subs(s, 0) == 0]
    unless = _unless(page, here, (there + solution).subs(dict.fromkeys(said, sympy.Integer(1))))
    loss = Math(Name(page.setting.loss))
    subject = page.math(here.entry, _order(here.entry))
    if everywhere.is_positive or everywhere.is_negative:
        key = "stationary.everywhere_positive" if everywhere.is_positive else "stationary.everywhere_negative"
        return page.say(key, entry=subject, slope=page.math(here.shown(everywhere)), loss=loss, unless=unless)
    if there.is_positive or there.is_negative:
        key = "stationary.there_positive" if there.is_positive else "stationary.there_negative"
        return page.say(key, slope=page.math(here.shown(there)), unless=unless)
    return ()


def _unless(page: Page, here: Entrywise, expr: Expr) -> Text:
    """What must not be 0, of what is only known never to be negative."""
    symbols = [symbol for symbol in here.nonzero if symbol in expr.free_symbols]
    if not symbols:
        return ()
    meant = page.listed([(page.math(here.meanings[symbol]),) for symbol in symbols])
    return page.say("stationary.unless", symbols=meant)


# Rows that sum to one


def _in_rows(page: Page, item: Adjoint, here: Entrywise) -> list[Block]:
    """The gradient the same number for all entries of a row: Lagrange's condition, and the number by the sum."""
    multiplier = Symbol(_multiplier(page), real=True)
    solution = solved(here, multiplier)
    letter = here.entry.subscripts[-1]
    if solution is None or not isinstance(letter, Index) or not positive(here.entry, page.derivation.network):
        return []
    row = _row(page, here, solution, multiplier, letter)
    if row is None:
        return []
    order, plain = _order(here.entry), Symbol(multiplier.name)
    gradient = page.formula(Entry(page.derivation[item.of.name].tensor, *here.entry.subscripts), order)
    rows = [Row(page.formula(here.shown(solution.subs(multiplier, plain)), order))]
    rows.append(Row(page.formula(row, order), _to_one(page, here, letter)))
    value = _value(page, item.of, order, row)
    kind = _kind_among_rows(page, here)
    blocks: list[Block] = [
        Paragraph(_condition(page, item, plain)),
        Steps(gradient, (Row(page.formula(here.shown(here.gradient), order)), Row(page.formula(plain)))),
        Paragraph(page.say("stationary.solved", multiplier=page.math(plain))),
        Steps(page.formula(here.entry, order), tuple(rows)),
    ]
    sentences = [*([kind] if kind else []), *([page.say("stationary.there")] if value else [])]
    blocks += [Paragraph(_sentences(page, sentences))] if sentences else []
    if value is not None:
        blocks.append(Display(((Name(page.setting.loss), value, None),)))
    return [*blocks, *_equal_scores(page, item.of, order, row)]


def _multiplier(page: Page) -> str:
    """A name that no name of the network looks like."""
    used = {reading(name) for name in page.setting.ranks}
    numbered = (f"{_MULTIPLIERS[0]}{number}" for number in count(1))
    return next(name for name in chain(_MULTIPLIERS, numbered) if reading(name) not in used)


def _condition(page: Page, item: Adjoint, multiplier: Symbol) -> Text:
    name = Math(Name(item.of.name))
    alone = len(item.of.axes) == 1
    key = "stationary.condition_row" if alone else "stationary.condition_rows"
    return page.say(key, name=name, multiplier=page.math(multiplier))


def _to_one(page: Page, here: Entrywise, letter: Index) -> Text:
    """Why the multiplier is what it is."""
    total = equals(page.formula(bind(Sum, here.entry, [letter])), page.formula(sympy.Integer(1)))
    return page.say("stationary.as_sum", sum=Math(total))


def _kind_among_rows(page: Page, here: Entrywise) -> Text:
    """Whether the loss is largest or smallest there, by the second derivatives; nothing where SymPy cannot tell."""
    if not (here.slope.is_positive or here.slope.is_negative):
        return ()
    key = "stationary.rows_positive" if here.slope.is_positive else "stationary.rows_negative"
    slope, loss = page.math(here.shown(here.slope), _order(here.entry)), Math(Name(page.setting.loss))
    return page.say(key, slope=slope, loss=loss, unless=_unless(page, here, here.slope))


def _row(page: Page, here: Entrywise, solution: Expr, multiplier: Symbol, letter: Index) -> Expr | None:
    """The entry with the multiplier fixed by the sum: B_k / sum_k B_k, where the solution is a multiple of B_k that
    the multiplier does not change."""
    spread = sympy.expand(sympy.powsimp(solution), power_exp=True, mul=False)
    factors = Mul.make_args(sympy.expand(spread, power_exp=True, mul=False))
    varying = [f for f in factors if any(letter in free_letters(here.meanings[s]) for s in f.free_symbols - {multiplier}
                                         if s in here.meanings)]  # fmt: skip
    if any(multiplier in factor.free_symbols for factor in varying):
        return None
    share = here.shown(Mul(*varying))
    if not positive(share, page.derivation.network):
        return None
    total = Trail(bind(Sum, share, [letter]))
    simplify(total, known_facts(page.derivation.network))
    return share / total.expr


def _value(page: Page, tensor: Tensor, order: tuple[Index, ...], row: Expr) -> Formula | None:
    """The loss with the row put in, if nothing else changes with it; None where that is longer than the loss itself."""
    network = page.derivation.network
    equation = network.equation(network.results[0])
    assert equation is not None
    if {read.name for read in _read(equation)} & (set(network.tensors) - set(_given(page)) - {tensor.name}):
        return None
    value = _simplified(page, _put_in(equation.right, tensor, order, row))
    return page.formula(value) if length(value) <= length(equation.right) else None


def _given(page: Page) -> list[str]:
    return [item.tensor.name for item in page.derivation.network.declarations]


def _read(equation: Equation) -> list[Tensor]:
    return sorted({entry.tensor for entry in equation.right.atoms(Entry)}, key=str)


def _put_in(expr: Expr, tensor: Tensor, order: tuple[Index, ...], row: Expr) -> Expr:
    def change(node: Expr) -> Expr | None:
        if not isinstance(node, Entry) or node.tensor != tensor:
            return None
        return substitute(row, dict(zip(order, node.subscripts, strict=True)))

    return replace_nodes(expr, change)


def _simplified(page: Page, expr: Expr) -> Expr:
    """Shorter, with logarithms of quotients and powers taken apart."""
    network = page.derivation.network
    trail = Trail(expr)
    for _ in range(_ROUNDS):
        before = trail.expr
        for rule in logarithm_rules(lambda part: never_negative(part, network)):
            trail.follow(rule)
        simplify(trail, known_facts(network))
        if trail.expr == before:
            break
    return trail.expr


def _equal_scores(page: Page, tensor: Tensor, order: tuple[Index, ...], row: Expr) -> list[Block]:
    """Which values of what the row is computed from give it, if equal ones do: the logits of a softmax."""
    network = page.derivation.network
    equation = network.equation(tensor.name)
    if equation is None:
        return []
    blocks: list[Block] = []
    for read in _read(equation):
        alone = [other for other in network.equations if read in _read(other)] == [equation]
        if not alone or len(read.axes) != len(order) or read.axes[-1] != tensor.axes[-1]:
            continue
        level = Entry(Tensor("_level", read.axes[:-1]), *order[:-1])
        if _simplified(page, _put_in(equation.right, read, order, level)) == row:
            words = page.say("stationary.equal_scores", name=Math(Name(read.name)), equation=page.reference(read.name))
            blocks.append(Paragraph(words))
    return blocks

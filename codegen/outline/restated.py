"""What a likelihood becomes when its logarithms are taken apart: the chain of equalities, and what stays constant."""

from __future__ import annotations

from dataclasses import replace

from sympy import Add, Basic, Expr, Integer, Mul, Pow, S, fraction

from codegen.block import Block, Display, Heading, Math, Paragraph, Row, Steps, Text
from codegen.language import joined, merged
from codegen.notation.formula import Formula, Name
from codegen.outline.chain import chain
from codegen.outline.notes import with_letters
from codegen.outline.page import Page
from codegen.outline.words import explain
from derive.binding import replace_nodes
from derive.dependence import smooth_tensors
from derive.derivation import Restatement
from derive.function import Function
from derive.operators import Apply, Product
from derive.rules.logarithms import as_power
from derive.signs import never_negative


def restated(page: Page) -> list[Block]:
    """A section for every equation whose logarithms were taken apart, or that would have been if more were known."""
    return [block for item in page.derivation.restatements for block in _section(page, item)]


def _section(page: Page, item: Restatement) -> list[Block]:
    subject: Text = page.say("restated.loss") if _is_loss(page, item) else (Math(Name(item.of.name)),)
    if not item.steps:
        return [Heading(2, page.say("restated.would", subject=subject)), Paragraph(_missing(page, item))]
    letters = item.equation.letters
    left = page.formula(item.equation.left, letters)
    written = page.formula(_written(item.steps[0].before), letters)
    blocks: list[Block] = [Heading(2, page.say("restated.becomes", subject=subject))]
    rows: list[tuple[Formula, Formula, int | None]] = []
    for equation in reversed(item.opened):
        own = page.formula(equation.left, equation.letters)
        rows.append((own, page.formula(_written(equation.right), equation.letters), None))
    if rows:
        blocks += [Paragraph(page.say("restated.written")), Display((*rows, (left, written, None)))]
    blocks.append(Paragraph(page.say("restated.apart")))
    steps = [replace(step, before=_written(step.before), after=_written(step.after)) for step in item.steps]
    blocks.append(Steps(left, (Row(written), *chain(page, steps, letters))))
    blocks.append(Paragraph(_validity(page, item)))
    constant = _constants(page, item) if _is_loss(page, item) else ()
    blocks += [Paragraph(constant)] if constant else []
    blocks += [Paragraph(_missing(page, item))] if item.missing else []
    return blocks


def _written(expr: Expr) -> Expr:
    """The expression as people write it: a^r for exp(r log a), and one root for a product of roots."""

    def change(node: Basic) -> Expr | None:
        if isinstance(node, Apply) and (power := as_power(node)) is not None:
            return Pow(*power)
        return _one_root(node) if isinstance(node, Mul) else None

    return replace_nodes(expr, change)


def _one_root(product: Mul) -> Expr | None:
    """sqrt(2)/2 / (sqrt(pi) sqrt(v))  ->  1/sqrt(2 pi v)"""
    inside: Expr = Integer(1)
    numbers: Expr = Integer(1)
    others: list[Expr] = []
    for factor in product.args:
        base, exponent = factor.as_base_exp()
        if factor.is_number and factor.is_algebraic:
            numbers *= factor
        elif exponent in (S.Half, -S.Half):
            inside *= base ** (2 * exponent)
        else:
            others.append(factor)
    if inside == 1 or (not numbers.is_Rational and not (numbers**2).is_Rational) or numbers.is_negative:
        return None
    if not numbers.is_Rational:
        inside, numbers = inside * numbers**2, Integer(1)
    above, below = fraction(inside)
    root = Function("sqrt")
    return Mul(numbers, *others, *([Apply(root, above)] if above != 1 else []),
               *([1 / Apply(root, below)] if below != 1 else []))  # fmt: skip


def _is_loss(page: Page, item: Restatement) -> bool:
    network = page.derivation.network
    return not network.is_layer and item.of.name in network.results


def _validity(page: Page, item: Restatement) -> Text:
    """Where the two sides are equal, and what is gained."""
    facts = page.listed([explain(page, sentence) for sentence in item.assumed])
    assumed = page.say("restated.assumed", facts=facts) if facts else ()
    avoided = page.say("restated.avoided") if _avoids_products(page, item) else ()
    equation = page.reference(item.of.name)
    return page.say("restated.equal", assumed=assumed, equation=equation, avoided=avoided)


def _avoids_products(page: Page, item: Restatement) -> bool:
    """True when a running product was written, and neither the equation nor a value that was opened needs one now."""
    kept = page.derivation.network.equations
    written = any(equation.right.has(Product) for equation in item.opened) or item.steps[0].before.has(Product)
    left = any(equation.right.has(Product) for equation in (item.equation, *item.opened) if equation in kept)
    return written and not left and not item.missing


def _constants(page: Page, item: Restatement) -> Text:
    """Which terms and factors of the loss depend on nothing that gradients are taken by."""
    moving = _moving(page)
    terms = Add.make_args(item.equation.right)
    fixed = [term for term in terms if not smooth_tensors(term) & moving]
    others = [term for term in terms if term not in fixed]
    if not others:
        return ()
    scale, rest = _scaled(others[0], moving) if len(others) == 1 else (Mul(), Add(*others))
    sentences: list[Text] = []
    if fixed:
        names = page.listed([(Math(Name(name)),) for name in page.derivation.wanted], "or")
        sentences.append(page.say("restated.fixed", terms=page.math(Add(*fixed)), names=names))
    if smooth_tensors(scale) or scale.free_symbols - _sizes(page):
        sure = never_negative(scale, page.derivation.network)
        key = "restated.factor" if sure else "restated.factor_if_positive"
        sentences.append(page.say(key, scale=page.math(scale)))
    if not sentences:
        return ()
    sentences.append(page.say("restated.left", rest=page.math(rest)))
    return merged(joined(sentences, page.language.phrase("list.sentences")))


def _moving(page: Page) -> frozenset[object]:
    """All that changes with something that gradients are taken by."""
    derivation = page.derivation
    moving = {derivation.network.tensors[name] for name in derivation.wanted}
    for equation in derivation.network.equations:
        if smooth_tensors(equation.right) & moving:
            moving.add(equation.tensor)
    return frozenset(moving)


def _scaled(term: Expr, moving: frozenset[object]) -> tuple[Expr, Expr]:
    """The term as a factor that does not move, and the rest."""
    fixed = [factor for factor in Mul.make_args(term) if not smooth_tensors(factor) & moving]
    sign = -1 if Mul(*fixed).could_extract_minus_sign() else 1
    return sign * Mul(*fixed), sign * Mul(*(factor for factor in Mul.make_args(term) if factor not in fixed))


def _sizes(page: Page) -> set[object]:
    return {item.symbol for item in page.derivation.network.dimensions}


def _missing(page: Page, item: Restatement) -> Text:
    """Whose sign would have to be known."""
    unknown = page.listed([(page.math(with_letters(page, expr)),) for expr in item.missing])
    name, equation = Math(Name(item.of.name)), page.reference(item.of.name)
    return page.say("restated.missing", len(item.missing), name=name, equation=equation, unknown=unknown)

"""From an index expression to a formula on paper: which factor comes first, what is a fraction, where brackets stand.

SymPy keeps the terms of a sum and the factors of a product in an order of its own, and multiplies numbers into sums.
Here they are put as people write them: positive terms first, common numbers in front, factors in the order of a
matrix product, gradients before values.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import gcd, lcm

from sympy import Add, Basic, Expr, Integer, Mod, Mul, Pow, Rational, Symbol, ceiling, floor
from sympy import Number as SymPyNumber
from sympy.core.numbers import Exp1, Infinity, NegativeInfinity, Pi

from codegen.notation.factors import chain_order, term_key
from codegen.notation.formula import (
    Absolute,
    Big,
    Call,
    Cases,
    Derivative,
    Exponential,
    Factors,
    Formula,
    Fraction,
    Gradient,
    Group,
    Iverson,
    Kronecker,
    Logic,
    Name,
    Negative,
    Number,
    Power,
    Relation,
    Root,
    Rounded,
    Terms,
    Tupled,
    grouped,
    raised,
)
from codegen.notation.number import LARGEST_FRACTION, number
from codegen.notation.setting import Setting
from codegen.notation.steps import counted
from derive import operators
from derive.binding import free_letters, substitute, unbind
from derive.entry import Constant, Entry, Tensor
from derive.index import Index
from derive.subscript import parts

_SIGNS = {
    "Sum": "sum",
    "Product": "product",
    "Maximum": "max",
    "Minimum": "min",
    "ArgMax": "argmax",
    "ArgMin": "argmin",
}

OPPOSITE = {">": "<=", ">=": "<", "<": ">=", "<=": ">", "==": "!=", "!=": "=="}


def arrange(expr: Basic, setting: Setting, letters: Iterable[Index] = ()) -> Formula:
    """The formula of an expression; `letters` are those of the equation's left side, in their order."""
    order = tuple(letter.name for letter in letters)
    expr = counted(expr, setting.stepped)
    return _Arranger(setting, frozenset(order) | {letter.name for letter in free_letters(expr)}).node(expr, order)


class _Arranger:
    """Walks an expression with the names of the letters that are in use around it."""

    def __init__(self, setting: Setting, used: frozenset[str]) -> None:
        self.setting = setting
        self.used = used

    def node(self, expr: Basic, order: Sequence[str]) -> Formula:
        """The formula of one node; `order` names the letters of the result, then those of the sums around."""
        match expr:
            case Add():
                return self._sum(expr, order)
            case Mul() | Pow():
                return self._product(expr, order)
            case Entry():
                return self._entry(expr, order)
            case operators.Binder():
                return self._binder(expr, order)
            case operators.Delta():
                return Kronecker(*(self.node(argument, order) for argument in expr.args))
            case operators.Apply():
                return self._apply(expr, order)
            case operators.Where():
                return self._where(expr, order)
            case operators.Compare():
                return Relation(expr.relation, self.node(expr.left, order), self.node(expr.right, order))
            case operators.Logic(word="not", conditions=(operators.Compare(relation=relation) as inside,)):
                return self.node(operators.Compare(OPPOSITE[relation], inside.left, inside.right), order)
            case operators.Logic():
                return Logic(expr.word, tuple(self.node(part, order) for part in expr.conditions))
            case operators.Partial():
                of = self.node(expr.of, order)
                return Derivative(of, self.node(expr.by, order), direct=of == Name(self.setting.loss))
            case operators.Written():
                return _written([self.node(factor, order) for factor in expr.args])
            case Tensor():
                return self.setting.value(expr.name)
            case Index() | Symbol():
                return Name(str(expr))
            case floor() | ceiling():
                return Rounded(self.node(expr.args[0], order), up=isinstance(expr, ceiling))
            case Mod():
                return Call("mod", tuple(self.node(part, order) for part in expr.args))
            case Infinity():
                return Name("inf")
            case NegativeInfinity():
                return Negative(Name("inf"))
            case Pi():
                return Name("pi")
            case Exp1():
                return Exponential(Number("1"))
            case SymPyNumber():
                return Negative(number(-expr)) if expr.is_negative else number(expr)
        raise TypeError(f"no notation for a node of kind {type(expr).__name__}")

    def _entry(self, expr: Entry, order: Sequence[str]) -> Formula:
        subscripts = tuple(
            self._subscript(subscript, size, order)
            for subscript, size in zip(expr.subscripts, expr.tensor.axes, strict=True)
        )
        return self.setting.value(expr.tensor.name, subscripts)

    def _subscript(self, subscript: Expr, size: Expr, order: Sequence[str]) -> Formula:
        items = parts(subscript, size)
        if len(items) == 1:
            return self.node(subscript, order)
        return Tupled(tuple(self.node(item, order) for item, _ in items))

    def _binder(self, expr: operators.Binder, order: Sequence[str]) -> Formula:
        fresh, body = unbind(expr)
        body, condition = _restricted(body, fresh) if isinstance(expr, operators.Sum) else (body, None)
        named: dict[Basic, Basic] = {}
        used = set(self.used)
        places = {size: place for place, size in enumerate(self.setting.letters)}
        for letter in sorted(fresh, key=lambda letter: places.get(str(letter.size), len(places))):
            name = self.setting.letter(letter.size, used)
            used.add(name)
            named[letter] = Index(name, letter.size)
        names = [str(letter) for letter in named.values()]
        arranger = _Arranger(self.setting, frozenset(used))
        inner = arranger.node(substitute(body, named), (*order, *names))
        only = None if condition is None else arranger.node(substitute(condition, named), (*order, *names))
        sign = _SIGNS[type(expr).__name__]
        loose = isinstance(inner, Terms | Negative | Cases)
        return Big(sign, tuple(Name(name) for name in names), grouped(inner) if loose else inner, only)

    def _apply(self, expr: operators.Apply, order: Sequence[str]) -> Formula:
        arguments = tuple(self.node(argument, order) for argument in expr.arguments)
        if expr.name == "exp":
            return Exponential(arguments[0])
        if expr.name == "sqrt":
            return Root(arguments[0])
        if expr.name == "abs":
            return Absolute(arguments[0])
        return Call(expr.name, arguments)

    def _where(self, expr: operators.Where, order: Sequence[str]) -> Formula:
        condition = self.node(expr.condition, order)
        if expr.otherwise == 0:
            bracket = Iverson(condition)
            if expr.then == 1:
                return bracket
            if not expr.condition.has(Entry):
                # It says when the term exists, so it is read first.
                return self._guarded(expr, [expr], order)
            return Factors((grouped(self.node(expr.then, order)), bracket))
        return Cases(self.node(expr.then, order), condition, self.node(expr.otherwise, order))

    # Sums ---------------------------------------------------------------------------------------------------------

    def _sum(self, expr: Add, order: Sequence[str]) -> Formula:
        common = _content(expr.args)
        terms = [term / common for term in expr.args]
        if all(_is_negative(term) for term in terms):
            common, terms = -common, [-term for term in terms]
        if common != 1:
            return self._quotient(common, [self._terms(terms, order)], [], [], order)
        return self._terms(terms, order)

    def _terms(self, terms: list[Expr], order: Sequence[str]) -> Formula:
        ordered = sorted(terms, key=lambda term: (_is_negative(term), *term_key(term, order, self.setting)))
        items = []
        for term in ordered:
            sign, body = ("-", -term) if _is_negative(term) else ("+", term)
            formula = self.node(body, order)
            items.append((sign, grouped(formula) if isinstance(formula, Terms | Negative) else formula))
        return Terms(tuple(items))

    # Products -----------------------------------------------------------------------------------------------------

    def _product(self, expr: Expr, order: Sequence[str]) -> Formula:
        guards = [factor for factor in Mul.make_args(expr) if _is_guarded(factor)]
        if guards:
            return self._guarded(expr, guards, order)
        coefficient, rest = expr.as_coeff_Mul()
        above: list[Expr] = []
        below: list[Expr] = []
        for factor in Mul.make_args(rest):
            base, exponent = factor.as_base_exp()
            # 1 - y in q^y (1 - q)^(1 - y) is no power that is divided by.
            if exponent.could_extract_minus_sign() and not exponent.has(Entry):
                below.append(Pow(base, -exponent))
            elif factor != 1:
                above.append(factor)
        # A common number of a sum comes to the front of the product that the sum is in.
        for place, factor in enumerate(above):
            if isinstance(factor, Add):
                coefficient *= (common := _content(factor.args))
                above[place] = Add(*(term / common for term in factor.args))
        above = chain_order(above, order, self.setting)
        below = chain_order(below, order, self.setting)
        return self._quotient(coefficient, [], above, below, order)

    def _guarded(self, expr: Expr, guards: Sequence[Expr], order: Sequence[str]) -> Formula:
        """Conditions on letters in front of the product of everything that they guard."""
        others = [factor for factor in Mul.make_args(expr) if factor not in guards]
        brackets = list(dict.fromkeys(self.node(operators.iverson(guard.condition), order) for guard in guards))
        inner = self.node(Mul(*others, *(guard.then for guard in guards)), order)
        if isinstance(inner, Negative):
            return Negative(Factors((*brackets, _beside(inner.body))))
        return Factors((*brackets, *inner.items) if isinstance(inner, Factors) else (*brackets, _beside(inner)))

    def _quotient(
        self, coefficient: Expr, ready: list[Formula], above: list[Expr], below: list[Expr], order: Sequence[str]
    ) -> Formula:
        """coefficient * ready * above / below, with what does not depend on letters in front."""
        negative = coefficient.is_negative
        coefficient = abs(coefficient)
        top, bottom = (coefficient.p, coefficient.q) if isinstance(coefficient, Rational) else (coefficient, 1)
        if isinstance(coefficient, Rational) and isinstance(number(coefficient), Number):
            top, bottom = coefficient, 1
        bottoms = ([number(Integer(bottom))] if bottom != 1 else []) + [self._power(item, order) for item in below]
        formulas = [*ready, *(self._power(item, order) for item in above)]
        leading = [number(Rational(top))] if top != 1 or not (formulas or bottoms) else []
        plain = all(_is_size(item) for item in below)
        if not bottoms:
            items = [*leading, *formulas]
        elif self.setting.linear:
            items = [_line_fraction(_side_by_side([*leading, *formulas] or [Number("1")]), _side_by_side(bottoms))]
        elif plain and any(_is_tall(item) for item in formulas):
            sizes = [self._power(item, order) for item in above if _is_size(item)]
            fraction = Fraction(_side_by_side([*leading, *sizes] or [Number("1")]), _side_by_side(bottoms))
            items = [fraction, *(item for item in formulas if item not in sizes)]
        else:
            open_ended = [
                item for item in formulas if isinstance(item, Derivative) and isinstance(item.of, Terms | Big)
            ]
            gradients = [
                item for item in formulas if isinstance(item, Gradient | Derivative) and item not in open_ended
            ]
            large = [item for item in formulas if isinstance(item, Big)] if gradients or len(formulas) > 1 else []
            sums: list[Formula] = [*open_ended, *large]
            inside = [item for item in formulas if item not in gradients and item not in sums]
            # The fraction follows the gradients and goes before sums and derivatives of sums, which would swallow it.
            fraction = Fraction(_side_by_side([*leading, *inside] or [Number("1")]), _side_by_side(bottoms))
            items = [*gradients, fraction, *sums]
        product = _side_by_side(items or [Number("1")])
        return Negative(grouped(product) if isinstance(product, Terms) else product) if negative else product

    def _power(self, expr: Expr, order: Sequence[str]) -> Formula:
        base, exponent = expr.as_base_exp() if isinstance(expr, Pow) else (expr, Integer(1))
        if exponent == 1:
            return self.node(base, order)
        if exponent == Rational(1, 2):
            return Root(self.node(base, order))
        return Power(raised(self.node(base, order)), self.node(exponent, order))


def _is_guarded(factor: Expr) -> bool:
    """Whether a factor is something that exists under a condition on letters alone."""
    where = isinstance(factor, operators.Where)
    return where and factor.otherwise == 0 and factor.then != 1 and not factor.condition.has(Entry)


def _restricted(body: Expr, letters: Sequence[Index]) -> tuple[Expr, operators.Compare | None]:
    """The body of a sum and the condition on its letters, if the body is zero where that does not hold."""
    for factor in Mul.make_args(body):
        if (
            isinstance(factor, operators.Where)
            and factor.otherwise == 0
            and isinstance(factor.condition, operators.Compare)
        ):
            condition = factor.condition
            if not condition.has(Entry) and condition.left in letters:
                return body.xreplace({factor: factor.then}), condition
    return body, None


def _beside(formula: Formula) -> Formula:
    """A last factor: a sum needs no brackets there."""
    return formula if isinstance(formula, Big) else grouped(formula)


def _written(factors: list[Formula]) -> Formula:
    """Factors in their given order; the sign of the first one stands in front of the product."""
    first, *rest = factors
    if isinstance(first, Negative):
        return Negative(_written([first.body, *rest]))
    ending = [rest[-1] if isinstance(rest[-1], Big) else grouped(rest[-1])] if rest else []
    return Factors((grouped(first), *(grouped(factor) for factor in rest[:-1]), *ending))


def _line_fraction(top: Formula, bottom: Formula) -> Formula:
    loose = isinstance(bottom, Factors | Fraction)
    return Fraction(grouped(top), Group(bottom) if loose else grouped(bottom))


def _side_by_side(items: list[Formula]) -> Formula:
    """A product; sums in it are bracketed, except a last one with a large sign, which ends the product anyway."""
    if len(items) == 1:
        return items[0]
    flat: list[Formula] = []
    for item in items:
        flat.extend(item.items if isinstance(item, Factors) else (item,))
    last = flat[-1]
    return Factors((*(grouped(item) for item in flat[:-1]), last if isinstance(last, Big) else grouped(last)))


def _is_size(expr: Expr) -> bool:
    """Whether only numbers, sizes and named constants stand in the expression."""
    symbols = expr.atoms(Symbol)
    letters = expr.has(Entry, operators.Binder, operators.Apply, Index)
    return not letters and all(isinstance(symbol, Constant) or symbol.is_integer for symbol in symbols)


def _is_tall(formula: Formula) -> bool:
    return isinstance(formula, Terms | Big | Gradient | Derivative | Iverson | Cases | Fraction | Factors)


def _is_negative(term: Expr) -> bool:
    coefficient, _ = term.as_coeff_Mul()
    return bool(coefficient.is_negative)


def _content(terms: Iterable[Expr]) -> Rational:
    """The greatest positive number that divides the number in front of every term."""
    numbers = [term.as_coeff_Mul()[0] for term in terms]
    if not all(isinstance(item, Rational) for item in numbers):
        return Integer(1)
    if any(item.q == 1 for item in numbers) and any(item.q != 1 for item in numbers):
        return Integer(1)
    common = Rational(gcd(*(abs(item.p) for item in numbers)), lcm(*(item.q for item in numbers)))
    return common if common.q <= LARGEST_FRACTION else Integer(1)

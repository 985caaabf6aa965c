"""Scalar algebra on what an expression is made of: cancel, collect, factor.

Entries, sums and functions are opaque here: they become symbols, SymPy's polynomial algebra works on the small
rational function that is left, and of the equal forms that come out the cheapest and shortest is kept.
"""

from __future__ import annotations

from functools import lru_cache
from math import comb, prod

from sympy import Add, Expr, Mul, Pow, Rational, S, Symbol, cancel, factor, factor_terms, fraction, together

from derive.binding import rebind, replace_nodes, unbind
from derive.cost import length, preference
from derive.entry import Tensor
from derive.functions import apply
from derive.index import Index, dimension
from derive.operators import Apply, Sum, Where, Written
from derive.rule import Rewrite, Rule
from derive.rules.nodes import everywhere

LARGEST = 120
MOST_SYMBOLS = 12
MOST_TERMS = 24


class Opaque:
    """The symbols that stand for what algebra does not look into, and the way back.

    The root of a base that stands with fractional powers becomes one symbol: (v + eps)**(-3/2) is a power of it.
    """

    def __init__(self) -> None:
        self.symbols: dict[Expr, Symbol] = {}
        self.meanings: dict[Symbol, Expr] = {}
        self.roots: dict[Expr, Expr] = {}

    def symbol(self, node: Expr) -> Symbol:
        if node not in self.symbols:
            symbol = Symbol(f"_{len(self.symbols):03d}", positive=True)
            self.symbols[node] = symbol
            self.meanings[symbol] = node
        return self.symbols[node]

    def hide(self, expr: Expr) -> Expr:
        """The expression with symbols for its opaque parts."""
        for power in sorted(expr.atoms(Pow), key=str):
            plain = power.base.is_Symbol or power.base.is_number
            if not plain and (_is_root(power) or _divides_by_decimal(power)):
                self.roots.setdefault(power.base, Pow(power.base, S.Half))
        return self._hide(expr)

    def _hide(self, expr: Expr) -> Expr:
        if expr in self.roots:
            return self.symbol(self.roots[expr]) ** 2
        if isinstance(expr, Pow) and expr.base in self.roots and expr.exp.is_Rational:
            return self.symbol(self.roots[expr.base]) ** (2 * expr.exp)
        if isinstance(expr, Add | Mul):
            return expr.func(*(self._hide(argument) for argument in expr.args))
        if isinstance(expr, Pow) and expr.exp.is_Integer:
            return self._hide(expr.base) ** expr.exp
        if expr.is_Number or type(expr) is Symbol:
            return expr
        return self.symbol(expr)

    def show(self, expr: Expr) -> Expr:
        """The way back."""
        return expr.xreplace(self.meanings)


def _is_root(power: Pow) -> bool:
    return bool(power.exp.is_Rational and power.exp.q == 2)


def _divides_by_decimal(power: Pow) -> bool:
    """True for 1/(v + 1/100): left alone, since algebra would write it as 100/(100 v + 1)."""
    numbers = [term.as_coeff_Mul()[0] for term in Add.make_args(power.base)]
    return power.exp.could_extract_minus_sign() and len(numbers) > 1 and not all(n.is_Integer for n in numbers)


def absorb_sign(expr: Expr) -> Expr:
    """-h (h - 1)  ->  h (1 - h) and (y - p)/(p - 1)  ->  (p - y)/(1 - p), everywhere outside opaque parts.

    A sum with a positive number in it, or with few minus signs, is written as it is. A sign that is left over goes into
    the sum with the most minus signs, if one has any.
    """
    if isinstance(expr, Add | Mul | Pow):
        expr = expr.func(*(absorb_sign(argument) for argument in expr.args))
    if not isinstance(expr, Mul):
        return expr
    sign, factors = S.One, []
    for factor_ in expr.args:
        base, exponent = factor_.as_base_exp()
        if isinstance(base, Add) and exponent.is_Integer and exponent < 0:
            number, base = base.primitive()
            sign, factor_ = sign * number**exponent, base**exponent
        if isinstance(base, Add) and exponent.is_Integer and exponent % 2 and _reads_better_negated(base):
            sign, factor_ = -sign, Add(*(-term for term in base.args)) ** exponent
        factors.append(factor_)
    if (sign * factors[0] if factors[0].is_Number else sign) < 0:
        mixed = [place for place, factor_ in enumerate(factors) if isinstance(factor_, Add) and _minus_signs(factor_)]
        mixed = [place for place in mixed if not (_number_in(factors[place]) > 0)]
        if mixed:
            place = max(mixed, key=lambda place: Rational(_minus_signs(factors[place]), len(factors[place].args)))
            factors[place], sign = Add(*(-term for term in factors[place].args)), -sign
    return Mul(sign, *factors)


def _minus_signs(expr: Add) -> int:
    return sum(1 for term in expr.args if term.as_coeff_Mul()[0] < 0)


def _number_in(expr: Add) -> Expr:
    return expr.as_coeff_Add()[0]


def _reads_better_negated(expr: Add) -> bool:
    minus, number = _minus_signs(expr), _number_in(expr)
    return 2 * minus > len(expr.args) or (2 * minus == len(expr.args) and bool(number < 0))


def _by_common_factors(expr: Expr) -> list[Expr]:
    return [factor_terms(expr)]


def _by_factoring(expr: Expr) -> list[Expr]:
    return [factor(expr)]


def _by_cancelling(expr: Expr) -> list[Expr]:
    return [factor_terms(cancel(expr)), Add(*(cancel(term) for term in Add.make_args(expr))), factor(together(expr))]


def rational_forms(expr: Expr) -> list[Expr]:
    """Equal forms of an expression, itself first; opaque parts are left alone.

    Polynomial algebra is tried only where it stays small: what multiplies out to many terms is left as it is written.
    """
    forms = [expr]
    if not isinstance(expr, Add | Mul | Pow) or length(expr) > LARGEST:
        return forms
    opaque = Opaque()
    hidden = opaque.hide(expr)
    if not hidden.has(Add) or len(hidden.free_symbols) > MOST_SYMBOLS:
        return forms
    ways = [_by_common_factors, _grouped]
    if terms_when_expanded(hidden) <= MOST_TERMS:
        ways.append(_by_factoring)
        if any(power.exp.could_extract_minus_sign() and power.base.is_Add for power in hidden.atoms(Pow)):
            ways.append(_by_cancelling)
    for way in ways:
        for form in way(hidden):
            shown = absorb_sign(opaque.show(form))
            if shown not in forms:
                forms.append(shown)
    return forms


@lru_cache(maxsize=16384)
def terms_when_expanded(expr: Expr) -> int:
    """About how many terms an expression has when all its products and powers are multiplied out."""
    if isinstance(expr, Add):
        return sum(terms_when_expanded(term) for term in expr.args)
    if isinstance(expr, Mul):
        return prod(terms_when_expanded(factor_) for factor_ in expr.args)
    if isinstance(expr, Pow) and expr.exp.is_Integer:
        count, exponent = terms_when_expanded(expr.base), abs(int(expr.exp))
        return comb(count + exponent - 1, exponent) if count > 1 else 1
    return 1


def _grouped(hidden: Expr) -> list[Expr]:
    """Sums in which only the terms that share a symbol are factored: d + (e - f)/s for d + e/s - f/s."""
    terms = Add.make_args(hidden)
    forms = []
    for symbol in sorted(hidden.free_symbols, key=str):
        group = [term for term in terms if symbol in term.free_symbols]
        if 2 <= len(group) < len(terms):
            rest = [term for term in terms if symbol not in term.free_symbols]
            powers = [term.as_powers_dict()[symbol] for term in group]
            common = symbol ** min(powers, key=abs)
            forms.append(common * Add(*(term / common for term in group)) + Add(*rest))
    return forms


def multiplied_out(expr: Expr) -> Expr:
    """The expression as a sum of products, where that is short; opaque parts are left alone."""
    if not isinstance(expr, Mul) or not expr.has(Add) or length(expr) > LARGEST:
        return expr
    opaque = Opaque()
    hidden = opaque.hide(expr)
    return opaque.show(hidden.expand()) if terms_when_expanded(hidden) <= MOST_TERMS else expr


def best(forms: list[Expr]) -> Expr:
    """The cheapest and shortest of equal forms; the first one where nothing is gained."""
    return min(forms, key=preference)


@lru_cache(maxsize=16384)
def tidy(expr: Expr) -> Expr:
    """The best form that scalar algebra finds, inside sums and outside."""

    def change(node: Expr) -> Expr | None:
        if isinstance(node, Where):
            then, otherwise = best(rational_forms(node.then)), best(rational_forms(node.otherwise))
            return None if (then, otherwise) == (node.then, node.otherwise) else Where(node.condition, then, otherwise)
        if not isinstance(node, Sum):
            return None
        letters, body = unbind(node)
        better = best(rational_forms(body))
        return None if better == body else rebind(node, better, letters)

    return best(rational_forms(replace_nodes(expr, change)))


def _tidy(expr: Expr) -> Rewrite | None:
    after = tidy(expr)
    return None if after == expr or preference(after) >= preference(expr) else Rewrite(after)


def denominators(expr: Expr) -> frozenset[Expr]:
    """What an expression divides by, outside opaque parts."""
    return frozenset(
        power.base.primitive()[1]
        for power in expr.atoms(Pow)
        if power.exp.could_extract_minus_sign() and not power.base.is_Symbol
    )


def sign_times(node: Expr) -> Expr | None:
    """u sign(u)  ->  abs(u)"""
    if not isinstance(node, Mul):
        return None
    for factor_ in node.args:
        if isinstance(factor_, Apply) and factor_.primitive_name == "sign":
            rest = node / factor_
            quotient = rest / factor_.arguments[0]
            if length(quotient) < length(rest):
                return quotient * apply("abs", factor_.arguments[0])
    return None


def multiply(expr: Expr) -> Expr:
    """A product as written, multiplied so that equal factors cancel."""
    return replace_nodes(expr, lambda node: Mul(*node.args) if isinstance(node, Written) else None)


def _multiply(expr: Expr) -> Rewrite | None:
    return Rewrite(multiply(expr)) if expr.has(Written) else None


def _examples() -> tuple[Expr, ...]:
    N, K = dimension("N"), dimension("K")
    k = Index("k", K)
    p, y, h = (Tensor(name, (K,))[k] for name in ("p", "y", "h"))
    return (
        (h - h**2) * y,
        -(y / p - (1 - y) / (1 - p)) * p * (1 - p) / N,
        p / N - y / N,
        (1 + p**2) ** -S(1) * (p + p**3),
    )


def _sign_examples() -> tuple[Expr, ...]:
    z = Tensor("z", (dimension("K"),))[Index("k", dimension("K"))]
    return (z * apply("sign", z) + 1, 3 * z**2 * apply("sign", z))


def _written_examples() -> tuple[Expr, ...]:
    K = dimension("K")
    k = Index("k", K)
    p, y = Tensor("p", (K,))[k], Tensor("y", (K,))[k]
    return (Written(y / p, p * (1 - p)),)


COLLECT = Rule("collect", "the cheapest and shortest of equal forms", _tidy, _examples)
SIGN = Rule("size and sign", "u sign(u) = |u|", everywhere(sign_times), _sign_examples)
CANCEL = Rule("cancel", "f g / f = g", _multiply, _written_examples)

__all__ = ["CANCEL", "COLLECT", "SIGN", "absorb_sign", "best", "denominators", "fraction", "tidy"]

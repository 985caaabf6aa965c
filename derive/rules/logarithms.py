"""Rules that take a logarithm apart: of a product, of a quotient, of a power, of an exponential.

log(a b) = log a + log b holds wherever log(a b) is a number, if all factors but one are never negative: then none of
them is 0, and the last one is positive too. So no more than a sign must be known of a factor, and the rules ask for it
through `never_negative`. Products of plain factors stay together, log(2 pi v): taking them apart gains nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sympy import Add, Expr, Mul, Pow, Rational, S

from derive.binding import bind, unbind
from derive.entry import Entry, Tensor
from derive.functions import exp, log
from derive.index import Index, dimension
from derive.operators import Apply, Compare, Condition, Product, Sum, Where
from derive.rule import Rule
from derive.rules.nodes import everywhere

Sign = Callable[[Expr], bool]


@dataclass(frozen=True)
class Powered:
    """A factor of a product as base**exponent."""

    base: Expr
    exponent: Expr

    @property
    def expr(self) -> Expr:
        return Pow(self.base, self.exponent)

    @property
    def below(self) -> bool:
        """True for a factor that is divided by."""
        return bool(self.exponent.could_extract_minus_sign()) and not is_exponential(self.base)


def is_exponential(expr: Expr) -> bool:
    return isinstance(expr, Apply) and expr.primitive_name == "exp"


def as_power(expr: Expr) -> tuple[Expr, Expr] | None:
    """a and r where the expression is exp(r log a), which is what a^r means where r is a tensor."""
    if not is_exponential(expr):
        return None
    for factor in Mul.make_args(expr.arguments[0]):
        base = _argument(factor)
        if base is not None and (expr.arguments[0] / factor).has(Entry):
            return base, expr.arguments[0] / factor
    return None


def _argument(node: Expr) -> Expr | None:
    """What a logarithm is taken of; None for any other node."""
    return node.arguments[0] if isinstance(node, Apply) and node.primitive_name == "log" else None


def parts(expr: Expr) -> tuple[Powered, ...]:
    """The factors that a logarithm tells apart: exponentials, running products, and for every power that is no whole
    number the product of its bases; what is left is one factor, last."""
    apart: list[Powered] = []
    powers: dict[Expr, Expr] = {}
    rest: Expr = S.One
    numbers: Expr = S.One
    for factor in Mul.make_args(expr):
        base, exponent = factor.as_base_exp()
        if factor.is_number and factor.is_algebraic:
            numbers *= factor
        elif exponent.is_Integer and (is_exponential(base) or isinstance(base, Product)):
            apart.append(Powered(base, exponent))
        elif exponent.is_Integer:
            rest *= factor
        else:
            below = exponent.could_extract_minus_sign()
            size = -exponent if below else exponent
            powers[size] = powers.get(size, S.One) * (1 / base if below else base)
    # SymPy writes 1/sqrt(2 pi) as sqrt(2)/2/sqrt(pi): the root of 2 belongs under the other roots.
    if not numbers.is_Rational and (numbers**2).is_Rational and numbers > 0 and S.Half in powers:
        powers[S.Half] *= numbers**2
        numbers = S.One
    rest *= numbers
    for exponent, base in powers.items():
        inside = all(factor.as_base_exp()[1].could_extract_minus_sign() or (factor.is_Rational and factor < 1)
                     for factor in Mul.make_args(base))  # fmt: skip
        apart.append(Powered(1 / base, -exponent) if inside else Powered(base, exponent))
    return (*apart, Powered(rest, S.One)) if rest != 1 or not apart else tuple(apart)


def loses_its_exponentials(expr: Expr) -> bool:
    """True when no exponential is left in the logarithms that take log(expr) apart: exp(-u^2/2)/sqrt(2 pi), not
    exp(z)/sum exp(z), whose logarithm is no simpler than itself."""
    for part in parts(expr):
        base = part.base
        if is_exponential(base) or isinstance(base, Product):
            continue
        if isinstance(base, Where):
            if not (loses_its_exponentials(base.then) and loses_its_exponentials(base.otherwise)):
                return False
        elif base != expr and (isinstance(base, Mul) or part.exponent != 1):
            if not loses_its_exponentials(base):
                return False
        elif _bare_exponential(base):
            return False
    return True


def _bare_exponential(expr: Expr) -> bool:
    """True when an exponential stands in an expression outside the arguments of functions."""
    if is_exponential(expr):
        return True
    if isinstance(expr, Apply | Entry | Condition):
        return False
    return any(_bare_exponential(argument) for argument in expr.args if isinstance(argument, Expr))


def _is_settled(part: Powered, never_negative: Sign) -> bool:
    """True when a factor is never negative, by its form or by what is known; a root is so wherever it is a number."""
    root = part.exponent.is_Rational and part.exponent.q % 2 == 0
    return bool(root) or is_exponential(part.base) or never_negative(part.expr)


def unsettled(expr: Expr, never_negative: Sign, repeated: bool = False) -> tuple[Expr, ...]:
    """Of what a sign would have to be known before log(expr) can be taken apart; `repeated` for what stands in a
    running product, of which two may be negative together."""
    if isinstance(expr, Product):
        return unsettled(unbind(expr)[1], never_negative, repeated=True)
    if repeated:
        return () if never_negative(expr) else _signless(parts(expr), never_negative)
    found = parts(expr)
    loose = [part.expr for part in found if not _is_settled(part, never_negative)]
    return tuple(loose) if len(found) > 1 and len(loose) > 1 else ()


def _signless(found: tuple[Powered, ...], never_negative: Sign) -> tuple[Expr, ...]:
    """The factors, without whole powers, of which no sign is known: b for exp(-u/b)/(2 b); all of it where a negative
    number is among them."""
    loose = [part.expr for part in found if not _is_settled(part, never_negative)]
    factors = [factor for expr in loose for factor in Mul.make_args(expr) if not never_negative(factor)]
    if any(factor.is_number for factor in factors):
        return (Mul(*(part.expr for part in found)),)
    return tuple(dict.fromkeys(factor.as_base_exp()[0] for factor in factors))


def of_a_running_product(node: Expr, never_negative: Sign) -> Expr | None:
    """log prod_i f_i  ->  sum_i log f_i"""
    argument = _argument(node)
    if not isinstance(argument, Product) or unsettled(argument, never_negative):
        return None
    letters, body = unbind(argument)
    return bind(Sum, log(body), letters)


def of_a_quotient(node: Expr, never_negative: Sign) -> Expr | None:
    """log(a/b)  ->  log a - log b, where b is more than plain factors or a is"""
    argument = _argument(node)
    if not isinstance(argument, Mul) or unsettled(argument, never_negative) or not loses_its_exponentials(argument):
        return None
    found = parts(argument)
    if len(found) == 1:
        return None
    last = found[-1]
    whole = Pow(last.base, S.NegativeOne)
    turned = [Powered(whole, S.NegativeOne) if part is last and _reads_below(last) else part for part in found]
    below = [part for part in turned if part.below]
    above = [part for part in turned if not part.below]
    if not below or not above:
        return None
    return log(Mul(*(part.expr for part in above))) - log(Mul(*(1 / part.expr for part in below)))


def _reads_below(part: Powered) -> bool:
    """True for plain factors that are all divided by: 1/(2 b)."""
    factors = Mul.make_args(part.base)
    divided = [factor for factor in factors if factor.as_base_exp()[1].could_extract_minus_sign()]
    return part.exponent == 1 and len(divided) + sum(1 for f in factors if f.is_Rational and f.p == 1) == len(factors)


def of_a_product(node: Expr, never_negative: Sign) -> Expr | None:
    """log(a b)  ->  log a + log b"""
    argument = _argument(node)
    if not isinstance(argument, Mul) or unsettled(argument, never_negative) or not loses_its_exponentials(argument):
        return None
    found = parts(argument)
    return Add(*(log(part.expr) for part in found)) if len(found) > 1 else None


def of_a_power(node: Expr, never_negative: Sign) -> Expr | None:
    """log(a^r)  ->  r log a, of roots and of other powers of what is never negative"""
    argument = _argument(node)
    if argument is not None and (written := as_power(argument)) is not None:
        return written[1] * log(written[0])
    if argument is None or not isinstance(argument, Mul | Pow) or not loses_its_exponentials(argument):
        return None
    found = parts(argument)
    if len(found) > 1:
        return None
    part = found[0] if found[0].exponent != 1 else Powered(*argument.as_base_exp())
    root = part.exponent.is_Rational and part.exponent.q % 2 == 0
    if part.exponent == 1 or is_exponential(part.base) or not (root or never_negative(part.base)):
        return None
    return part.exponent * log(part.base)


def of_an_exponential(node: Expr) -> Expr | None:
    """log(exp(u))  ->  u, where exp(u) is no power exp(r log a)"""
    argument = _argument(node)
    if argument is None or as_power(argument) is not None:
        return None
    base, exponent = argument.as_base_exp()
    return exponent * base.arguments[0] if is_exponential(base) else None


def case_by_case(node: Expr) -> Expr | None:
    """log(where(c, a, b))  ->  where(c, log a, log b), where a case is 1 or holds what a logarithm takes apart"""
    argument = _argument(node)
    if not isinstance(argument, Where) or S.Zero in (argument.then, argument.otherwise):
        return None
    cases = argument.then, argument.otherwise
    if S.One not in cases and not any(comes_apart(case) for case in cases):
        return None
    return Where(argument.condition, log(argument.then), log(argument.otherwise))


def comes_apart(expr: Expr) -> bool:
    """True when an exponential, a running product, or a power that is no number stands among the factors, and the
    logarithm takes all exponentials away."""
    found = [factor.as_base_exp() for factor in Mul.make_args(expr)]
    holds = any(is_exponential(b) or isinstance(b, Product) or not e.is_number for b, e in found)
    cases = [base for base, _ in found if isinstance(base, Where)]
    holds = holds or any(comes_apart(case.then) or comes_apart(case.otherwise) for case in cases)
    return holds and loses_its_exponentials(expr)


def _letters() -> tuple[Index, Index, Tensor, Tensor, Tensor, Tensor]:
    N, K = dimension("N"), dimension("K")
    return Index("n", N), Index("k", K), Tensor("q", (N, K)), Tensor("y", (N, K)), Tensor("m", (N,)), Tensor("s")


def _examples() -> tuple[Expr, ...]:
    n, k, q, y, m, s = _letters()
    bell = exp(-((m[n] - y[n, k]) ** 2) / (2 * s[()] ** 2))
    normal = bell / (2 * S.Pi * s[()] ** 2) ** Rational(1, 2)
    positive = Compare(">", y[n, k], S.Half)
    return (
        log(bind(Product, bind(Product, exp(y[n, k] * log(q[n, k])), [k]), [n])),
        log(bind(Product, normal, [n])),
        log(normal),
        log(exp(-m[n]) * exp(y[n, k] * log(m[n]))),
        log(exp(-m[n] / s[()]) / (2 * s[()])) + m[n],
        log((2 * S.Pi * m[n] ** 2) ** Rational(-1, 2)),
        log((1 + m[n] ** 2) ** 3),
        log(exp(m[n]) ** 2) * y[n, k],
        log(Where(positive, exp(m[n]), exp(-m[n]) * q[n, k])),
        log(Where(positive, q[n, k] ** 2, S.One)),
        # Nothing is known of the sign of m, nor gained by taking a softmax apart: these stay as they are.
        log(bind(Product, m[n], [n])),
        log(exp(m[n]) / bind(Sum, exp(m[n]), [n])),
    )


def logarithm_rules(never_negative: Sign) -> tuple[Rule, ...]:
    """The rules, with what is known of signs, in the order in which they are tried."""

    def signed(change: Callable[[Expr, Sign], Expr | None]) -> Callable[[Expr], Expr | None]:
        return lambda node: change(node, never_negative)

    return (
        Rule("logarithm of a running product", "log prod_i f_i = sum_i log f_i",
             everywhere(signed(of_a_running_product)), _examples),
        Rule("logarithm of a quotient", "log(a/b) = log a - log b", everywhere(signed(of_a_quotient)), _examples),
        Rule("logarithm of a product", "log(a b) = log a + log b", everywhere(signed(of_a_product)), _examples),
        Rule("logarithm of a power", "log(a^r) = r log a", everywhere(signed(of_a_power)), _examples),
        Rule("logarithm of an exponential", "log(exp(u)) = u", everywhere(of_an_exponential), _examples),
        Rule("logarithm case by case", "log(where(c, a, b)) = where(c, log a, log b)",
             everywhere(case_by_case), _examples),
    )  # fmt: skip


def _by_form(expr: Expr) -> bool:
    """A power of exponentials and squares is never negative whatever stands in it; of anything else nothing is said."""
    if isinstance(expr, Mul | Add):
        return all(_by_form(part) for part in expr.args)
    if isinstance(expr, Product | Sum):
        return _by_form(expr.body)
    base, exponent = expr.as_base_exp()
    even = exponent.is_Integer and exponent % 2 == 0
    return bool(even or is_exponential(base) or (base.is_number and base.is_nonnegative) or
                (base != expr and _by_form(base)))  # fmt: skip


RUNNING_PRODUCT, QUOTIENT, PRODUCT, POWER, EXPONENTIAL, CASES = logarithm_rules(_by_form)

"""Folding a derivative back into values that the forward pass has: exp(z)/sum exp(z) becomes p again.

A *definition* is `name = formula`: a forward equation, or a named function of one argument. Three ways lead back:

    as it stands   the formula, or all factors of it, stand in the expression
    solved         the formula is solved for its exponential: h = 1/(1 + exp(-z)) gives exp(-z) = (1 - h)/h
    undone         the formula is a logarithm plus a rest: l = log S gives S = exp(l)

Each way is tried for every choice of letters, and the caller keeps what is cheapest.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from math import gcd, lcm

from sympy import Add, Expr, Mul, Poly, Pow, Rational, S, Symbol, cancel, factor_terms, fraction, together

from derive.activations import SIGMOID, TANH
from derive.binding import rebind, replace_nodes, unbind
from derive.cost import preference
from derive.dependence import tensors
from derive.entry import Tensor
from derive.functions import exp
from derive.index import Index, dimension
from derive.operators import Apply, Binder, Sum
from derive.rule import Rewrite, Rule
from derive.rules.algebra import Opaque, absorb_sign, denominators, multiplied_out, tidy
from derive.rules.cases import in_its_case
from derive.rules.definition import Definition, as_it_stands, instances


def exponentials(expr: Expr) -> tuple[Apply, ...]:
    """The exponentials of an expression that do not stand in a sum, in a fixed order."""
    found: dict[Expr, None] = {}

    def visit(node: Expr) -> None:
        if isinstance(node, Apply) and node.primitive_name == "exp":
            found[node] = None
        elif not isinstance(node, Binder):
            for argument in node.args:
                visit(argument)

    visit(expr)
    return tuple(sorted(found, key=str))


@dataclass(frozen=True)
class Generator:
    """All exponentials of one argument as powers of `symbol` = exp(step * argument)."""

    argument: Expr
    step: Rational
    symbol: Symbol

    def power_of(self, exponential: Apply) -> Expr | None:
        ratio = exponential.arguments[0] / self.argument / self.step
        return ratio if ratio.is_Rational else None


def _generator(argument: Expr, atoms: tuple[Apply, ...], name: str) -> Generator:
    """The generator of which every atom with a multiple of the argument is a whole power."""
    ratios = [atom.arguments[0] / argument for atom in atoms]
    ratios = [ratio for ratio in ratios if ratio.is_Rational]
    numerator = reduce(gcd, (abs(int(ratio.p)) for ratio in ratios))
    denominator = reduce(lcm, (int(ratio.q) for ratio in ratios))
    return Generator(argument, Rational(numerator, denominator), Symbol(name, positive=True))


def solved(expr: Expr, definition: Definition) -> Expr | None:
    """Exponentials replaced by what the definition, solved for them, says; None where it cannot be solved."""
    atoms = exponentials(definition.formula)
    if not atoms or not exponentials(expr):
        return None
    result = expr
    for name, formula in dict.fromkeys(instances(definition, expr)):
        changed = _solve_one(result, name, formula)
        result = changed if changed is not None else result
    return result if result != expr else None


def _solve_one(expr: Expr, name: Expr, formula: Expr) -> Expr | None:
    atoms = exponentials(formula)
    if not atoms:
        return None
    argument = atoms[0].arguments[0]
    mine = tuple(atom for atom in exponentials(expr) if (atom.arguments[0] / argument).is_Rational)
    if not mine or any(not (atom.arguments[0] / argument).is_Rational for atom in atoms):
        return None
    generator = _generator(argument, (*atoms, *mine), "_g")
    opaque, value = Opaque(), Symbol("_value", positive=True)
    powers = {atom: generator.symbol ** generator.power_of(atom) for atom in (*atoms, *mine)}
    hidden = opaque.hide(formula.xreplace(powers))
    solution = _solve_for_power(hidden - value, generator.symbol)
    if solution is None:
        return None
    step, power_value = solution
    target = opaque.hide(expr.xreplace(powers))
    if target.has(Apply) or opaque.symbol(name) in hidden.free_symbols:
        return None
    rewritten = _in_powers(target, generator.symbol, step, power_value)
    if rewritten is None:
        return None
    plain = rewritten.xreplace({value: opaque.symbol(name)})
    shown = absorb_sign(opaque.show(factor_terms(cancel(plain))))
    return None if shown.has(generator.symbol) else shown


def _solve_for_power(equation: Expr, symbol: Symbol) -> tuple[int, Expr] | None:
    """equation = 0 as a symbol**step + b = 0, solved: (step, -b/a); None when other powers stand in it."""
    numerator, _ = fraction(together(equation))
    poly = Poly(numerator, symbol)
    exponents = sorted(monomial[0] for monomial in poly.monoms())
    if len(exponents) != 2:
        return None
    low, high = exponents
    return high - low, cancel(-poly.coeff_monomial(symbol**low) / poly.coeff_monomial(symbol**high))


def _in_powers(expr: Expr, symbol: Symbol, step: int, value: Expr) -> Expr | None:
    """A rational function in symbol**step with `value` put in for it; None when other powers remain."""
    parts = []
    for part in fraction(cancel(together(expr))):
        poly = Poly(part, symbol)
        parts.append((poly, min(monomial[0] for monomial in poly.monoms())))
    shift = parts[0][1] - parts[1][1]
    if shift % step:
        return None
    result = value ** (shift // step)
    for (poly, low), sign in zip(parts, (1, -1), strict=True):
        if any((monomial[0] - low) % step for monomial in poly.monoms()):
            return None
        put_in = Add(*(coefficient * value ** ((power - low) // step) for (power,), coefficient in poly.terms()))
        result *= put_in**sign
    return result


def undone(expr: Expr, definition: Definition) -> Expr | None:
    """The argument of the definition's logarithm replaced by an exponential, and exponentials multiplied together."""
    logs = [node for node in definition.formula.atoms(Apply) if node.primitive_name == "log" and node.has(Sum)]
    if len(logs) != 1:
        return None
    symbol = Symbol("_log", real=True)
    flat = definition.formula.xreplace({logs[0]: symbol}).expand()
    slope = flat.coeff(symbol, 1)
    if flat.has(symbol**2) or not slope.is_Rational or slope == 0:
        return None
    rest = (flat - slope * symbol).expand()
    if rest.has(symbol):
        return None
    inner = Definition(exp((definition.name - rest) / slope), logs[0].arguments[0], definition.letters, "")
    forms = []
    for name, formula in instances(inner, expr):
        changed = replace_nodes(expr, lambda node, name=name, formula=formula: name if node == formula else None)
        if changed != expr:
            forms.append(join_exponentials(changed))
    return min(forms, key=preference) if forms else None


def join_exponentials(expr: Expr) -> Expr:
    """exp(a) exp(b) -> exp(a + b) and exp(a)**n -> exp(n a), everywhere."""

    def change(node: Expr) -> Expr | None:
        if not isinstance(node, Mul | Pow):
            return None
        exponent, others, count = S.Zero, [], 0
        for factor in Mul.make_args(node):
            base, power = factor.as_base_exp()
            if isinstance(base, Apply) and base.primitive_name == "exp" and power.is_Rational:
                exponent += power * base.arguments[0]
                count += 1
            else:
                others.append(factor)
        if count == 0:
            return None
        joined = Mul(*others) * exp(exponent.expand())
        return None if joined == node else joined

    return replace_nodes(expr, change)


def fold(expr: Expr, definition: Definition) -> Rewrite | None:
    """The best of the three ways, if it is better than the expression and divides by nothing new."""
    if not tensors(definition.formula) & tensors(expr):
        return None
    allowed, unfolded = denominators(expr), tidy(expr)
    forms = [tidy(as_it_stands(expr, definition)), tidy(in_its_case(expr, definition))]
    spread = multiplied_out(expr)
    if spread != expr:
        folded = tidy(as_it_stands(spread, definition))
        # Half a fold, o - tanh(c) h for o (1 - tanh(c)^2), is shorter but says less.
        if len(_functions(folded)) < len(_functions(expr)):
            forms.append(folded)
    for way in (solved, undone):
        changed = _outside_sums(expr, definition, way)
        if changed is not None:
            forms.append(tidy(changed))
            forms.append(tidy(as_it_stands(tidy(changed), definition)))
    forms = [form for form in forms if denominators(form) <= allowed and form not in (expr, unfolded)]
    if not forms:
        return None
    after = min(forms, key=preference)
    better = preference(after) < min(preference(expr), preference(unfolded))
    return Rewrite(after, definition.said) if better else None


def _functions(expr: Expr) -> set[Expr]:
    return expr.atoms(Apply, Sum)


def _outside_sums(expr: Expr, definition: Definition, way) -> Expr | None:  # type: ignore[no-untyped-def]
    """Try a way on the expression itself; inside sums it is tried where the expression is nothing but a sum."""
    if isinstance(expr, Sum):
        letters, body = unbind(expr)
        changed = way(body, definition)
        return None if changed is None else rebind(expr, changed, letters)
    return way(expr, definition)  # type: ignore[no-any-return]


def functions_of(expr: Expr) -> tuple[Definition, ...]:
    """The definitions of sigmoid and tanh for the arguments of the exponentials in an expression."""
    found: dict[Definition, None] = {}
    for exponential in exponentials(expr):
        argument = exponential.arguments[0]
        if argument.could_extract_minus_sign():
            argument = -argument
        for known in (SIGMOID, TANH):
            function = known.function()
            said = f"definition of {known.name}"
            found[Definition(Apply(function, argument), function.expand(argument), (), said)] = None
    return tuple(found)


def fold_rule(definition: Definition) -> Rule:
    """The rule that folds an expression back into one definition."""
    return Rule(
        "fold into forward values",
        f"{definition.name} stands for its formula",
        lambda expr: fold(expr, definition),
        examples,
    )


def examples() -> tuple[Expr, ...]:
    """The slope of a sigmoid written out."""
    z = Tensor("z", (dimension("K"),))[Index("k", dimension("K"))]
    return (exp(-z) / (1 + exp(-z)) ** 2,)

"""Random syntax trees of formulas as people can write them, and a short way to print trees."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from derive.language.tree import Colon, Subscript
from derive.verification.formula.tree import (
    Applied,
    At,
    Big,
    Cases,
    Chain,
    Comparison,
    Derivative,
    Differential,
    Indicator,
    Letter,
    Matrix,
    Negative,
    Node,
    Norm,
    Number,
    Raised,
    Run,
    Statement,
    Symbol,
    Upper,
)


def _table(surface: str) -> dict[str, list[str]]:
    """The formulas of a file, each with the trees that stand indented below it."""
    table: dict[str, list[str]] = {}
    found: list[str] = []
    for line in (Path(__file__).parent / f"formulas_{surface}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            found.append(line.strip())
        elif line:
            found = table.setdefault(line.replace("⏎", "\n"), [])
    return table


TABLES = {surface: _table(surface) for surface in ("latex", "plain")}
LETTERS = ("W", "x", "z", "b", "h", "y", "δ", "σ", "θ", "d", "e", "E", "L")
WORDS = ("target", "softmax", "tanh", "loss", "W1", "z2", "log", "max")
INDICES = ("i", "j", "k", "n", "t")


def shown(node: Node | Statement) -> str:
    """The tree on one line: every bracket that is not obvious is shown, <ij> are letters side by side."""
    if isinstance(node, Statement):
        sides = [f" {relation} {shown(side)}" for relation, side in zip(node.relations, node.sides[1:], strict=True)]
        conditions = " if " + ", ".join(map(shown, node.conditions)) if node.conditions else ""
        return shown(node.sides[0]) + "".join(sides) + conditions
    match node:
        case Number(text=text):
            return text
        case Run(text=text):
            return f"<{text}>"
        case Upper(of=of, bracket=bracket):
            return {"": shown(of), "(": f"({shown(of)})", "[": f"[{shown(of)}]"}[bracket]
        case Symbol():
            return _symbol(node)
        case Raised(of=of, upper=upper):
            return f"raised({shown(of)}, {shown(upper)})"
        case Subscript(of=of, items=items):
            return f"entry({shown(of)}; {', '.join(map(shown, items))})"
        case Colon():
            return ":"
        case Applied(of=of, arguments=arguments):
            return f"{shown(of)}({', '.join(map(shown, arguments))})"
        case Derivative(of=of, by=by):
            return f"D[{'' if of is None else shown(of)} / {shown(by)}]"
        case Differential(of=of):
            return f"d[{shown(of)}]"
        case Comparison(operands=operands, signs=signs):
            return shown(operands[0]) + "".join(f" {s} {shown(o)}" for s, o in zip(signs, operands[1:], strict=True))
        case Chain(operands=operands, signs=signs):
            texts = [f"({shown(one)})" if isinstance(one, Chain) else shown(one) for one in operands]
            rest = ((f" {s} " if s else " ") + text for s, text in zip(signs, texts[1:], strict=True))
            return texts[0] + "".join(rest)
        case Negative(of=of):
            return f"-({shown(of)})" if isinstance(of, Chain) else f"-{shown(of)}"
    return _large(node)


def _symbol(node: Symbol) -> str:
    text = "".join(f"{accent}:" for accent in reversed(node.accents)) + node.name
    if node.lower:
        items = ",".join(map(shown, node.lower))
        text += f"_{items}" if len(node.lower) == 1 and not isinstance(node.lower[0], Chain) else f"_{{{items}}}"
    for upper in node.upper:
        is_long = not upper.bracket and isinstance(upper.of, Chain)
        text += f"^{{{shown(upper)}}}" if is_long else f"^{shown(upper)}"
    return text


def _large(node: Node) -> str:
    match node:
        case Letter(name=name, first=first, last=last):
            return name + (f"={shown(first)}" if first else "") + (f"..{shown(last)}" if last else "")
        case Big(operator=operator, letters=letters, body=body, conditions=conditions):
            below = ", ".join(map(shown, letters)) + "".join(f" | {shown(one)}" for one in conditions)
            return f"{operator}[{below}]({shown(body)})"
        case Cases(branches=branches):
            return "cases(" + "; ".join(_branch(value, found) for value, found in branches) + ")"
        case Matrix(rows=rows):
            return "[" + "; ".join(", ".join(map(shown, row)) for row in rows) + "]"
        case Norm(of=of, kind=kind, order=order):
            return f"{kind}({shown(of)}{'' if order is None else ', ' + shown(order)})"
        case Indicator(conditions=conditions):
            return f"1[{', '.join(map(shown, conditions))}]"
        case At(of=of, settings=settings):
            return f"at({shown(of)} | {', '.join(map(shown, settings))})"
    raise AssertionError(f"{node} is not shown")


def _branch(value: Node, conditions: tuple[Node, ...]) -> str:
    return shown(value) + (" if " + ", ".join(map(shown, conditions)) if conditions else "")


numbers = st.sampled_from(("0", "1", "2", "0.5", "0.20944600", "10", "1e-5")).map(Number)
indices = st.one_of(
    st.sampled_from(INDICES).map(Symbol),
    st.sampled_from(("1", "2")).map(Number),
    st.builds(lambda name, by: Chain((Symbol(name), Number(by)), ("-",)), st.sampled_from(INDICES), st.just("1")),
)
lowers = st.one_of(
    st.just(()),
    indices.map(lambda one: (one,)),
    st.sampled_from(("ij", "o1", "11", "total", "nk")).map(lambda text: (Run(text),)),
    st.tuples(indices, st.one_of(indices, st.just(Colon()))),
)
marks = st.sampled_from(("T", "'", "*", "+")).map(lambda name: Upper(Symbol(name)))
layers = st.builds(
    Upper,
    st.one_of(indices, st.sampled_from((Number("2"), Symbol("l")))),
    st.sampled_from(("", "(", "[")),
)
powers = st.one_of(
    numbers, st.just(Negative(Number("1"))), st.builds(lambda one: Chain((Number("2"), one), ("",)), indices)
).map(Upper)


uppers = st.one_of(
    st.just(()),
    st.tuples(marks),
    st.tuples(layers),
    st.tuples(powers),
    st.tuples(layers, marks),
)
symbols = st.builds(
    Symbol,
    st.sampled_from((*LETTERS, *WORDS)),
    lowers,
    uppers,
    st.sampled_from(((), (), (), ("hat",), ("bar",), ("bar", "hat"))),
).filter(lambda one: not (one.name in ("max",) and one.lower) and not (one.name == "e" and one.lower and one.upper))
bases = st.builds(Symbol, st.sampled_from(LETTERS[:9]), lowers)


def _chain(operands: list[Node], signs: list[str]) -> Node:
    return Chain(tuple(operands), tuple(signs[: len(operands) - 1]))


def comparisons(inside: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.builds(
        lambda left, sign, right: Comparison((left, right), (sign,)),
        inside, st.sampled_from(("=", "≠", "<", "≤", ">", "≥")), inside,
    )  # fmt: skip


def _bound(names: list[str], first: Node | None, last: Node | None, other: str | None) -> tuple[object, ...]:
    """Letters with their ends, and a condition on the first of them."""
    excluded = () if other is None else (Comparison((Symbol(names[0]), Symbol(other)), ("≠",)),)
    return tuple(Letter(name, first, last) for name in names), excluded


bound = st.builds(
    _bound,
    st.lists(st.sampled_from(INDICES), min_size=1, max_size=2, unique=True),
    st.sampled_from((None, Number("1"))),
    st.sampled_from((None, Symbol("N"), Number("10"))),
    st.sampled_from((None, *INDICES)),
)


def _raised(of: Node, upper: Upper) -> Node:
    if isinstance(of, Symbol):
        return Applied(Symbol("f"), (of,))
    return Raised(of, upper)


def larger(within: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """One level more."""

    # Named, so that the description of a strategy does not hold those of all levels below it.
    @st.composite
    def below(draw: st.DrawFn) -> Node:
        return draw(within)

    inside = below()
    several = st.lists(inside, min_size=2, max_size=3)
    conditions = st.lists(comparisons(inside), min_size=1, max_size=2).map(tuple)
    return st.one_of(
        st.builds(_chain, several, st.lists(st.sampled_from("+-"), min_size=2, max_size=2)),
        st.builds(
            _chain,
            several,
            st.lists(st.sampled_from(("", "", "*", "·", "×", "⊙", "⊗", "@", "/")), min_size=2, max_size=2),
        ),
        st.builds(Negative, inside),
        st.builds(Applied, symbols, st.lists(inside, max_size=2).map(tuple)),
        st.builds(lambda of: Applied(Symbol("sqrt"), (of,)), inside),
        st.builds(_raised, inside, st.one_of(powers, marks)),
        st.builds(Derivative, st.one_of(st.none(), inside), bases),
        st.builds(Differential, bases),
        st.builds(
            lambda operator, below, body: Big(operator, below[0], body, below[1]),
            st.sampled_from(("sum", "prod", "max", "min", "argmax", "mean")), bound, inside,
        ),
        st.builds(Cases, st.lists(st.tuples(inside, conditions), min_size=1, max_size=2).map(tuple)),
        st.builds(lambda a, b, c, d: Matrix(((a, b), (c, d))), inside, inside, inside, inside),
        st.builds(lambda of, order: Norm(of, "norm", order), inside, st.sampled_from((None, Number("2")))),
        st.builds(lambda of: Norm(of, "abs"), inside),
        st.builds(Indicator, conditions),
        st.builds(lambda of, to: At(of, (Comparison((Symbol("x"), to), ("=",)),)), inside, inside),
        st.builds(lambda of, items: Subscript(of, items), st.builds(Applied, st.just(Symbol("f")), st.tuples(inside)),
                  st.tuples(indices)),
    )  # fmt: skip


trees = st.recursive(st.one_of(numbers, symbols), larger, max_leaves=10)

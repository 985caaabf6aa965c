"""A syntax tree back into a formula: written in LaTeX or plain text it reads as the same tree; MathML only shows it.

Here is decided where brackets are needed; how each thing looks is the business of a notation.
"""

from __future__ import annotations

from typing import Literal

from derive.language.tree import Colon, Comparison, Subscript
from derive.verification.formula.in_latex import LATEX
from derive.verification.formula.in_mathml import MATHML
from derive.verification.formula.in_plain import PLAIN
from derive.verification.formula.names import FUNCTIONS, LARGE, PREFIX
from derive.verification.formula.notation import Notation
from derive.verification.formula.tree import (
    Applied,
    At,
    Big,
    Cases,
    Chain,
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
    Slice,
    Statement,
    Symbol,
    Upper,
    walk,
)

NOTATIONS: dict[str, Notation] = {"latex": LATEX, "plain": PLAIN, "mathml": MATHML}
_MARKS = ("+", "*", "'", "-", "T")
# What keeps its scripts without brackets.
_BARE = (Symbol, Number, Applied, Norm, Matrix, Subscript)


def written(node: Node | Statement, surface: Literal["latex", "plain", "mathml"]) -> str:
    """The formula in this notation."""
    writer = _Writer(NOTATIONS[surface])
    return writer.statement(node) if isinstance(node, Statement) else writer.node(node)


class _Writer:
    def __init__(self, notation: Notation) -> None:
        self.to = notation

    def statement(self, statement: Statement) -> str:
        """Sides with their relations, then the cases that they are said of."""
        pieces = [self.node(statement.sides[0])]
        for relation, side in zip(statement.relations, statement.sides[1:], strict=True):
            pieces += [self.to.relation(relation), self.node(side)]
        return self.to.row(*pieces) + self.to.case([self.node(one) for one in statement.conditions])

    def node(self, node: Node) -> str:
        """A node where nothing stands around it."""
        match node:
            case Number():
                return self.to.number(node.text)
            case Run():
                return self.to.run(node.text)
            case Symbol():
                return self.symbol(node)
            case Colon():
                return ":"
            case Slice():
                return self.to.row(":", self.node(node.last))
            case Negative():
                return self.to.negative(self.bracketed_if(node.of, isinstance(node.of, Negative) or _is_sum(node.of)))
            case Chain():
                return self.sum(node) if _is_sum(node) else self.product(node)
            case Raised():
                return self.to.scripts(self.base(node.of), "", self.upper_text((node.upper,)))
            case Subscript():
                base = self.bracketed_if(node.of, not isinstance(node.of, Applied))
                return self.to.scripts(base, self.listed(node.items), [])
            case Applied():
                return self.applied(node)
            case Derivative():
                return self.derivative(node)
            case Differential():
                return self.to.differential(node.of, self.symbol(node.of))
            case Comparison():
                return self.comparison(node)
        return self.large(node)

    def large(self, node: Node) -> str:
        """What is built of several lines or of large signs."""
        match node:
            case Big():
                return self.big(node)
            case Cases():
                return self.to.cases(
                    [(self.node(value), [self.node(c) for c in found]) for value, found in node.branches]
                )
            case Matrix():
                return self.to.matrix([[self.node(entry) for entry in row] for row in node.rows])
            case Norm():
                order = "" if node.order is None else self.node(node.order)
                return self.to.norm(self.barred(node.of), node.kind, order)
            case Indicator():
                return self.to.indicator([self.node(one) for one in node.conditions])
            case At():
                return self.to.value_at(self.node(node.of), [self.node(one) for one in node.settings])
        raise TypeError(f"{type(node).__name__} is no part of a formula")

    def bracketed_if(self, node: Node, needed: bool) -> str:
        text = self.node(node)
        return self.to.bracketed(text) if needed else text

    def barred(self, node: Node) -> str:
        """What stands between bars; in plain text, bars inside would end it."""
        holds_bars = not self.to.sided_bars and any(isinstance(part, Norm | At) for part in walk(node))
        return self.bracketed_if(node, holds_bars)

    def listed(self, nodes: tuple[Node, ...]) -> str:
        return self.to.listed([self.node(node) for node in nodes])

    def sum(self, chain: Chain) -> str:
        pieces = [self.bracketed_if(chain.operands[0], _is_sum(chain.operands[0]))]
        for sign, operand in zip(chain.signs, chain.operands[1:], strict=True):
            pieces += [
                self.to.sign(sign),
                self.bracketed_if(operand, _is_sum(operand) or isinstance(operand, Negative)),
            ]
        return self.to.row(*pieces)

    def product(self, chain: Chain) -> str:
        if chain.signs == ("/",) and self.to.stacks:
            return self.fraction(*chain.operands)
        if set(chain.signs) == {","}:
            return self.to.bracketed(self.listed(chain.operands))  # a subscript (h, e) on an axis H K
        last = len(chain.operands) - 1
        texts = [
            self.operand(operand, at > 0 and chain.signs[at - 1] == "", at == last)
            for at, operand in enumerate(chain.operands)
        ]
        # From the right: a group in brackets is what the operand before it must not be applied to.
        for at in reversed(range(last)):
            if self.takes(chain.operands[at], chain.signs[at], texts[at + 1]):
                is_quotient = chain.signs[at] == "/"
                texts[at] = self.to.bracketed(texts[at]) if is_quotient else self.to.grouped(texts[at])
        signs = [self.to.sign(sign) if sign else "" for sign in chain.signs]
        pieces = [piece for pair in zip(["", *signs], texts, strict=True) for piece in pair if piece]
        return self.to.row(*pieces)

    def fraction(self, above: Node, below: Node) -> str:
        """One above the other; two differentials would be a derivative."""
        text = self.node(above)
        if _begins_with_d(above) and _begins_with_d(below):
            text = self.to.bracketed(text)
        return self.to.fraction(text, self.node(below))

    def operand(self, node: Node, side_by_side: bool, is_last: bool) -> str:
        """An operand of a product."""
        if isinstance(node, Big):
            return self.bracketed_if(node, not is_last)
        if isinstance(node, Chain):
            return self.bracketed_if(node, node.signs != ("/",) or not self.to.stacks)
        return self.bracketed_if(node, isinstance(node, Negative) or (isinstance(node, Number) and side_by_side))

    def takes(self, node: Node, sign: str, following: str) -> bool:
        """True where an operand would take what follows it for its argument."""
        if sign == "/":
            return isinstance(node, Differential) or node == Symbol("d")
        if sign:
            return False
        if isinstance(node, Symbol):
            return (
                following.startswith(("(", "\\left("))
                or node.name in PREFIX
                or node.name in LARGE
                or node.name in ("d", "1")
                or (node.name in FUNCTIONS and following.startswith("["))
            )
        if isinstance(node, Derivative):
            return node.of is None
        if isinstance(node, Raised):
            return _mark(node.upper) == "'" and following.startswith(("(", "\\left("))
        return node == Number("1") and following.startswith("[")

    def symbol(self, node: Symbol, whole: bool = False) -> str:
        """A letter or word with accents and scripts; `whole` keeps it together, so that it can be applied."""
        text = self.to.letter(node.name)
        for accent in node.accents:
            text = self.to.accented(text, accent)
        upper = node.upper
        split = next((at for at in range(1, len(upper)) if not _side_by_side(upper[at - 1], upper[at])), len(upper))
        below = self.listed(node.lower) if node.lower else ""
        if whole and split < len(upper):
            return self.to.scripts(text, below, [(self.to.listed(self.joined(upper)), "")])
        text = self.to.scripts(text, below, self.upper_text(upper[:split]))
        for one in upper[split:]:
            text = self.to.scripts(self.to.bracketed(text), "", self.upper_text((one,)))
        return text

    def joined(self, uppers: tuple[Upper, ...]) -> list[str]:
        """Superscripts that commas part: x^{2, T}."""
        brackets = {"": "", "(": ")", "[": "]"}
        return [f"{bracket}{text}{brackets[bracket]}" for text, bracket in self.upper_text(uppers)]

    def upper_text(self, uppers: tuple[Upper, ...]) -> list[tuple[str, str]]:
        """Each superscript with its bracket."""
        return [
            (self.node(upper.of) if not _mark(upper) else self.to.mark(_mark(upper)), upper.bracket) for upper in uppers
        ]

    def base(self, node: Node) -> str:
        return self.bracketed_if(node, not isinstance(node, _BARE))

    def applied(self, node: Applied) -> str:
        if node.of == Symbol("sqrt") and len(node.arguments) in (1, 2):
            return self.to.root(*(self.node(argument) for argument in node.arguments))
        settings = [f"{name}={self.node(value)}" for name, value in node.settings]
        arguments = [self.node(argument) for argument in node.arguments]
        return self.to.applied(self.symbol(node.of, whole=True), arguments + settings)

    def derivative(self, node: Derivative) -> str:
        by = self.bracketed_if(node.by, not isinstance(node.by, Symbol))
        if node.of is None:
            return self.to.nabla(self.node(node.by))
        if isinstance(node.of, Symbol):
            return self.to.derivative(self.symbol(node.of), by)
        if isinstance(node.of, Applied):
            return self.to.derivative(self.to.argument(self.applied(node.of)), by)
        return self.to.derivative_of(self.to.bracketed(self.node(node.of)), by)

    def big(self, node: Big) -> str:
        below, above = self.below(node)
        body = self.bracketed_if(node.body, _is_sum(node.body))
        return self.to.big(node.operator, below, above, body)

    def below(self, node: Big) -> tuple[str, str]:
        """What stands below and above a large operator."""
        ends = {(letter.first, letter.last) for letter in node.letters}
        items, above = [], ""
        if len(ends) == 1:
            first, last = next(iter(ends))
            names = [self.prime(letter) for letter in node.letters]
            if first is not None:
                names[-1] = self.to.row(names[-1], self.to.relation("="), self.node(first))
            if len(names) > 1 and first is not None and last is None:
                names[:-1] = [self.to.row(name, self.to.relation("="), self.node(first)) for name in names[:-1]]
            items, above = names, "" if last is None else self.node(last)
        else:
            items = [self.ranged(letter) for letter in node.letters]
        items += [self.node(one) for one in node.conditions]
        return self.to.listed(items), above

    def prime(self, letter: Letter) -> str:
        name = letter.name.rstrip("'")
        return self.to.scripts(self.to.letter(name), "", [(self.to.mark("'"), "")] * (len(letter.name) - len(name)))

    def ranged(self, letter: Letter) -> str:
        name = self.prime(letter)
        if letter.first is None:
            return name
        first = self.node(letter.first)
        if letter.last is None:
            return self.to.row(name, self.to.relation("="), first)
        return self.to.within(name, first, self.node(letter.last))

    def comparison(self, node: Comparison) -> str:
        pieces = [self.node(node.operands[0])]
        for sign, operand in zip(node.signs, node.operands[1:], strict=True):
            pieces += [self.to.relation(sign), self.node(operand)]
        return self.to.row(*pieces)


def _is_sum(node: Node) -> bool:
    return isinstance(node, Chain) and node.signs[0] in ("+", "-")


def _begins_with_d(node: Node) -> bool:
    while isinstance(node, Chain | Negative):
        node = node.operands[0] if isinstance(node, Chain) else node.of
    return isinstance(node, Differential) or node == Symbol("d")


def _mark(upper: Upper) -> str:
    is_mark = upper.bracket == "" and isinstance(upper.of, Symbol) and upper.of.name in _MARKS
    return upper.of.name if is_mark and isinstance(upper.of, Symbol) and not upper.of.lower else ""


def _side_by_side(first: Upper, second: Upper) -> bool:
    """True where the second can stand directly behind the first: the (l) and the T of W^{(l)T}."""
    if _mark(first) == "'":
        return True
    return first.bracket != "" and (second.bracket != "" or _mark(second) != "")

"""Formulas in MathML, for pages; what a person wrote is text in it, never markup."""

from __future__ import annotations

from html import escape

from derive.verification.formula.tree import Symbol

_ACCENTS = {"hat": "^", "bar": "¯", "tilde": "~", "vec": "→", "dot": "˙"}
_OPERATORS = {"sum": "∑", "prod": "∏", "argmax": "arg max"}


def _operator(text: str) -> str:
    return f"<mo>{escape(text)}</mo>"


def _row(*pieces: str) -> str:
    return pieces[0] if len(pieces) == 1 else f"<mrow>{''.join(pieces)}</mrow>"


def _between(items: list[str], separator: str) -> list[str]:
    return [piece for item in items for piece in (_operator(separator), item)][1:]


class MathML:
    """Elements of presentation MathML, without the <math> around them."""

    stacks = True
    sided_bars = True

    def letter(self, name: str) -> str:
        return f"<mi>{escape(name)}</mi>"

    def number(self, text: str) -> str:
        return f"<mn>{escape(text)}</mn>"

    def run(self, text: str) -> str:
        return f"<mi>{escape(text)}</mi>"

    def mark(self, name: str) -> str:
        return "<mi>T</mi>" if name == "T" else _operator("′" if name == "'" else "∗" if name == "*" else name)

    def accented(self, text: str, accent: str) -> str:
        return f'<mover accent="true">{text}{_operator(_ACCENTS[accent])}</mover>'

    def scripts(self, base: str, lower: str, upper: list[tuple[str, str]]) -> str:
        above = _row(*(self._close(text, bracket) for text, bracket in upper)) if upper else ""
        if lower and above:
            return f"<msubsup>{base}{lower}{above}</msubsup>"
        if lower or above:
            name = "msub" if lower else "msup"
            return f"<{name}>{base}{lower or above}</{name}>"
        return base

    def _close(self, text: str, bracket: str) -> str:
        if not bracket:
            return text
        return _row(_operator(bracket), text, _operator(")" if bracket == "(" else "]"))

    def row(self, *pieces: str) -> str:
        return _row(*pieces)

    def listed(self, items: list[str]) -> str:
        return _row(*_between(items, ","))

    def sign(self, sign: str) -> str:
        return _operator({"-": "−", "*": "∗", "·": "⋅"}.get(sign, sign))

    def relation(self, relation: str) -> str:
        return _operator(relation)

    def negative(self, text: str) -> str:
        return _row(_operator("−"), text)

    def bracketed(self, text: str) -> str:
        return _row(_operator("("), text, _operator(")"))

    def grouped(self, text: str) -> str:
        return text

    def argument(self, text: str) -> str:
        return text

    def fraction(self, above: str, below: str) -> str:
        return f"<mfrac>{above}{below}</mfrac>"

    def root(self, inside: str, order: str = "") -> str:
        return f"<mroot>{inside}{order}</mroot>" if order else f"<msqrt>{inside}</msqrt>"

    def applied(self, name: str, arguments: list[str]) -> str:
        return _row(name, self.bracketed(_row(*_between(arguments, ",")) if arguments else ""))

    def derivative(self, of: str, by: str) -> str:
        return self.fraction(_row(_operator("∂"), of), _row(_operator("∂"), by))

    def derivative_of(self, bracketed: str, by: str) -> str:
        return _row(self.fraction(_operator("∂"), _row(_operator("∂"), by)), bracketed)

    def nabla(self, by: str) -> str:
        return f"<msub>{_operator('∇')}{by}</msub>"

    def differential(self, of: Symbol, text: str) -> str:
        return _row("<mi>d</mi>", text)

    def big(self, operator: str, below: str, above: str, body: str) -> str:
        sign = _operator(_OPERATORS.get(operator, operator))
        if below and above:
            sign = f"<munderover>{sign}{below}{above}</munderover>"
        elif below:
            sign = f"<munder>{sign}{below}</munder>"
        return _row(sign, body)

    def within(self, name: str, first: str, last: str) -> str:
        return _row(first, _operator("≤"), name, _operator("≤"), last)

    def cases(self, branches: list[tuple[str, list[str]]]) -> str:
        rows = "".join(f"<mtr><mtd>{value}</mtd><mtd>{self._when(found)}</mtd></mtr>" for value, found in branches)
        return _row(_operator("{"), f"<mtable>{rows}</mtable>")

    def _when(self, conditions: list[str]) -> str:
        if not conditions:
            return "<mtext>otherwise</mtext>"
        return _row("<mtext>if&#160;</mtext>", *_between(conditions, ","))

    def case(self, conditions: list[str]) -> str:
        return _row('<mspace width="1em"></mspace>', self._when(conditions)) if conditions else ""

    def matrix(self, rows: list[list[str]]) -> str:
        table = "".join("<mtr>" + "".join(f"<mtd>{entry}</mtd>" for entry in row) + "</mtr>" for row in rows)
        return _row(_operator("["), f"<mtable>{table}</mtable>", _operator("]"))

    def norm(self, inside: str, kind: str, order: str) -> str:
        bar = _operator("|" if kind == "abs" else "‖")
        text = _row(bar, inside, bar)
        return f"<msub>{text}{order}</msub>" if order else text

    def indicator(self, conditions: list[str]) -> str:
        return _row(_operator("["), *_between(conditions, ","), _operator("]"))

    def value_at(self, of: str, settings: list[str]) -> str:
        return _row(of, f"<msub>{_operator('|')}{_row(*_between(settings, ','))}</msub>")


MATHML = MathML()

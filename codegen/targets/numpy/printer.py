"""An operation as a NumPy expression, with no bracket that is not needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import singledispatchmethod

from sympy import Add, Expr, Integer, Mul, Pow, Rational, S, floor

from codegen import program as p
from codegen.check import axes_of
from codegen.targets.numpy.functions import FUNCTIONS

COMPARISON, LOGIC, SUM, PRODUCT, NEGATION, POWER, CALL = 4, 6, 10, 11, 12, 13, 15
Text = tuple[str, int]

_INFIX = {"+": SUM, "-": SUM, "*": PRODUCT, "/": PRODUCT}
_LOGIC = {"and": "&", "or": "|"}
_RELATIONS = ("<", "<=", ">", ">=", "==", "!=")


class Printer:
    """Prints operations; `shapes` gives the axes of every name."""

    def __init__(self, shapes: Mapping[str, p.Axes]) -> None:
        self.shapes = shapes

    def text(self, operation: p.Operation) -> str:
        """The operation as Python source."""
        return self._print(operation)[0]

    def inside(self, operation: p.Operation, precedence: int) -> str:
        """The operation as an operand, in brackets where its own operator binds less tightly."""
        text, own = self._print(operation)
        return text if own >= precedence else f"({text})"

    def _rank(self, operation: p.Operation) -> int:
        return len(axes_of(operation, self.shapes))

    @singledispatchmethod
    def _print(self, operation: p.Operation) -> Text:
        raise TypeError(f"no NumPy form for {type(operation).__name__}")

    @_print.register
    def _(self, operation: p.Name) -> Text:
        return operation.name, CALL

    @_print.register
    def _(self, operation: p.Number) -> Text:
        return literal(operation.value)

    @_print.register
    def _(self, operation: p.Size) -> Text:
        return size_text(operation.value)

    @_print.register
    def _(self, operation: p.Elementwise) -> Text:
        name, arguments = operation.function, operation.arguments
        if name in _INFIX:
            own = _INFIX[name]
            first = NEGATION if name == "*" and isinstance(arguments[0], p.Matmul) else own
            right = own if name == "+" else own + 1
            if name == "*" and isinstance(arguments[1], p.Elementwise) and arguments[1].function == "negative":
                right = POWER
            return f"{self.inside(arguments[0], first)} {name} {self.inside(arguments[1], right)}", own
        if name in _RELATIONS:
            left, right_text = (self.inside(argument, COMPARISON + 1) for argument in arguments)
            return f"{left} {name} {right_text}", COMPARISON
        if name == "negative":
            return f"-{self.inside(arguments[0], PRODUCT)}", NEGATION
        if name == "power":
            return f"{self.inside(arguments[0], CALL)}**{self._exponent(arguments[1])}", POWER
        if name == "real":
            return self._real(arguments[0])
        if name == "copy":
            return f"{self.inside(arguments[0], CALL)}.copy()", CALL
        if name == "not":
            return f"~{self.inside(arguments[0], CALL)}", NEGATION
        if name in _LOGIC:
            left, right_text = (self.inside(argument, LOGIC + place) for place, argument in enumerate(arguments))
            return f"{left} {_LOGIC[name]} {right_text}", LOGIC
        if name == "sigmoid":
            return f"0.5 * (1.0 + np.tanh(0.5 * {self.inside(arguments[0], NEGATION)}))", PRODUCT
        return FUNCTIONS[name].format(*(self.text(argument) for argument in arguments)), CALL

    def _exponent(self, operation: p.Operation) -> str:
        if isinstance(operation, p.Number) and isinstance(operation.value, Integer):
            return str(operation.value)
        return self.inside(operation, CALL)

    def _real(self, operation: p.Operation) -> Text:
        if self._rank(operation):
            return f"{self.inside(operation, CALL)}.astype(dtype)", CALL
        return f"dtype.type({self.text(operation)})", CALL

    @_print.register
    def _(self, operation: p.Matmul) -> Text:
        # a * b @ c means (a * b) @ c, but nobody should have to know
        left = NEGATION if isinstance(operation.left, p.Elementwise) else PRODUCT
        return f"{self.inside(operation.left, left)} @ {self.inside(operation.right, NEGATION)}", PRODUCT

    @_print.register
    def _(self, operation: p.Tensordot) -> Text:
        axes = f"({operation.left_axes}, {operation.right_axes})"
        return f"np.tensordot({self.text(operation.left)}, {self.text(operation.right)}, axes={axes})", CALL

    @_print.register
    def _(self, operation: p.Reduce) -> Text:
        options = []
        if len(operation.axes) < self._rank(operation.operand):
            options.append(f"axis={operation.axes[0] if len(operation.axes) == 1 else operation.axes}")
        if operation.keepdims:
            options.append("keepdims=True")
        return f"{self.inside(operation.operand, CALL)}.{operation.function}({', '.join(options)})", CALL

    @_print.register
    def _(self, operation: p.Transpose) -> Text:
        operand = self.inside(operation.operand, CALL)
        if operation.order == (1, 0):
            return f"{operand}.T", CALL
        return f"{operand}.transpose({', '.join(map(str, operation.order))})", CALL

    @_print.register
    def _(self, operation: p.Insert) -> Text:
        rank = self._rank(operation)
        marks = ["None" if place in operation.places else ":" for place in range(rank)]
        while marks and marks[-1] == ":":
            marks.pop()
        return f"{self.inside(operation.operand, CALL)}[{', '.join(marks)}]", CALL

    @_print.register
    def _(self, operation: p.Stretch) -> Text:
        shape = shape_text(operation.axes)
        operand = operation.operand
        if isinstance(operand, p.Elementwise) and operand.function == "real" and not self._rank(operand):
            if operand.arguments[0] == p.Number(S.Zero):
                return f"np.zeros({shape}, dtype)", CALL
            return f"np.full({shape}, {self.text(operand.arguments[0])}, dtype)", CALL
        return f"np.full({shape}, {self.text(operand)})", CALL

    @_print.register
    def _(self, operation: p.Take) -> Text:
        return self.place(self.inside(operation.operand, CALL), operation.subscripts), CALL

    def place(self, array: str, subscripts: Sequence[p.Operation | None]) -> str:
        """`h[:, t]`"""
        marks = [":" if subscript is None else self.text(subscript) for subscript in subscripts]
        while len(marks) > 1 and marks[-1] == ":":
            marks.pop()
        return f"{array}[{', '.join(marks)}]"

    @_print.register
    def _(self, operation: p.Scatter) -> Text:
        arguments = f"{self.text(operation.labels)}, {self.text(operation.rows)}, {size_text(operation.size)[0]}"
        return f"_sum_by_label({arguments})", CALL

    @_print.register
    def _(self, operation: p.Range) -> Text:
        return f"np.arange({size_text(operation.size)[0]})", CALL

    @_print.register
    def _(self, operation: p.Reshape) -> Text:
        axes = ", ".join(size_text(axis)[0] for axis in operation.axes)
        return f"{self.inside(operation.operand, CALL)}.reshape({axes})", CALL

    @_print.register
    def _(self, operation: p.Slice) -> Text:
        marks = [":" if part is None else self._range(*part) for part in operation.parts]
        while len(marks) > 1 and marks[-1] == ":":
            marks.pop()
        return f"{self.inside(operation.operand, CALL)}[{', '.join(marks)}]", CALL

    @staticmethod
    def _range(start: Expr, stop: Expr) -> str:
        return f"{'' if start == 0 else size_text(start)[0]}:{size_text(stop)[0]}"

    @_print.register
    def _(self, operation: p.Stack) -> Text:
        arrays = ", ".join(self.text(array) for array in operation.arrays)
        return f"np.stack(({arrays}), axis={operation.place})", CALL

    @_print.register
    def _(self, operation: p.Concatenate) -> Text:
        arrays = ", ".join(self.text(array) for array in operation.arrays)
        return f"np.concatenate(({arrays}), axis={operation.place})", CALL

    @_print.register
    def _(self, operation: p.Band) -> Text:
        rows, columns, offset = (size_text(e)[0] for e in (operation.rows, operation.columns, operation.offset))
        shape = rows if rows == columns else f"{rows}, {columns}"
        shift = "" if operation.offset == 0 else f"k={offset}, "
        return f"np.tri({shape}, {shift}dtype=bool)", CALL

    @_print.register
    def _(self, operation: p.Windows) -> Text:
        lengths = f"({size_text(operation.count)[0]}, {size_text(operation.width)[0]})"
        options = self._affine(operation)
        if operation.fill != 0:
            options += f", fill={literal(operation.fill)[0]}"
        return f"_windows({self.text(operation.operand)}, {operation.place}, {lengths}{options})", CALL

    @_print.register
    def _(self, operation: p.Overlap) -> Text:
        size = size_text(operation.size)[0]
        return f"_overlap({self.text(operation.operand)}, {operation.place}, {size}{self._affine(operation)})", CALL

    @staticmethod
    def _affine(operation: p.Windows | p.Overlap) -> str:
        named = (("step", operation.step, 1), ("spread", operation.spread, 1), ("start", operation.start, 0))
        return "".join(f", {name}={size_text(value)[0]}" for name, value, usual in named if value != usual)

    @_print.register
    def _(self, operation: p.Zeros) -> Text:
        return f"np.{'empty' if operation.set_later else 'zeros'}({shape_text(operation.axes)}, dtype)", CALL


def shape_text(axes: p.Axes) -> str:
    """A shape as a Python tuple: `(N, K)`, `(K,)`, `()`."""
    inside = ", ".join(size_text(axis)[0] for axis in axes)
    return f"({inside},)" if len(axes) == 1 else f"({inside})"


def literal(value: Expr) -> Text:
    """An exact number as a Python float: the shortest literal that reads back as the same float."""
    if value.is_infinite:
        return ("-np.inf", NEGATION) if value == -S.Infinity else ("np.inf", CALL)
    number = float(value)
    text = repr(number)
    return text, NEGATION if number < 0 else CALL


def size_text(size: Expr) -> Text:
    """A polynomial in sizes, with `//` for rounding down."""
    if isinstance(size, Add):
        terms = sorted(size.args, key=lambda term: (term.is_number, term.could_extract_minus_sign(), str(term)))
        text = _bracket(terms[0], SUM)
        for term in terms[1:]:
            negative = term.could_extract_minus_sign()
            text += f" - {_bracket(-term, PRODUCT)}" if negative else f" + {_bracket(term, SUM)}"
        return text, SUM
    if isinstance(size, floor):
        numerator, denominator = size.args[0].together().as_numer_denom()
        return f"{_bracket(numerator, PRODUCT)} // {_bracket(denominator, NEGATION)}", PRODUCT
    if isinstance(size, Mul):
        return " * ".join(_bracket(factor, NEGATION) for factor in size.as_ordered_factors()), PRODUCT
    if isinstance(size, Pow):
        return f"{_bracket(size.base, CALL)}**{_bracket(size.exp, CALL)}", POWER
    if isinstance(size, Rational) and not isinstance(size, Integer):
        return f"{size.p} / {size.q}", PRODUCT
    return str(size), CALL if not size.is_negative else NEGATION


def _bracket(size: Expr, precedence: int) -> str:
    text, own = size_text(size)
    return text if own >= precedence else f"({text})"

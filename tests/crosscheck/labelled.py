"""A network on torch tensors: every expression becomes a tensor whose axes are labelled with its letters.

It shares nothing with the derivation, with the loop oracle or with the emitted code but the nodes themselves, and torch
finds the gradients. Broadcasting goes by label, a subscript of any kind is a gather, a sum is a sum over one axis,
and a recurrence is unrolled.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import sympy
import torch
from sympy import Basic

from derive import operators
from derive.entry import Entry
from derive.equation import Equation
from derive.index import Bound, Index
from derive.network import Network, Recurrence


@dataclass(frozen=True)
class Labelled:
    """A tensor and a letter for each of its axes."""

    tensor: torch.Tensor
    letters: tuple[Basic, ...]

    def spread(self, letters: tuple[Basic, ...]) -> torch.Tensor:
        """The tensor with axes for all of `letters`, in their order, of size 1 where it does not depend on them."""
        order = [self.letters.index(letter) for letter in letters if letter in self.letters]
        places = iter(self.tensor.permute(order).shape)
        shape = [next(places) if letter in self.letters else 1 for letter in letters]
        return self.tensor.permute(order).reshape(shape)


def _together(parts: list[Labelled]) -> tuple[list[torch.Tensor], tuple[Basic, ...]]:
    letters = tuple(dict.fromkeys(letter for part in parts for letter in part.letters))
    return [part.spread(letters) for part in parts], letters


FUNCTIONS: dict[str, Any] = {
    "exp": torch.exp, "log": torch.log, "sin": torch.sin, "cos": torch.cos, "erf": torch.erf, "abs": torch.abs,
    "max": lambda a, b: torch.where(a >= b, a, b), "min": lambda a, b: torch.where(a <= b, a, b),
    "xlogy": torch.special.xlogy, "sign": torch.sign, "step": lambda u: (u > 0).to(u.dtype), "floor": torch.floor,
    "ceil": torch.ceil, "round": torch.round, "stop": lambda u: u.detach(),
}  # fmt: skip

RELATIONS: dict[str, Any] = {
    "<": torch.lt, "<=": torch.le, ">": torch.gt, ">=": torch.ge, "==": torch.eq, "!=": torch.ne,
}  # fmt: skip


class Interpreter:
    """Evaluates expressions over named torch tensors; sizes and constants by name.

    unrolled   by name of a recurrent tensor: the axis of its steps, and what is known of each step by its number
    """

    def __init__(self, tensors: dict[str, torch.Tensor], numbers: Mapping[str, float], dtype: torch.dtype) -> None:
        self.tensors, self.numbers, self.dtype = tensors, numbers, dtype
        self.unrolled: dict[str, tuple[int, dict[int, torch.Tensor]]] = {}

    def size(self, axis: Basic) -> int:
        return int(axis.subs({symbol: self.numbers[symbol.name] for symbol in axis.free_symbols}))

    def number(self, value: float) -> Labelled:
        return Labelled(torch.tensor(value, dtype=self.dtype), ())

    def pointwise(self, function: Any, *parts: Labelled) -> Labelled:
        tensors, letters = _together(list(parts))
        return Labelled(function(*tensors), letters)

    def __call__(self, expr: Basic, parameters: Mapping[Basic, Labelled] | None = None) -> Labelled:
        parameters = parameters or {}
        if expr in parameters:
            return parameters[expr]
        if isinstance(expr, Index | Bound):
            return Labelled(torch.arange(self.size(expr.size)), (expr,))
        if isinstance(expr, sympy.Integer):
            return Labelled(torch.tensor(int(expr)), ())
        if isinstance(expr, sympy.Symbol):
            return self.number(self.numbers[expr.name])
        if expr.is_number and not expr.args:
            return self.number(float(expr))
        parts = [self(argument, parameters) for argument in expr.args if isinstance(argument, sympy.Expr)]
        if isinstance(expr, Entry):
            return self.entry(expr, parameters)
        if isinstance(expr, sympy.Add):
            return reduce(lambda a, b: self.pointwise(torch.add, a, b), parts)
        if isinstance(expr, sympy.Mul | operators.Written):
            return reduce(lambda a, b: self.pointwise(torch.mul, a, b), parts)
        if isinstance(expr, sympy.Pow):
            return self.power(expr, parts)
        if isinstance(expr, operators.Binder):
            return self.binder(expr, self(expr.body, parameters))
        if isinstance(expr, operators.Apply):
            if expr.function.formula is not None:
                return self(expr.function.formula, dict(zip(expr.function.parameters, parts, strict=True)))
            real = [Labelled(part.tensor.to(self.dtype), part.letters) for part in parts]
            return self.pointwise(FUNCTIONS[expr.name], *real)
        if isinstance(expr, operators.Delta):
            return self.pointwise(lambda a, b: torch.eq(a, b).to(self.dtype), *parts)
        if isinstance(expr, operators.Where):
            return self.pointwise(torch.where, self.condition(expr.condition, parameters), *parts)
        raise NotImplementedError(type(expr).__name__)

    def entry(self, expr: Entry, parameters: Mapping[Basic, Labelled]) -> Labelled:
        name = expr.tensor.name
        subscripts = [self(subscript, parameters) for subscript in expr.subscripts]
        if not subscripts:
            return Labelled(self.tensors[name], ())
        if name in self.unrolled:
            axis, steps = self.unrolled[name]
            first = min(steps)
            tensor = torch.stack([steps[first + place] for place in range(len(steps))], axis)
            subscripts[axis] = Labelled(subscripts[axis].tensor - first, subscripts[axis].letters)
        else:
            tensor = self.tensors[name]
        places, letters = _together(subscripts)
        # Where a condition guards an entry outside its axis, torch computes both branches: anything will do there.
        inside = [place.long().clamp(0, size - 1) for place, size in zip(places, tensor.shape, strict=True)]
        return Labelled(tensor[tuple(inside)], letters)

    def power(self, expr: sympy.Pow, parts: list[Labelled]) -> Labelled:
        base, exponent = parts
        if expr.exp.is_Integer:
            whole = int(expr.exp)
            return Labelled(base.tensor.to(self.dtype) ** whole, base.letters)
        return self.pointwise(torch.pow, Labelled(base.tensor.to(self.dtype), base.letters), exponent)

    def binder(self, expr: operators.Binder, body: Labelled) -> Labelled:
        for letter in expr.letters:
            size = self.size(letter.size)
            letters = tuple(dict.fromkeys((letter, *body.letters)))
            spread = body.spread(letters)
            spread = spread.expand(size, *spread.shape[1:])
            reduced = {
                "Sum": lambda a: a.sum(0), "Product": lambda a: a.prod(0), "Maximum": lambda a: a.max(0).values,
                "Minimum": lambda a: a.min(0).values, "ArgMax": lambda a: a.argmax(0), "ArgMin": lambda a: a.argmin(0),
            }[type(expr).__name__](spread)  # fmt: skip
            body = Labelled(reduced, letters[1:])
        return body

    def condition(self, expr: Basic, parameters: Mapping[Basic, Labelled]) -> Labelled:
        if isinstance(expr, operators.Compare):
            return self.pointwise(RELATIONS[expr.relation], self(expr.left, parameters), self(expr.right, parameters))
        assert isinstance(expr, operators.Logic)
        parts = [self.condition(condition, parameters) for condition in expr.conditions]
        if expr.word == "not":
            return Labelled(~parts[0].tensor, parts[0].letters)
        combine = torch.logical_and if expr.word == "and" else torch.logical_or
        return reduce(lambda a, b: self.pointwise(combine, a, b), parts)

    def equation(self, equation: Equation) -> torch.Tensor:
        """The tensor of an equation: its values by letters, put where the left side says."""
        shape = [self.size(axis) for axis in equation.tensor.axes]
        return self._put(equation, equation.left.subscripts, shape, {})

    def slice(self, equation: Equation, axis: int, number: int) -> torch.Tensor:
        """One slice of a recurrent tensor, by its general equation or by one for this slice alone."""
        left = equation.left.subscripts
        fixed = {left[axis]: Labelled(torch.tensor(number), ())} if isinstance(left[axis], Index) else {}
        shape = [self.size(size) for place, size in enumerate(equation.tensor.axes) if place != axis]
        return self._put(equation, left[:axis] + left[axis + 1 :], shape, fixed)

    def _put(
        self, equation: Equation, left: tuple[Basic, ...], shape: list[int], fixed: Mapping[Basic, Labelled]
    ) -> torch.Tensor:
        letters = tuple(letter for letter in equation.letters if letter not in fixed)
        spread = self(equation.right, fixed).spread(letters).expand([self.size(letter.size) for letter in letters])
        values = spread.to(self.dtype) if equation.tensor.within is None else spread
        if left == letters:
            return values
        places, _ = _together([Labelled(torch.arange(self.size(i.size)), (i,)) for i in letters])
        labelled = {letter: Labelled(place, letters) for letter, place in zip(letters, places, strict=True)}
        where = [self(subscript, labelled).spread(letters).expand(values.shape).long() for subscript in left]
        return torch.zeros(shape, dtype=values.dtype).index_put(tuple(where), values)

    def unroll(self, recurrence: Recurrence, equations: Mapping[str, Equation]) -> None:
        """All members of a recurrence, step by step; each step is a tensor of its own, so that it has a gradient."""
        axes = dict(zip(recurrence.members, recurrence.axes, strict=True))
        inside = range(self.size(recurrence.size))
        ends = {
            (boundary.tensor.name, self.size(boundary.left.subscripts[axes[boundary.tensor.name]])): boundary
            for boundary in recurrence.boundaries
        }
        for name, axis in axes.items():
            self.unrolled[name] = (axis, {})
        for number in sorted({*inside, *(number for _, number in ends)}, reverse=recurrence.step > 0):
            for name, axis in axes.items():
                if (name, number) in ends or number in inside:
                    equation = ends.get((name, number), equations[name])
                    self.unrolled[name][1][number] = self.slice(equation, axis, number)
        for name, axis in axes.items():
            self.tensors[name] = torch.stack([self.unrolled[name][1][number] for number in inside], axis)


def gradients(
    network: Network,
    values: Mapping[str, Any],
    sizes: Mapping[str, int],
    upstream: Mapping[str, Any] | None = None,
    dtype: torch.dtype = torch.float64,
) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """All values of the network and the gradient by every tensor that the loss moves with, both by name."""
    numbers: dict[str, float] = dict(sizes)
    for constant in network.constants:
        known = {symbol: numbers[symbol.name] for symbol in constant.value.free_symbols}
        numbers[constant.symbol.name] = float(constant.value.subs(known))
    tensors: dict[str, torch.Tensor] = {}
    for declaration in network.declarations:
        array = torch.as_tensor(values[declaration.tensor.name])
        if declaration.tensor.within is None:
            array = array.to(dtype).requires_grad_()
        tensors[declaration.tensor.name] = array
    interpreter = Interpreter(tensors, numbers, dtype)
    groups = {name: recurrence for recurrence in network.recurrences for name in recurrence.members}
    equations = {equation.tensor.name: equation for equation in network.equations}
    for name, equation in equations.items():
        if name not in groups:
            tensors[name] = interpreter.equation(equation)
            _keep(tensors[name])
        elif name not in tensors:
            interpreter.unroll(groups[name], equations)
    for _, steps in interpreter.unrolled.values():
        for part in steps.values():
            _keep(part)
    total = torch.zeros((), dtype=dtype)
    for result in network.results:
        weight = torch.as_tensor((upstream or {}).get(result, 1.0)).to(dtype)
        total = total + (weight * tensors[result]).sum()
    if total.requires_grad:
        total.backward()
    found = {}
    for name, tensor in tensors.items():
        if tensor.requires_grad and name in interpreter.unrolled:
            axis, steps = interpreter.unrolled[name]
            found[name] = torch.stack([_slope(steps[number]) for number in range(tensor.shape[axis])], axis)
        elif tensor.requires_grad:
            found[name] = _slope(tensor)
    return {name: tensor.detach() for name, tensor in tensors.items()}, found


def _keep(tensor: torch.Tensor) -> None:
    if tensor.requires_grad:
        tensor.retain_grad()


def _slope(tensor: torch.Tensor) -> torch.Tensor:
    return torch.zeros_like(tensor) if tensor.grad is None else tensor.grad

"""What a formula on paper is worth in numbers: an interpreter of the printed tree, for comparison with the loop oracle.

Entries are looked up in arrays, and a letter runs as far as the axes it stands on.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping

import numpy as np

from codegen.notation import formula as f
from codegen.notation.formula import Formula

Environment = Mapping[str, float]
_RELATIONS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}
_FUNCTIONS = {
    "log": math.log,
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "tanh": math.tanh,
    "max": max,
    "min": min,
    "erf": math.erf,
    "sign": lambda z: float((z > 0) - (z < 0)),
}


class Worth:
    """Values of formulas over arrays and sizes by name."""

    def __init__(self, arrays: Mapping[str, np.ndarray], names: Mapping[str, float]) -> None:
        self.arrays = arrays
        self.names = names

    def of(self, formula: Formula, letters: Environment) -> float:
        match formula:
            case f.Number(digits):
                return float(digits)
            case f.Name("pi"):
                return math.pi
            case f.Name(name):
                return letters[name] if name in letters else self._name(name)
            case f.Component(name, subscripts):
                return float(self.arrays[name][tuple(int(self.of(item, letters)) for item in subscripts)])
            case f.Gradient(_, name, f.Component(_, subscripts)):
                return self.of(f.Component(name, subscripts), letters)
            case f.Gradient(_, name, f.Name()):
                return self._name(name)
            case f.Negative(body):
                return -self.of(body, letters)
            case f.Terms(items):
                return sum((1 if sign == "+" else -1) * self.of(item, letters) for sign, item in items)
            case f.Factors(items):
                return math.prod(self.of(item, letters) for item in items)
            case f.Fraction(top, bottom):
                return self.of(top, letters) / self.of(bottom, letters)
            case f.Power(base, exponent):
                return self.of(base, letters) ** self.of(exponent, letters)
            case f.Exponential(exponent):
                return math.exp(self.of(exponent, letters))
            case f.Root(body):
                return math.sqrt(self.of(body, letters))
            case f.Absolute(body):
                return abs(self.of(body, letters))
            case f.Group(body):
                return self.of(body, letters)
            case f.Call(name, arguments):
                return float(_FUNCTIONS[name](*(self.of(argument, letters) for argument in arguments)))
            case f.Kronecker(first, second):
                return float(self.of(first, letters) == self.of(second, letters))
            case f.Iverson(condition):
                return float(self.of(condition, letters))
            case f.Relation(relation, left, right):
                return _RELATIONS[relation](self.of(left, letters), self.of(right, letters))
            case f.Cases(then, condition, otherwise):
                return self.of(then if self.of(condition, letters) else otherwise, letters)
            case f.Big("sum", names, body):
                sizes = [self._size(name.name, body) for name in names]
                numbers = itertools.product(*(range(size) for size in sizes))
                keys = [name.name for name in names]
                return sum(self.of(body, {**letters, **dict(zip(keys, found, strict=True))}) for found in numbers)
        raise TypeError(f"no worth for {formula}")

    def _name(self, name: str) -> float:
        return float(self.arrays[name]) if name in self.arrays else self.names[name]

    def _size(self, letter: str, body: Formula) -> int:
        for node in walk(body):
            if isinstance(node, f.Component) and f.Name(letter) in node.subscripts:
                name = node.name if node.name in self.arrays else f"d{node.name}"
                return int(self.arrays[name].shape[node.subscripts.index(f.Name(letter))])
        raise LookupError(f"nothing says how far {letter} runs")


def walk(node: object) -> Iterator[object]:
    """A formula and everything in it."""
    yield node
    if isinstance(node, tuple):
        for item in node:
            yield from walk(item)
    elif hasattr(node, "__dataclass_fields__"):
        for value in vars(node).values():
            yield from walk(value)

"""The same networks, written in Python: `derive.Network("mlp", "title").dim(...).param(...).loss(...).build()`.

Every method takes a piece of the text that a `.net` file would have, or Python values, and answers the builder. The
pieces are put together into one text and read like a file, so both ways give the same object and the same messages.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Rational, Real
from typing import Any

from derive import network
from derive.errors import InputError


class Network:
    """A network in the making; `build()` freezes it."""

    def __init__(self, name: str, title: str | None = None, about: str = "") -> None:
        self._name, self._title, self._about = name, name if title is None else title, about
        self._declarations: list[str] = []
        self._functions: list[str] = []
        self._equations: list[str] = []
        self._results: list[str] = []

    def dim(self, *names: str, **sizes: int | str | None) -> Network:
        """Sizes: dim("N", D=784, F="4*D", K=None). A number is a default, a text a formula, None leaves it open."""
        pieces = list(names) + [name if size is None else f"{name} = {_text(size)}" for name, size in sizes.items()]
        return self._declare("dim", pieces)

    def const(self, *pieces: str, **numbers: Any) -> Network:
        """Numbers with a name: const(eps=1e-5)."""
        return self._declare("const", [*pieces, *(f"{name} = {_text(number)}" for name, number in numbers.items())])

    def input(self, *pieces: str, value: Any = None) -> Network:
        """Inputs: input("x[N, D]"); `value` puts numbers into the only one."""
        return self._declare("input", _with_value(pieces, value))

    def target(self, *pieces: str, value: Any = None) -> Network:
        """Targets: target("y[N, K] one_hot")."""
        return self._declare("target", _with_value(pieces, value))

    def param(self, *pieces: str, value: Any = None) -> Network:
        """Parameters: param("W1[D, H]", "b1[H]")."""
        return self._declare("param", _with_value(pieces, value))

    def wrt(self, *names: str) -> Network:
        """Inputs whose gradients are wanted too."""
        return self._declare("wrt", list(names))

    def learning_rate(self, rate: Any) -> Network:
        """The step of gradient descent in a worked example."""
        return self._declare("learning_rate", [_text(rate)])

    def function(self, definition: str) -> Network:
        """An own function: function("Phi(u) = (1 + erf(u / sqrt(2))) / 2")."""
        self._functions.append(_line(definition))
        return self

    def equation(self, *equations: str) -> Network:
        """Equations: equation("z = x @ W + b", "h = tanh(z)")."""
        self._equations.extend(_line(equation) for equation in equations)
        return self

    def loss(self, equation: str) -> Network:
        """The loss, one number: loss("E = mean((a - y)**2)")."""
        self._results.append(f"loss {_line(equation)}")
        return self

    def output(self, equation: str) -> Network:
        """An output of a layer: output("y = g * xhat + b")."""
        self._results.append(f"output {_line(equation)}")
        return self

    @property
    def text(self) -> str:
        """The text so far, as it will be read."""
        title = self._title.replace("\\", "\\\\").replace('"', '\\"')
        lines = [f'network {self._name} "{title}"', *(f"# {_line(self._about)}" for _ in (1,) if self._about)]
        return "\n".join([*lines, *self._declarations, *self._functions, "", *self._equations, *self._results]) + "\n"

    def build(self) -> network.Network:
        """The network. InputError with the place in `text` when something is wrong."""
        from derive.language.reader import parse

        return parse(self.text, f"<{self._name}>")

    def _declare(self, word: str, pieces: Iterable[str]) -> Network:
        pieces = [_line(piece) for piece in pieces]
        if pieces:
            self._declarations.append(f"{word} {', '.join(pieces)}")
        return self


def _line(piece: str) -> str:
    """A piece of text as one line: a break in it would begin another statement."""
    if not isinstance(piece, str):
        raise InputError(f"a piece of text is wanted, but {piece!r} came", None, '"x[N, D]"')
    return " ".join(piece.split("\n")).replace("\r", " ").strip()


def _with_value(pieces: tuple[str, ...], value: Any) -> list[str]:
    if value is None:
        return list(pieces)
    if len(pieces) != 1:
        raise InputError("a value belongs to one tensor", None, "one call for each tensor with a value")
    return [f"{pieces[0]} = {_text(value)}"]


def _text(value: Any) -> str:
    """A number, a nested list or an array as text; a float as the shortest decimal that gives it back."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, str):
        return value
    if isinstance(value, list | tuple):
        return f"[{', '.join(_text(part) for part in value)}]"
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, Integral | Decimal):
        return str(value)
    if isinstance(value, Fraction | Rational):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, Real):
        return repr(float(value))
    return str(value)

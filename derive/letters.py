"""Which letter to write: the author's own for a dimension where there is one, else one that looks like it."""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_lowercase

from sympy import Expr

from derive.binding import fresh
from derive.index import Index
from derive.network import Network

_MISREAD = "deho"  # d reads as a differential, e as Euler's number, o as zero; h is most often a hidden layer


class Letters:
    """The letters of a network: asked for a letter over a size, it answers one that a reader expects."""

    def __init__(self, network: Network) -> None:
        letters = (letter for equation in network.equations for letter in equation.letters)
        self.author = tuple(dict.fromkeys(letters))
        self._foreign: dict[str, set[str]] = {}
        for letter in self.author:
            self._foreign.setdefault(letter.name, set()).add(str(letter.size))
        self._names = set(network.tensors)

    def over(self, size: Expr, taken: Iterable[Index]) -> Index:
        """A letter over a size that is none of `taken`: the author's first, then the dimension's own initial."""
        used = {letter.name for letter in taken}
        for letter in self.author:
            if letter.size == size and letter.name not in used:
                return letter
        own = str(size).lower()
        own = "i" if own in _MISREAD else own
        candidates = [letter.name for letter in self.author if letter.size == size]
        start = candidates[-1] if candidates else own if len(own) == 1 and own.isalpha() else "i"
        return self._after(start, size, used, taken)

    def beside(self, letter: Index, taken: Iterable[Index]) -> Index:
        """Another letter over the same size: k, if it is taken, becomes l."""
        used = {other.name for other in taken}
        if letter.name not in used:
            return letter
        for other in self.author:
            if other.size == letter.size and other.name not in used:
                return other
        return self._after(letter.name, letter.size, used, taken)

    def _after(self, start: str, size: Expr, used: set[str], taken: Iterable[Index]) -> Index:
        """The first letter from `start` on that is not used here, nor by the author over another size."""
        if len(start) == 1 and start in ascii_lowercase:
            place = ascii_lowercase.index(start)
            for name in ascii_lowercase[place:] + ascii_lowercase[:place]:
                foreign = self._foreign.get(name, set()) - {str(size)}
                if name not in used and name not in self._names and not foreign and name not in _MISREAD:
                    return Index(name, size)
        return fresh(size, taken)

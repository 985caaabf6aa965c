"""How a name of the network is read: `z1` is z with the label 1, `xhat` an x with a hat, `eps` a Greek letter."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# fmt: off
GREEK = (
    "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi",
    "pi", "rho", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon", "Phi", "Psi", "Omega",
)
# Greek letters that look like Latin ones: TeX has no commands for them, so they are set as upright Latin letters.
LATIN_SHAPES = {
    "Alpha": "A", "Beta": "B", "Epsilon": "E", "Zeta": "Z", "Eta": "H", "Iota": "I", "Kappa": "K", "Mu": "M", "Nu": "N",
    "Omicron": "O", "Rho": "P", "Tau": "T", "Chi": "X", "omicron": "o",
}
# fmt: on
_ACCENTS = ("hat", "bar", "tilde")
_SHORT = {"eps": "epsilon", "lam": "lambda"}
# A weight or bias with the label that people give it: Wx, Wout, by.
_LABELLED = re.compile(r"(W)([a-z]{1,3})|([UVBbg])([a-z])|(b)(in|out)")


class Spelled(str):
    """A name to be printed letter by letter, because another name of the document reads the same otherwise."""

    __slots__ = ()


@dataclass(frozen=True)
class Symbol:
    """A name taken apart.

    stem     one letter, several letters, or the name of a Greek letter
    greek    whether the stem names a Greek letter
    accent   `hat`, `bar`, `tilde` or nothing
    labels   what becomes a subscript in front of the indices
    primes   how many primes follow
    """

    stem: str
    greek: bool = False
    accent: str = ""
    labels: tuple[str, ...] = ()
    primes: int = 0

    @property
    def letter(self) -> bool:
        """Whether the stem is printed as one letter."""
        return self.greek or len(self.stem) == 1


def greek_sign(english: str) -> str:
    """The Greek letter of this English name; Unicode spells lambda without its b."""
    case = "CAPITAL" if english[0].isupper() else "SMALL"
    return unicodedata.lookup(f"GREEK {case} LETTER {english.upper().replace('LAMBDA', 'LAMDA')}")


def read(name: str) -> Symbol:
    """Take a name of the language apart; every name has a reading."""
    if isinstance(name, Spelled):
        return Symbol(str(name))
    primes = len(name) - len(name.rstrip("'"))
    parts = [part for part in name.rstrip("'").split("_") if part] or ["blank"]
    found = re.fullmatch(r"(.*?)(\d*)", parts[0])
    assert found is not None
    stem, digits = found.group(1) or "blank", found.group(2)
    labels = [label for label in (digits, *parts[1:]) if label]
    if (labelled := _LABELLED.fullmatch(stem)) and not _greek(stem):
        stem, label = (part for part in labelled.groups() if part)
        labels.insert(0, label)
    accent = ""
    if labels and labels[0] in _ACCENTS and (len(stem) == 1 or _greek(stem)):
        accent = labels.pop(0)
    for ending in _ACCENTS:
        before = stem.removesuffix(ending)
        if before != stem and (len(before) == 1 or _greek(before)):
            stem, accent = before, ending
    greek = _greek(stem)
    return Symbol(greek or stem, bool(greek), accent, tuple(labels), primes)


def _greek(stem: str) -> str:
    """The English name of the Greek letter that a stem is or spells, empty for anything else."""
    if stem in GREEK or stem in LATIN_SHAPES or stem in _SHORT:
        return _SHORT.get(stem, stem)
    if len(stem) != 1:
        return ""
    words = unicodedata.name(stem, "").split()
    if words[:1] != ["GREEK"] or words[2:3] != ["LETTER"] or len(words) != 4:
        return ""
    word = {"LAMDA": "lambda"}.get(words[3], words[3].lower())
    word = word.capitalize() if words[1] == "CAPITAL" else word
    return word if word in GREEK or word in LATIN_SHAPES else ""


def alike(names: Iterable[str]) -> dict[str, Spelled]:
    """The names that would look like another one (`z_1` beside `z1`, `eps` beside `ε`), all but the first of each kind.

    The plainest keeps its reading: the shortest, and in the order of the alphabet among those.
    """
    kinds: dict[Symbol, list[str]] = {}
    for name in sorted(set(names), key=lambda name: (len(name), name)):
        kinds.setdefault(read(name), []).append(name)
    return {name: Spelled(name) for group in kinds.values() for name in group[1:]}

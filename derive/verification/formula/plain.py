"""Plain text into tokens: a word is one name, Greek letters may be spelled out, small characters are scripts."""

from __future__ import annotations

import re
import unicodedata

from derive.errors import InputError
from derive.verification.document.document import Snippet
from derive.verification.formula import characters
from derive.verification.formula.names import COMBINING, FUNCTIONS, GREEK, WORDS, sentence_word
from derive.verification.formula.tokens import TOO_LONG, Token, is_sign, too_long

_NUMBER = re.compile(r"(?:[0-9]+(?:\.(?!T\b|\.)[0-9]+|\.(?![T.0-9]))?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_SIGNS = {
    "<=>": ("relation", "⇔"),
    "==>": ("relation", "⇒"),
    "-->": ("relation", "→"),
    "**": ("sign", "^"),
    "||": ("sign", "‖"),
    ":=": ("relation", ":="),
    "==": ("relation", "="),
    "!=": ("relation", "≠"),
    "<=": ("relation", "≤"),
    ">=": ("relation", "≥"),
    "~=": ("relation", "≈"),
    "=~": ("relation", "≈"),
    "->": ("relation", "→"),
    "=>": ("relation", "⇒"),
}
_MODULES = ("np", "numpy", "math", "torch")
# Functions of torch.nn.functional; F before anything else is a value.
_FUNCTIONAL = re.compile(
    r"F\.(?=(?:relu|elu|gelu|silu|mish|softplus|sigmoid|tanh|softmax|log_softmax|leaky_relu|\w*cross_entropy\w*|"
    r"\w+_loss)\()"
)
_LOSS = re.compile(r"(?:\w*cross_entropy\w*|(?:mse|l1)_loss)(?=\()")
_SUBMODULE = re.compile(r"(?:jnp|jax|tf|scipy|special|nn|functional|linalg)\.(?=[A-Za-z_]\w*[.(])")
_SUBSCRIPTS = re.compile(r"(['\"])[A-Za-z,\s]*(?:->[A-Za-z\s]*)?\1")
_METHOD = re.compile(r"\.([A-Za-z_]\w*)(?=\()")
_SIZE = re.compile(r"\.(?:shape\[\s*([0-9]{1,2})\s*\]|size\b(?!\())")
_CALLED = re.compile(r"d\([^()]*\)\s*/\s*d[(\w]")
_ATTRIBUTE = re.compile(r"\.grad\b(?!\()")
_DIFFERENTIAL = re.compile(r"d(?:[^\W\d_]\d*|[A-Z]\w*)'*", re.ASCII)
_QUOTIENT = re.compile(r"d[^\W\d_]\w*(?:\[[^\]]*\])?\s*/\s*d[^\W\d_]")


def tokens(snippet: Snippet) -> list[Token]:
    """The tokens of a formula in plain text, with a stop at the end."""
    scanner = _Scanner(snippet)
    while scanner.at < len(snippet.text):
        scanner.step()
    end = len(snippet.text)
    return [*scanner.out, Token("stop", "", max(0, end - 1), end)]


class _Scanner:
    def __init__(self, snippet: Snippet) -> None:
        self.snippet, self.text = snippet, snippet.text
        self.out: list[Token] = []
        self.at = 0
        self.spaced = False
        self.below = False  # in a quotient of differentials, behind the slash

    def emit(self, kind: str, text: str, end: int, error: InputError | None = None) -> None:
        self.out.append(Token(kind, text, self.at, end, self.spaced, error))
        self.at, self.spaced = end, False

    def refuse(self, what: str, end: int, remedy: str | None = None) -> None:
        place = self.snippet.place(self.at, end)
        self.emit("broken", self.text[self.at : end], end, InputError(what, place, remedy))

    def step(self) -> None:
        character = self.text[self.at]
        if character == "\n":
            self.emit("row", "\n", self.at + 1)
        elif character == "#":
            line_end = self.text.find("\n", self.at)
            self.at = len(self.text) if line_end < 0 else line_end  # a comment
        elif character.isspace():
            wide = re.compile(r"[^\S\n]{3,}|\t").match(self.text, self.at)
            self.at, self.spaced = wide.end() if wide else self.at + 1, True
        elif found := _NUMBER.match(self.text, self.at):
            self.number(found.group())
        elif characters.letter(character) is not None and character not in characters.LARGE:
            self.word()
        elif not self.subscripts() and not self.sign(character):
            self.special(character)

    def subscripts(self) -> bool:
        """The text behind einsum( that tells its axes: one name, with its quotation marks."""
        is_first = len(self.out) > 1 and is_sign(self.out[-1], "(") and self.out[-2].text == "einsum"
        found = _SUBSCRIPTS.match(self.text, self.at) if is_first else None
        if found is not None:
            self.emit("name", found.group(), found.end())
        return found is not None

    def number(self, text: str) -> None:
        end = self.at + len(text)
        if too_long(text):
            self.refuse(TOO_LONG, end, "fewer digits")
        else:
            self.emit("number", text, end)

    def sign(self, character: str) -> bool:
        ahead = self.text[self.at : self.at + 3]
        if ahead == "...":
            self.emit("dots", "...", self.at + 3)
            return True
        if ahead.startswith(".T") and not self.text[self.at + 2 : self.at + 3].isalnum():
            start = self.at
            self.out.append(Token("sign", "^", start, start + 1, self.spaced))
            self.at, self.spaced = start + 1, False
            self.emit("name", "T", start + 2)
            return True
        if called := _METHOD.match(self.text, self.at):
            self.emit("method", called[1], called.end(1))
            return True
        if counted := _SIZE.match(self.text, self.at):
            self.count_of(counted[1], counted.end())
            return True
        if ahead.startswith("<-") and self.spaced and ahead[2:].isspace():
            self.emit("relation", "←", self.at + 2)
            return True
        for length in (3, 2):
            if ahead[:length] in _SIGNS:
                kind, text = _SIGNS[ahead[:length]]
                self.emit(kind, text, self.at + length)
                return True
        return False

    def count_of(self, axis: str | None, end: int) -> None:
        """x.shape[0] is read as x.size(0), and x.size as x.size()."""
        self.emit("method", "size", end)
        self.out.append(Token("sign", "(", end, end, False))
        if axis is not None:
            self.out.append(Token("number", axis, end, end, False))
        self.out.append(Token("sign", ")", end, end, False))

    def special(self, character: str) -> None:
        if character in characters.SIGNS:
            self.emit("sign", characters.SIGNS[character], self.at + 1)
        elif character in characters.RELATIONS:
            self.emit("relation", characters.RELATIONS[character], self.at + 1)
        elif character in characters.LARGE:
            self.emit("big", characters.LARGE[character], self.at + 1)
        elif character == "∂":
            self.emit("partial", "∂", self.at + 1)
        elif character == "∇":
            self.emit("nabla", "∇", self.at + 1)
        elif character == "√":
            self.emit("macro", "sqrt", self.at + 1)
        elif character in "𝟏𝟙":
            self.emit("name", "1", self.at + 1)
        elif character == "∞":
            self.emit("name", "∞", self.at + 1)
        elif character == "∀":
            self.emit("word", "for", self.at + 1)
        elif character in "…⋯":
            self.emit("dots", "...", self.at + 1)
        elif character == ".":
            self.emit("sign", ".", self.at + 1)
        elif character in "⟦⟧⟪⟫⌊⌋⦃⦄":
            self.refuse(f"the bracket {character} is not read", self.at + 1, "round brackets ( )")
        else:
            small, end = characters.small(self.text, self.at)
            if not small:
                shown = characters.printable(character)
                remedy = r"put LaTeX between $ signs" if character == "\\" else "remove it"
                self.refuse(f"the character {shown} means nothing here", self.at + 1, remedy)
                return
            self.out.extend(small)
            self.at, self.spaced = end, False

    def word(self) -> None:
        end = self.at + 1
        while end < len(self.text) and self.continues(end):
            end += 1
        decomposed = unicodedata.normalize("NFD", self.text[self.at : end])
        accents = [COMBINING[mark] for mark in decomposed if mark in COMBINING]
        name = "".join(mark for mark in decomposed if mark not in COMBINING)
        name = unicodedata.normalize("NFKC", name).replace("∆", "Δ") if "ℓ" not in name else name
        script = bool(self.out) and is_sign(self.out[-1], "_") and not self.spaced
        word = sentence_word(name) if not script and name != "y" else None
        if word and self.text[end : end + 1] not in ("_", "^", "(", "["):
            self.emit("word", word, end)
            return
        if name in _MODULES and re.match(r"\.[A-Za-z]", self.text[end : end + 2]):
            self.at = end + 1
            return
        if prefix := _SUBMODULE.match(self.text, self.at) or _FUNCTIONAL.match(self.text, self.at):
            self.at = prefix.end()
            return
        if loss := _LOSS.match(self.text, self.at):
            self.emit("name", loss.group(), loss.end())
            return
        if name == "in":
            self.emit("relation", "∈", end)
            return
        start = self.at
        for accent in reversed(accents):
            self.emit("macro", f"accent {accent}", start)
        if name in ("Σ", "Π") and len(name) == 1 and not accents and self.large(end):
            self.emit("big", "sum" if name == "Σ" else "prod", end)
        elif not script and not accents and self.differential(name, start, end):
            self.emit("partial", "d", start + 1)
            self.emit("name", _greek(name[1:]), end)
        elif name == "d" and (self.text[end : end + 12].lstrip()[:2] == "/d" or self.called(start, end)):
            self.emit("partial", "d", end)
        elif name == "partial" and self.text[end : end + 1].isspace():
            self.emit("partial", "∂", end)
        elif name in ("nabla", "grad") and self.text[end : end + 1] == "_":
            self.emit("nabla", "∇", end)
        elif _ATTRIBUTE.match(self.text, end):
            self.emit("partial", "d", start)  # W1.grad is the gradient by W1
            self.emit("name", _greek(name), end)
            self.at = end + len(".grad")
        else:
            self.emit("name", _greek(name), end)

    def called(self, start: int, end: int) -> bool:
        """d(E)/d(w)"""
        below = self.below and self.text[end : end + 1] == "("
        self.below = _CALLED.match(self.text, start, start + 200) is not None
        return self.below or below

    def continues(self, at: int) -> bool:
        character = self.text[at]
        if character in COMBINING:
            return True
        if characters.raised(character) or characters.lowered(character):
            return False
        return character.isalnum() and character not in characters.LARGE and character not in "∂∇√∞"

    def large(self, end: int) -> bool:
        """Σ is a sum where something stands below it or where it is followed by what is summed."""
        after = self.text[end : end + 1]
        return after == "_" or characters.lowered(after or " ") is not None or after == " " or after == "("

    def differential(self, name: str, start: int, end: int) -> bool:
        """dW1, dz2, dtheta are differentials, and whatever stands in a quotient of two such: dloss/dW1."""
        if name == "d":
            return False
        if name[0] != "d" or name in WORDS or name in FUNCTIONS or name in GREEK:
            self.below = False
            return False
        below, self.below = self.below, False
        if _QUOTIENT.match(self.text, start):
            self.below = True
            return True
        if below and self.text[:start].rstrip().endswith("/"):
            return True
        return _DIFFERENTIAL.fullmatch(name) is not None or name[1:] in GREEK or name[1:] in GREEK.values()


def _greek(name: str) -> str:
    """delta2 -> δ2"""
    found = re.fullmatch(r"([A-Za-z]+)([0-9]*'*)", name)
    if found and found.group(1) in GREEK:
        return GREEK[found.group(1)] + found.group(2)
    return name

"""Is this line a formula or a sentence? A formula in plain text has no delimiters, so its words have to tell.

Conservative: a sentence that is taken for a formula is noise for every reader, so what has words side by side, no
relation, or no sign of mathematics beside it is a sentence.
"""

from __future__ import annotations

import re
from itertools import pairwise

_RELATION = re.compile(r":=|<=|>=|!=|==+|->|<-|=>|[=≈≃≅≡∝←→⇒≤≥≠<>]")
_STRONG = frozenset([":=", "<=", ">=", "!=", "<-", "=", "≈", "≃", "≅", "≡", "∝", "←", "≤", "≥", "≠"])
_BRACKET = re.compile(r"[([{]|[)\]}]")
_MARK = re.compile(rf"{_BRACKET.pattern}|{_RELATION.pattern}|\s(?:if|for|when|where)(?=\s)")
_CONTINUES = re.compile(r"\s*(?::=|<=|>=|->|[=≈≃≅≡∝←→≤≥])\s*[^\s=\-<>:]")
_UNFINISHED = re.compile(r"(?:[=≈≡+*/@·×⊙⊗,−]| -|\\\\)\s*\Z")

# Everything that plain mathematics is written with, apart from letters and digits of any kind.
_FOREIGN = re.compile(r"[^\w\s+\-*/@^=<>!≈≃≅≡∝→⇒←≤≥≠·×⊙⊗∘()\[\]{}|‖,.;:'′″ᵀ⊤√∂∇∑∏∞−⁺⁻₊₋∈&~\\\u0300-\u036f]")
_NOT_MATHEMATICS = re.compile(
    r"""://|www\.|\bself\.|\d\.\d+\.\d|\A\s*:(?!=)|(?<!\S)--[A-Za-z]|(?<![\w)\]}'′])'|</|/>|\.\.\.|…|
        (?<!\S)(?:import|from|def|class|return|print|assert|lambda|elif|while|const|var|let\s*\{)\b|
        [a-z]{2}[.]\s+[A-Z]""",
    re.VERBOSE,
)
# A line of a program, which makes a program of the whole block that it stands in.
_PROGRAM = re.compile(
    r"""^\s*(?:import\s|from\s+\S+\s+import|def\s|class\s|return\b|print\s*\(|assert\s|@\w|>>>|\$\s|\#include|//|
        (?:for|if|while|elif|else|with|try|except)\b.*:\s*\Z|(?:network|dim|param|input|target|loss|output)\s+\w|
        .*[;{]\s*\Z|.*(?:==|\+=|-=|\*=|/=))""",
    re.VERBOSE,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAME = re.compile(r"\\?[^\W\d_](?:\w|['′])*")
_COMMAND = re.compile(r"\\(?:text|mathrm|operatorname|mbox|textrm)\*?\s*\{[^{}]*\}|\\[A-Za-z]+\*?|\\.")
_EINSUM = re.compile(r"""einsum\(\s*(?:'[a-zA-Z,. ]*(?:->[a-zA-Z. ]*)?'|"[a-zA-Z,. ]*(?:->[a-zA-Z. ]*)?")""")
_DEFINED = re.compile(r"\s*(?:\[[^\]]*\])?\s*=")
_ARITHMETIC = re.compile(r"\s[+\-−*/@·×⊙]\s")
_FUNCTIONS = _words(
    "sigmoid softmax log_softmax tanh relu exp log ln sqrt max min sum mean var erf gelu silu softplus sin cos "
    "sinh cosh prod abs sign diag tr det argmax norm cross_entropy"
)
_GREEK = _words(
    "alpha beta gamma delta epsilon eps zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi chi psi omega "
    "partial nabla Delta Sigma Theta Omega Phi Psi Gamma Lambda"
)
_TERMS = _words("loss cost error target output input net out total grad gradient learning")
_BETWEEN = _words("if for and or where when in else otherwise all over each with")
_SHORT_WORDS = _words("is of to we so at by be it on an us do my the its our")
_EVIDENCE = re.compile(r"[\d+*/@^·×⊙⊗∘√∂∇∑∏ᵀ−'′²³_\\\u0370-\u03ff]|(?<!\w)-\s*\w|\s-\s|\w[(\[]|\[|\w\.T\b|\bd[A-Z]")
_LETTER_OF_OTHER_SCRIPT = re.compile(
    r"[^\W\d_\u0000-\u024f\u0370-\u03ff\u0400-\u04ff\u1d00-\u1dbf\u1e00-\u1fff\u2070-\u214f]"
)
LONGEST = 5000


def is_formula(text: str) -> bool:
    """Whether the text reads as a relation between formulas; of one that begins with `=` the left side stands above."""
    text = _EINSUM.sub("einsum(", text)
    if len(text) > LONGEST or _NOT_MATHEMATICS.search(text) or _FOREIGN.search(text):
        return False
    relations = _relations(text)
    if not _relations(text, before_conditions=True) or "==" in relations:
        return False
    plain = _COMMAND.sub(lambda match: " · " if "{" in match[0] else "·", text)
    if _LETTER_OF_OTHER_SCRIPT.search(plain) or _has_words_side_by_side(plain):
        return False
    sides = _RELATION.split(text)
    continued = continues(text) and text.lstrip()[0] in ":=≈≃≅≡∝"
    if not all(re.search(r"\w", side) for side in sides[continued:]):
        return False
    weak = not any(relation in _STRONG for relation in relations)
    names = _NAME.findall(plain)
    if names and names[-1] in _BETWEEN and plain.rstrip().endswith(names[-1]):
        return False
    if not (any(map(_is_mathematical, names)) or _ARITHMETIC.search(text) or (continued and _EVIDENCE.search(text))):
        return False
    if weak:
        # `W → 0.4` gives a value, `x -> z1 -> loss` tells of a way.
        return bool(re.search(r"(?<![\w.])\d", text)) and all(len(name) < 3 or "_" in name for name in names)
    return bool(_EVIDENCE.search(text)) or all(len(name) <= 2 or name in _GREEK or name in _FUNCTIONS for name in names)


def continues(text: str) -> bool:
    """Whether a line carries on the chain of the line above: it begins with a relation."""
    return bool(_CONTINUES.match(text))


def unfinished(text: str) -> bool:
    """Whether a formula goes on in the next line: it ends with a sign, or with a bracket open."""
    if _UNFINISHED.search(text):
        return True
    return sum(1 if mark in "([{" else -1 for mark in _BRACKET.findall(text)) > 0


def is_program(text: str) -> bool:
    """Whether a line belongs to a program."""
    return bool(_PROGRAM.match(text))


def has_relation(text: str) -> bool:
    """Whether a relation stands outside all brackets."""
    return bool(_relations(text))


def _relations(text: str, before_conditions: bool = False) -> list[str]:
    """The relations outside all brackets, or those of them that stand before an `if`."""
    depth = 0
    found = []
    for mark in _MARK.findall(text):
        if mark[0].isspace():
            if before_conditions and depth == 0:
                break
        elif mark in "([{":
            depth += 1
        elif mark in ")]}":
            depth = max(0, depth - 1)
        elif depth == 0:
            found.append("==" if mark.startswith("==") else mark)
    return found


def _has_words_side_by_side(text: str) -> bool:
    """`the loss = 3`, `so that`: two names with nothing but a blank between them, of which one is a word."""
    names = list(_NAME.finditer(text))
    for first, second in pairwise(names):
        between = text[first.end() : second.start()]
        if not between.isspace():
            continue
        if first[0].lower() in _BETWEEN or second[0].lower() in _BETWEEN or first[0] in _FUNCTIONS:
            continue
        if _is_word(first[0]) or _is_word(second[0]):
            return True
    # `do = dh * tanh(c)` and `by = ...` are names, whatever they mean elsewhere.
    return any(name[0].lower() in _SHORT_WORDS and not _DEFINED.match(text, name.end()) for name in names[:1])


def _is_mathematical(name: str) -> bool:
    """`W`, `dz1`, `E_total`, `eta`, `loss`: a name that mathematics uses; `batch_size` is one of programs."""
    stem = name.lstrip("\\").rstrip("'′0123456789").partition("_")[0]
    known = stem in _GREEK or stem in _FUNCTIONS or stem.lower() in _TERMS
    return known or len(stem) <= 2 or (stem[0] == "d" and (len(stem) == 3 or stem[1].isupper()))


def _is_word(name: str) -> bool:
    if name.lower() in _SHORT_WORDS:
        return True
    return len(name) >= 3 and name.isalpha() and name not in _GREEK and name not in _FUNCTIONS

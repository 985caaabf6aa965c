"""Whatever comes in, the only complaint is an InputError, and what is accepted survives being printed."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from derive import language
from derive.errors import InputError
from derive.language import gallery, gallery_path, one_liner, parse, write

DECLARED = "network t\ndim N, D = 3, K = 2*D\nconst c = 2\ninput x[N, D], t[N] in K\nparam W[D, K], b[K]\nf(u) = u*c\n"
PIECES = (
    *("x", "t", "W", "b", "c", "N", "D", "K", "n", "i", "k", "f", "u", "1", "2", "0", "0.5", "inf", "pi"),
    *("+", "-", "*", "/", "//", "**", "@", ".T", "(", ")", "[", "]", ",", ":", "=", "==", "<"),
    *("and", "or", "not", "for", "if", "in", "else"),
    "sum(", "mean(", "max(", "softmax(", "exp(", "log(", "f(", "where(", "over=", "x[n,i]", "W[i,k]", "[n,k]",
    " for i)",
    "x[n,i-1]", "(x[n,i+1] else", "a[n-1,k]", "a[n+1,k]", "b[(1,i)]", "b[", "(0,i)",
    "[n == k]", "over=D if", "if i <= n)",
    "cross_entropy(", "norm(", "argmax(", "1e-5", "\n", "#", '"', "ε", "loss E", "output y",
)  # fmt: skip
REFERENCE = Path(language.__file__).with_name("REFERENCE.md").read_text(encoding="utf-8")
TEXTS = [gallery_path(name).read_text(encoding="utf-8") for name in gallery()]
TEXTS += re.findall(r"```net\n(.*?)```", REFERENCE, re.DOTALL)


def accepts_or_complains(text: str) -> None:
    try:
        network = parse(text)
    except InputError as error:
        assert str(error)
        return
    assert parse(network.text) == network
    write(network)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
@example("network t\n\x0c")
@example("network t\ndim N = 1//0\n")
@example("network t\nparam a\nloss E = 0**-a\n")
def test_any_text(text: str) -> None:
    accepts_or_complains(text)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_any_right_side(pieces: list[str]) -> None:
    accepts_or_complains(f"{DECLARED}a[n,k] = {' '.join(pieces)}\nloss E = sum(x @ W + b)\n")
    accepts_or_complains(f"{DECLARED}a[-1,k] = 0\na[n,k] = {' '.join(pieces)}\nloss E = sum(x @ W + b)\n")
    accepts_or_complains(f"{DECLARED}loss E = sum(x @ W + b) * ({' '.join(pieces)})\n")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(TEXTS), st.integers(0, 900), st.integers(0, 8), st.sampled_from((*PIECES, "")))
def test_a_gallery_network_with_something_replaced(text: str, start: int, length: int, piece: str) -> None:
    accepts_or_complains(text[:start] + piece + text[start + length :])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=10))
def test_any_formula(pieces: list[str]) -> None:
    try:
        one_liner(" ".join(pieces))
    except InputError as error:
        assert str(error)

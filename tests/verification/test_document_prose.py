"""A formula without delimiters is told from a sentence by its words."""

from __future__ import annotations

import pytest

from derive.verification.document import document_of

FORMULAS = """\
dz/dx = 2t * 1
dW1 = x.T @ dz1
delta2 = p - y
dz2[n,k] = (p[n,k] - y[n,k]) / N
∂E/∂w = Σ_n (a_n − y_n)·x_n
W → 0.4
for i = j: dp_i/dz_j = p_i (1 - p_i)
E_total = E_o1 + E_o2 = 0.02397190
w5+ = w5 - 0.5 * dE/dw5 = 0.437
loss = -sum(y * log(p))
loss = 0.5
eta = 0.5
a = b
dW = dZ
δ² = (Wᵀ δ³) ⊙ σ'(z²)
h' = h (1 - h)
dz = [1, -2, 3]
sum_k p_k = 1
dp_i/dz_j = p_i (1 - p_j) if i = j
dp_i/dz_j = -p_i p_j for i != j
W := W - eta dW
w <- w - 0.1 * dw
x_1 ≈ 0.3
\\frac{\\partial E}{\\partial W} = X^\\top \\delta
sigma(z) = 1 / (1 + exp(-z))
f(x) = max(0, x)
dW = np.dot(x.T, dz)
0 <= p_k <= 1
max p_k >= 1/K
sum(p[n,k] for k) = 1
dW = np.einsum('nd,nh->dh', x, dz)
dscores = probs / num_examples
"""

SENTENCES = """\
the loss = 3
loss = mean squared error
The gradient of the loss is dW = x.T @ dz as shown.
Setting x = 3 gives a nice result.
input -> hidden -> output
x -> z1 -> a1 -> W2
self.dw = x
author = John
We write a = b, because it is so.
see x = 3?
a "quoted = word"
python train.py --rate=3
Requires-Python: >=3.10
numpy>=2.0.0
NODE_DEBUG=foo
entry_points = setuptools.dist:check_entry_points
https://example.org/?q=3
손실 = 3
학습률은 eta = 0.5 이다
loss goes down as N > 0
f(x=3)
x == 3
a =
a = = b
>= 12.4
====
p_i (1 - p_j) if i = j
<a href=b>
"""


@pytest.mark.parametrize("kind", ["plain", "markdown"])
@pytest.mark.parametrize("line", FORMULAS.splitlines())
def test_a_line_of_mathematics_is_a_formula(line: str, kind: str) -> None:
    (snippet,) = document_of(f"\n{line}.\n", "notes", kind).snippets  # type: ignore[arg-type]
    assert (snippet.text, snippet.display) == (line, True)
    assert snippet.surface == ("latex" if "\\" in line else "plain")
    assert snippet.starts == tuple((2, column) for column in range(1, len(line) + 1))


@pytest.mark.parametrize("kind", ["plain", "markdown"])
@pytest.mark.parametrize("line", SENTENCES.splitlines())
def test_a_sentence_is_none(line: str, kind: str) -> None:
    assert not document_of(line, "notes", kind).snippets  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["plain", "markdown"])
@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("E = 1/2 (y - t)^2\n  = 0.5 * 0.04\n  = 0.02", ["E = 1/2 (y - t)^2\n  = 0.5 * 0.04\n  = 0.02"]),
        ("a = b +\nc\nd = e", ["a = b +\nc", "d = e"]),
        ("dW = sum(x[n] *\n  dz[n])", ["dW = sum(x[n] *\n  dz[n])"]),
        ("dz/dx\n= 2t", ["dz/dx\n= 2t"]),
        ("a = b   # first\nc = d  # second", ["a = b", "c = d"]),
        ("E = 1  # from before\n = 3  # wrong", ["E = 1\n = 3"]),
        ("so dz = p - y, where p = softmax(z).", ["dz = p - y", "p = softmax(z)"]),
        ("dz = p - y and dW = x.T @ dz", ["dz = p - y", "dW = x.T @ dz"]),
        ("Output layer: dz2 = (p - y) / N   (3)", ["dz2 = (p - y) / N"]),
        ("dz = p - y for a single example", ["dz = p - y"]),
        ("dz = p - y (see above)", ["dz = p - y"]),
        ("- a = b\n- c = d", ["a = b", "c = d"]),
        ("1. a = b\n2) c = d", ["a = b", "c = d"]),
    ],
)
def test_what_stands_around_a_formula_is_no_part_of_it(text: str, formulas: list[str], kind: str) -> None:
    assert [snippet.text for snippet in document_of(text, "notes", kind).snippets] == formulas  # type: ignore[arg-type]


def test_a_chain_may_go_on_behind_an_empty_line() -> None:
    for kind in ("plain", "markdown"):
        document = document_of("a = b\n\n= 2 c\n\nd = e", kind=kind)  # type: ignore[arg-type]
        assert [snippet.text for snippet in document.snippets] == ["a = b\n= 2 c", "d = e"]


def test_a_comment_above_a_plain_formula_says_what_it_is_about() -> None:
    first, second = document_of("# for one example\na = b\n# and\nc = d", kind="plain").snippets
    assert first.before == second.before == "for one example"


def test_markdown_has_further_places_for_plain_formulas() -> None:
    text = (
        "    dz = p - y\n\n```\ndW = x.T @ dz\n   = 3\n```\n\nso `db = sum(dz)` and `f(x=3)`\n\n"
        "```text\nq = 1\n```\n\n**a = b**\n\nW\\_1 = x\\_2 * 3"
    )
    document = document_of(text, "notes.md")
    formulas = ["dz = p - y", "dW = x.T @ dz\n   = 3", "db = sum(dz)", "q = 1", "a = b", "W_1 = x_2 * 3"]
    assert [snippet.text for snippet in document.snippets] == formulas
    assert {snippet.surface for snippet in document.snippets} == {"plain"}
    assert document.snippets[-1].starts[:3] == ((16, 1), (16, 3), (16, 4))


@pytest.mark.parametrize(
    "program", ["import numpy", "for i in range(3):", "x += 1", "print(x)", "int i = 3;", "if (a == b) {"]
)
def test_a_block_with_a_line_of_a_program_is_a_program(program: str) -> None:
    assert not document_of(f"```\na = b + 1\n{program}\n```", "notes.md").snippets
    assert document_of("```\na = b + 1\n```", "notes.md").snippets

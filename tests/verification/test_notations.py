"""Notations of code, courses and papers: each is read as it is meant, and a wrong claim in it is found."""

from __future__ import annotations

import numpy as np
import pytest

import derive
from derive.errors import InputError
from derive.index import Index
from derive.verification.einsum import einsum
from derive.verification.value import DoesNotFit, Value
from derive.verification.verdict import Mistake, Outcome, Report
from tests.benchmarks.claims import document_for

RIGHT = [
    # einsum
    ("mlp", "plain", "dW2 = np.einsum('nj,nk->jk', h, p - y) / N"),
    ("mlp", "plain", "dh = np.einsum('nk,jk->nj', (p - y) / N, W2)"),
    ("mlp", "plain", 'db2 = jnp.einsum("nk->k", (p - y) / N)'),
    ("attention_single_head", "plain", "dv = torch.einsum('btu,bte->bue', a, dy)"),
    # functions of libraries
    ("mlp", "plain", "p = jax.nn.softmax(z2)"),
    ("mlp", "plain", "p = F.softmax(z2, dim=1)"),
    # code counts from 0
    ("lstm", "plain", "dWy = h[T-1].T @ dz"),
    ("lstm", "plain", "dWy = h_T^T dz"),
    # a variable with the name of a word
    ("lstm", "plain", "do = dh * np.tanh(c)"),
    # changes in place
    ("mlp", "plain", "W1 -= lr * dW1"),
    ("mlp", "plain", "W1 += -lr * dW1"),
    ("mlp", "plain", "W1+ = W1 - lr * dW1"),
    ("mlp", "latex", r"W_1 \mathrel{-}= \eta \frac{\partial E}{\partial W_1}"),
    ("mlp", "latex", r"W_1^+=W_1 - \eta \frac{\partial E}{\partial W_1}"),
    # a prime for the slope of an activation, or for a transpose
    ("mlp", "plain", "h' = h * (1 - h)"),
    ("mlp", "latex", r"h'_j = h_j (1 - h_j)"),
    ("mlp", "plain", "dW2 = h' @ (p - y) / N"),
    # a symbol with a name in brackets
    ("vae", "latex", r"\frac{\partial E}{\partial \mu_{nk}} = (\mu_{nk} + \sum_d (r_{nd} - x_{nd}) (W_d)_{kd}) / N"),
    # sums that leave the axis
    ("conv1d", "plain", "∂L/∂k[o,c,u] = Σ_n Σ_r dy[n,o,r] · x[n,c,r+u]"),
]  # fmt: skip
WRONG = [
    ("mlp", "plain", "dh = np.einsum('nk,kj->nj', (p - y) / N, W2)", {Mistake.SHAPE, Mistake.TRANSPOSE}),
    ("mlp", "plain", "dW2 = np.einsum('nj,nk->kj', h, p - y) / N", {Mistake.TRANSPOSE}),
    ("attention_single_head", "plain", "dv = torch.einsum('btu,bte->bte', a, dy)", None),
    ("lstm", "plain", "dWy = h[T-2].T @ dz", None),
    ("lstm", "plain", "do = dh * c", None),
    ("mlp", "plain", "W1 -= lr * dW2", {Mistake.INDEX, Mistake.SYMBOL}),
    ("mlp", "plain", "W1 += lr * dW1", {Mistake.UPDATE, Mistake.SIGN}),
    ("mlp", "latex", r"W_1 \mathrel{-}= \eta W_1", {Mistake.UPDATE}),
    ("mlp", "plain", "h' = h * (h - 1)", {Mistake.SIGN, Mistake.ACTIVATION}),
    ("mlp", "plain", "dz1 = dh * h", {Mistake.ACTIVATION}),
    ("mlp_relu", "plain", "dz3 = (p - y) / N", {Mistake.FACT}),  # y holds labels there
    ("conv1d", "plain", "∂L/∂k[o,c,u] = Σ_n Σ_r dy[n,o,r] · x[n,c,r-u]", {Mistake.INDEX}),
]


def verified(network: str, surface: str, claim: str) -> Report:
    return derive.verify(
        derive.read(derive.gallery_path(network)), document_for({"surface": surface, "claim": claim, "id": "<text>"})
    )


def about(network: str | None, text: str) -> Report:
    return derive.verify(derive.read(derive.gallery_path(network)) if network else None, text)


@pytest.mark.parametrize(("network", "surface", "claim"), RIGHT)
def test_a_right_claim_holds(network: str, surface: str, claim: str) -> None:
    report = verified(network, surface, claim)
    assert [verdict.outcome for verdict in report.verdicts] == [Outcome.HOLDS], report


@pytest.mark.parametrize(("network", "surface", "claim", "mistakes"), WRONG)
def test_a_wrong_claim_fails(network: str, surface: str, claim: str, mistakes: set[Mistake] | None) -> None:
    (verdict,) = verified(network, surface, claim).verdicts
    assert verdict.outcome is Outcome.FAILS
    if mistakes is not None:
        assert verdict.diagnosis is not None and verdict.diagnosis.mistake in mistakes, verdict


def test_a_value_that_is_changed_in_place_is_not_followed() -> None:
    (verdict,) = verified("mlp", "plain", "p -= y").verdicts
    assert verdict.outcome is Outcome.NOT_UNDERSTOOD and "in place" in verdict.reason


def test_equations_side_by_side_are_claims_of_their_own() -> None:
    report = about(
        "mlp",
        "$$\n\\begin{align}\nh &= \\sigma(z_1) & z_2 &= h W_2 + b_2 \\\\\n"
        "p &= \\mathrm{softmax}(z_2) & "
        "\\frac{\\partial E}{\\partial W_2} &= x^\\top \\frac{\\partial E}{\\partial z_2}\n"
        "\\end{align}\n$$\n",
    )
    outcomes = [verdict.outcome for verdict in report.verdicts]
    assert outcomes == [Outcome.HOLDS, Outcome.HOLDS, Outcome.HOLDS, Outcome.FAILS]


# Declarations


DECLARATIONS = (
    r"$x \in \mathbb{R}^D$, $i = 1,\dots,n$, $\epsilon \sim \mathcal{N}(0, I)$, $y \in \{0,1\}^K$ and $t \in [0, 1]$."
)


@pytest.mark.parametrize("network", ["mlp", None])
def test_declarations_claim_nothing_and_are_told(network: str | None) -> None:
    report = about(network, DECLARATIONS + "\n\nfor n = 1..N\n")
    assert not report.verdicts
    (note,) = (note for note in report.notes if note.startswith("declarations"))
    assert "x \\in \\mathbb{R}^D" in note and "\\mathcal{N}" in note and "and 1 more" in note


def test_a_number_of_some_order_is_too_little_to_check() -> None:
    (verdict,) = about("mlp", r"$E \sim 0.3$").verdicts
    assert verdict.outcome is Outcome.NOT_UNDERSTOOD and "order" in verdict.reason


def test_a_declaration_that_contradicts_the_network_is_told() -> None:
    report = about("mlp", r"$W_1 \in \mathbb{R}^{K \times N}$, $x \in \mathbb{R}^{D}$, and $\sigma$ is the tanh.")
    told = " ".join(report.notes)
    assert "in the network W1 is (D, H)" in told and "σ is tanh; the network applies sigmoid" in told
    assert "x is" not in told  # a row of x has D entries


FITTING = [r"$W_1 \in \mathbb{R}^{D \times H}$", r"$W_1 \in \mathbb{R}^{H \times D}$", r"$x \in \mathbb{R}^{m}$"]


@pytest.mark.parametrize("text", FITTING)
def test_a_declaration_that_fits_is_no_contradiction(text: str) -> None:
    assert len(about("mlp", text).notes) == 1


# Labels


def test_labels_are_rows_where_the_text_says_so() -> None:
    claims = (
        r"$\frac{\partial E}{\partial z_3} = (p - y)/N$",
        r"$\frac{\partial E}{\partial z_{3,nk}} = (p_{nk} - y_{nk})/N$",
        r"$\delta_{3,nk} = p_{nk}/N - [k = y_n]/N$",
        r"$\frac{\partial E}{\partial z_3} = (y - p)/N$",
    )
    report = about("mlp_relu", "Here $y$ is one-hot.\n\n" + "\n\n".join(claims) + "\n")
    outcomes = [verdict.outcome for verdict in report.verdicts]
    assert outcomes == [Outcome.HOLDS, Outcome.HOLDS, Outcome.HOLDS, Outcome.FAILS]
    assert "one-hot" in report.reading


# What is claimed in words, and tables


@pytest.mark.parametrize("claim", ["E falls", "the loss is small", "everything converges"])
def test_a_marked_claim_without_a_number_is_not_understood(claim: str) -> None:
    (verdict,) = about("mlp", f"claim: {claim}\n").verdicts
    assert verdict.outcome is Outcome.NOT_UNDERSTOOD and "number" in verdict.reason


def test_a_table_that_names_nothing_is_refused() -> None:
    network = derive.read(derive.gallery_path("mlp"))
    with pytest.raises(InputError, match=r"q = hidden.*no hidden"):
        derive.verify(network, "h = sigmoid(z1)", symbols=[("q", "hidden")])
    assert derive.verify(network, "q = sigmoid(z1)", symbols=[("q", "h")]).exit_code == 0


# einsum against NumPy


SIZES = {"i": 2, "j": 3, "k": 4}


@pytest.mark.parametrize(
    "subscripts", ["ij,jk->ik", "ij,kj->ki", "ij->j", "ij->", "ij,ij->i", "ii->i", "ij,jk", "i,j->ji"]
)
def test_einsum_is_that_of_numpy(subscripts: str) -> None:
    rng = np.random.default_rng(0)
    pieces = subscripts.partition("->")[0].split(",")
    arrays = [rng.normal(size=[SIZES[letter] for letter in piece]) for piece in pieces]
    values = []
    for number, (piece, array) in enumerate(zip(pieces, arrays, strict=True)):
        letters = tuple(Index(f"a{number}{place}", SIZES[letter]) for place, letter in enumerate(piece))
        values.append(Value(letters, derive.arrays.Named(letters, array)))
    found = einsum(f"'{subscripts}'", values)
    np.testing.assert_allclose(found.data.along(found.axes), np.einsum(subscripts, *arrays))


@pytest.mark.parametrize("subscripts", ["ij", "ij,jk->il", "ij,jj->i", "ijk,jk->i", "ij,jk->iik"])
def test_einsum_refuses_what_numpy_refuses(subscripts: str) -> None:
    values = []
    for number, sizes in enumerate([(2, 3), (3, 4)]):
        letters = tuple(Index(f"a{number}{place}", size) for place, size in enumerate(sizes))
        values.append(Value(letters, derive.arrays.Named(letters, np.ones(sizes))))
    with pytest.raises(DoesNotFit):
        einsum(f"'{subscripts}'", values)

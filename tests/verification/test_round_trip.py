"""Every equation that our own documents print is read back, and holds for the network that it was derived from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import codegen
import derive
from derive.verification.verdict import Outcome, Report

# Of each kind one: layers, normalisation, windows, tokens, cases, kinks, penalties, labels, steps, heads, other words.
NETWORKS = (
    "mlp",
    "batch_norm",
    "neuron",
    "softmax_loss",
    "conv1d",
    "embedding",
    "elu",
    "huber",
    "hard_swish",
    "elastic_net",
    "class_weights",
    "avg_pool",
    "dropout",
    "info_nce",
)
_NUMBERED = {"md": re.compile(r"\\qquad \(\d+\)"), "tex": re.compile(r"\\qquad \(\d+\)")}


def read_back(name: str, form: str, directory: Path) -> tuple[Report, list[str]]:
    """The report of a network's own document, and the lines of the document."""
    derivation = derive.differentiate(derive.read(derive.gallery_path(name)))
    text = codegen.document(derivation, format=form)
    path = directory / f"{name}.{form}"
    path.write_text(text, encoding="utf-8")
    return derive.verify(derivation.network, path), text.split("\n")


@pytest.mark.parametrize("form", ["md", "tex"])
@pytest.mark.parametrize("name", NETWORKS)
def test_all_equations_of_a_document_hold(name: str, form: str, tmp_path: Path) -> None:
    report, lines = read_back(name, form, tmp_path)
    assert [verdict for verdict in report.verdicts if verdict.outcome is Outcome.FAILS] == []
    # A line of code may use a name that only the listing above it gives; index and matrix form are always understood.
    unread = [verdict for verdict in report.verdicts if verdict.outcome is not Outcome.HOLDS]
    assert [verdict for verdict in unread if verdict.claim.surface == "latex" or not verdict.claim.surface] == []
    answered = {verdict.claim.place.line for verdict in report.verdicts} | {
        definition.place.line for definition in report.definitions
    }
    numbered = {number for number, line in enumerate(lines, start=1) if _NUMBERED[form].search(line)}
    assert numbered
    assert numbered <= answered


@pytest.mark.parametrize("form", ["md", "tex"])
def test_a_document_with_a_mistake_does_not_hold(form: str, tmp_path: Path) -> None:
    derivation = derive.differentiate(derive.read(derive.gallery_path("mlp")))
    text = codegen.document(derivation, format=form)
    right, wrong = r"\frac{1}{N} (p_{nk} - y_{nk})", r"\frac{1}{N} (y_{nk} - p_{nk})"
    assert right in text
    path = tmp_path / f"mlp.{form}"
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    report = derive.verify(derivation.network, path)
    assert {verdict.claim.right.replace("  ", " ") for verdict in report.with_outcome(Outcome.FAILS)} == {wrong}


# What our documents need, in notes of others: the network, a text, and how its claims come out.
SAID = (
    # programs
    ("mlp", "db2 = dz2.sum(axis=0)", ["holds"]),
    ("mlp", "db2 = np.sum(dz2, axis=0, keepdims=True)", ["holds"]),
    ("mlp", "db2 = dz2.sum(axis=1)", ["fails"]),
    ("mlp", "db2 = dz2.mean(axis=0)", ["fails"]),
    ("mlp", "db2 = dz2.sum(over=N)", ["holds"]),
    ("mlp", "db2 = dz2.sum(over=K)", ["fails"]),
    ("mlp", "dW2 = np.dot(h.T, dz2)", ["holds"]),
    ("mlp", "dW2 = np.dot(h, dz2)", ["fails"]),
    ("mlp", "dW2 = np.tensordot(h, dz2, axes=((0,), (0,)))", ["holds"]),
    ("mlp_relu", "dz1 = (dz2 @ W2.T) * (z1 > 0)", ["holds"]),
    ("mlp_relu", "dz1 = (dz2 @ W2.T) * (z1 < 0)", ["fails"]),
    ("mlp_relu", "dz1 = np.where(z1 > 0, dz2 @ W2.T, 0)", ["holds"]),
    ("mlp_relu", "dz1 = np.where(z1 > 0, 0, dz2 @ W2.T)", ["fails"]),
    ("triplet", "dq = 2.0 * dfar[:, None] * (q - a)", ["holds"]),
    ("rnn", "dh = dz[:, :3] @ Wy.T", ["not understood"]),
    # functions of any number
    ("mlp", r"$\mathrm{sigmoid}(u) = \frac{1}{1 + e^{-u}}$", ["holds"]),
    ("mlp", r"$\mathrm{sigmoid}(u) = \frac{1}{1 - e^{-u}}$", ["fails"]),
    ("mlp", r"$\frac{\partial}{\partial u} \tanh u = 1 - (\tanh u)^2$", ["holds"]),
    ("mlp", r"$\frac{\partial}{\partial u} \tanh u = 1 + (\tanh u)^2$", ["fails"]),
    ("gelu_tanh", r"$h_n = \mathrm{gelu}\,\mathrm{tanh}(z_n)$", ["holds"]),
    ("gelu_tanh", r"$h_n = \mathrm{gelu}(\mathrm{tanh}(z_n))$", ["fails"]),
    ("leaky_relu", r"$\mathrm{leaky}\,\mathrm{relu}(z, c) = \max(z, 0) + c \min(z, 0)$", ["holds"]),
    # a derivative while other values stay as they are
    ("batch_norm", r"$\frac{\partial \hat x_{ni}}{\partial x_{ni}} = \frac{1}{s_i}$", ["undecided"]),
    ("batch_norm", r"Local derivative: $\frac{\partial \hat x_{ni}}{\partial x_{ni}} = \frac{1}{s_i}$", ["holds"]),
    ("batch_norm", r"$\frac{\partial \hat x_{ni}}{\partial x_{ni}} = \frac{1}{s_i^2}$", ["fails"]),
    ("batch_norm", r"$\frac{\partial L}{\partial x_{ni}} = \frac{\partial L}{\partial \hat x_{ni}} / s_i$", ["fails"]),
    ("mlp", r"$\frac{\partial z_{2,nk}}{\partial x_{ni}} = 0$", ["fails"]),
    ("ridge", r"$\frac{\partial E}{\partial w_i}\Big\vert_{\mathrm{direct}} = \lambda w_i$", ["holds"]),
    # axes that are products of two, and windows
    ("attention", r"$S_{bhtu} = \frac{1}{\sqrt{K}} \sum_e q_{bt,(he)} k_{bu,(he)}$", ["holds"]),
    ("attention", r"$S_{bhtu} = \frac{1}{\sqrt{K}} \sum_e q_{bt,(he)} k_{bt,(he)}$", ["fails"]),
    ("causal_conv", r"Indices count from 0: $\frac{\partial L}{\partial k_{ocf}} = \sum_{n,t} "
     r"[t - 2 f \ge 0] \frac{\partial L}{\partial y_{not}} x_{nc,t - 2 f}$", ["holds"]),
    ("causal_conv", r"Indices count from 0: $\frac{\partial L}{\partial k_{ocf}} = \sum_{n,t} "
     r"[t - f \ge 0] \frac{\partial L}{\partial y_{not}} x_{nc,t - f}$", ["fails"]),
    ("conv1d", r"$\frac{\partial L}{\partial x_{ncw}} = \sum_o \sum_{r,u:\, r + u = w} "
     r"\frac{\partial L}{\partial y_{nor}} k_{ocu}$", ["holds"]),
    ("conv1d", r"$\frac{\partial L}{\partial x_{ncw}} = \sum_o \sum_{r,u:\, r = w + u} "
     r"\frac{\partial L}{\partial y_{nor}} k_{ocu}$", ["fails"]),
    # labels below Kronecker's delta
    ("cross_entropy_labels", r"$\frac{\partial E}{\partial z_{nk}} = (p_{nk} - \delta_{k,y_n}) / N$", ["holds"]),
    ("cross_entropy_labels", r"$\frac{\partial E}{\partial z_{nk}} = (p_{nk} + \delta_{k,y_n}) / N$", ["fails"]),
    # cases, limits, places: no claims
    ("rnn", r"For $t = T$ there is no next step, and $t < T$ otherwise.", []),
    ("mlp", r"The slope is largest at $z_1 = 0$, and $p_{nk} \to 0$ is a limit.", []),
    ("gaussian_variance", "The gradient is zero where\n\n$$m = \\frac{1}{N} \\sum_n y_n$$", []),
    # remarks behind a step are none either
    ("mlp", r"$$\begin{aligned} \frac{\partial h_{nj}}{\partial z_{1,nj}} &= h_{nj} (1 - h_{nj}) && "
     r"\text{quotient rule }(f/g)' = f'/g \end{aligned}$$", ["holds"]),
)  # fmt: skip


@pytest.mark.parametrize(("name", "text", "outcomes"), SAID, ids=[f"{name}-{text[:40]}" for name, text, _ in SAID])
def test_what_documents_need_is_read_in_any_notes(name: str, text: str, outcomes: list[str]) -> None:
    report = derive.verify(derive.read(derive.gallery_path(name)), text)
    assert [verdict.outcome.value for verdict in report.verdicts] == outcomes

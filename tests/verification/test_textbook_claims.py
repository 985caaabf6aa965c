"""Claims as textbooks write them, without hints: each is read in some convention, and comes out right."""

from __future__ import annotations

import pytest

import derive
from derive.verification.verdict import Mistake, Outcome, Report

RIGHT = [
    ("softmax_classifier", r"\nabla_W E = \frac{1}{N} X^\top (P - Y)"),
    ("softmax_classifier", r"\frac{\partial E}{\partial W} = \frac{1}{N}\sum_{n=1}^{N} x_n (p_n - y_n)^\top"),
    ("softmax_classifier", r"\frac{\partial E}{\partial W} = \frac{1}{N}\sum_{n=1}^{N} x_n^\top (p_n - y_n)"),
    ("softmax_classifier", r"\frac{\partial E}{\partial W_{ij}} = \frac1N \sum_n (p_{nj} - y_{nj}) x_{ni}"),
    ("softmax_classifier", r"\frac{\partial p_i}{\partial z_j} = p_i (\mathbb{1}[i=j] - p_j)"),
    (
        "softmax_classifier",
        r"\frac{\partial p_i}{\partial z_j} = \begin{cases} p_i(1-p_i) & \text{if } i = j \\ -p_i p_j"
        r" & \text{otherwise} \end{cases}",
    ),
    ("softmax_classifier", r"\frac{\partial p}{\partial z} = \mathrm{diag}(p) - p p^\top"),
    ("softmax_loss", r"\frac{\partial L}{\partial a_i} = p_i - y_i"),
    ("logistic_regression", r"\nabla_w E = \frac{1}{N} X^T (\sigma(Xw + b) - y)"),
    ("logistic_regression", r"\frac{\partial J}{\partial w_j} = \frac1m\sum_{i=1}^m (a^{(i)} - y^{(i)}) x_j^{(i)}"),
    ("logistic_regression", r"\frac{\partial E}{\partial b} = \frac{1}{N}\sum_n (p_n - y_n)"),
    ("quadratic_mlp", r"\delta^L = \nabla_a C \odot \sigma'(z^L)"),
    ("quadratic_mlp", r"\delta^l = ((w^{l+1})^T \delta^{l+1}) \odot \sigma'(z^l)"),
    ("quadratic_mlp", r"\frac{\partial C}{\partial b^l_j} = \delta^l_j"),
    ("quadratic_mlp", r"\frac{\partial C}{\partial w^l} = \delta^l (a^{l-1})^T"),
    ("mlp_relu", r"\delta_1 = (\delta_2 W_2^T) \odot \mathbb{1}[z_1 > 0]"),
    ("mlp_relu", r"\delta_1 = (\delta_2 W_2^T) \odot [z_1 > 0]"),
    ("mlp_relu", r"\frac{\partial h_1}{\partial z_1} = \mathbf{1}_{\{z_1 > 0\}}"),
    ("rnn", r"\frac{\partial E}{\partial W_h} = \sum_{t} h_{t-1}^\top \delta_t"),
    ("rnn", r"\frac{\partial E}{\partial b} = \sum_t \sum_n \delta_{n,t}"),
    ("lstm", r"\frac{\partial E}{\partial o_t} = \frac{\partial E}{\partial h_t} \odot \tanh(c_t)"),
    ("lstm", r"\bar{i}_t = \bar{c}_t \odot g_t"),
    ("layer_norm", r"\frac{\partial L}{\partial b} = \sum_n \frac{\partial L}{\partial y_n}"),
    ("attention_single_head", r"\frac{\partial L}{\partial v} = a^\top \frac{\partial L}{\partial y}"),
    ("vae", r"\frac{\partial z}{\partial \mu} = 1"),
    ("deep_mlp", r"\delta^{(l)} = \delta^{(l+1)} W^{(l+1)\top} \odot a^{(l)}(1-a^{(l)})"),
    ("deep_mlp", r"\delta^{l} = (W^{l+1})^\top\delta^{l+1} \odot a^{l}\odot(1-a^{l})"),
    ("mlp", r"\frac{\partial E}{\partial z_2} = \frac{\partial E}{\partial p}\frac{\partial p}{\partial z_2}"),
    ("mlp", r"\frac{\partial E}{\partial W_2} = h^T \frac{p-y}{N}"),
    ("mlp", r"E = -\frac{1}{N}\sum_{n=1}^{N}\sum_{k=1}^{K} y_{nk} \ln p_{nk}"),
    ("mlp", r"p_k = \frac{\exp(z_{2,k})}{\sum_{j=1}^{K}\exp(z_{2,j})}"),
    ("mlp", r"\frac{\partial z_2}{\partial W_2} = h^\top"),
    ("mlp", r"W_1 := W_1 - \alpha \frac{\partial E}{\partial W_1}"),
    ("mlp", "∂E/∂b2 = Σ_n (p_n − y_n)/N"),
    ("conv2d", r"\frac{\partial L}{\partial b_o} = \sum_{n,r,s} \frac{\partial L}{\partial y_{n,o,r,s}}"),
]

WRONG = [
    ("mlp", r"\delta_2 = p - y", Mistake.MEAN),
    ("mlp", "db1 = dz1", Mistake.SUM),
    ("mlp", "dz1 = dz2 @ W2.T * (1 - h**2)", Mistake.ACTIVATION),
    ("mlp", r"\frac{\partial E}{\partial W_1} = x \delta_1^\top", Mistake.TRANSPOSE),
    ("softmax_classifier", r"\frac{\partial p_i}{\partial z_j} = p_i (1 - p_j)", Mistake.DELTA),
    ("linear_regression", r"w := w + \eta \frac{1}{N} X^T(a - y)", Mistake.UPDATE),
    ("rnn", r"\frac{\partial E}{\partial W_h} = \sum_{t} h_t^\top \delta_t", Mistake.INDEX),
]


def verified(network: str, claim: str) -> Report:
    return derive.verify(derive.read(derive.gallery_path(network)), claim)


@pytest.mark.parametrize(("network", "claim"), RIGHT)
def test_what_textbooks_say_is_confirmed(network: str, claim: str) -> None:
    report = verified(network, claim)
    assert report.verdicts
    assert {verdict.outcome for verdict in report.verdicts} == {Outcome.HOLDS}, report.verdicts


@pytest.mark.parametrize(("network", "claim", "mistake"), WRONG)
def test_what_people_get_wrong_is_named(network: str, claim: str, mistake: Mistake) -> None:
    (verdict,) = verified(network, claim).verdicts
    assert verdict.outcome is Outcome.FAILS
    assert verdict.diagnosis is not None
    assert verdict.diagnosis.mistake is mistake


def test_a_claim_that_holds_for_one_example_says_so() -> None:
    (verdict,) = verified("mlp", r"\delta_2 = p - y").verdicts
    assert verdict.remark == "for a single example it would hold"


def test_an_outcome_has_no_truth_value() -> None:
    (verdict,) = verified("mlp", "dW1 = x.T @ dz1").verdicts
    with pytest.raises(TypeError, match="not true or false"):
        bool(verdict.outcome)

"""Formulas on paper are worth what the expressions are worth, and read the way people write."""

from __future__ import annotations

import itertools
from typing import get_args

import numpy as np
import pytest
from sympy import Expr, Integer, Rational, pi, sqrt

from codegen.notation import formula as f
from codegen.notation.arrange import arrange
from codegen.notation.latex import _PRINTERS as LATEX_PRINTERS
from codegen.notation.latex import latex
from codegen.notation.plain import _PRINTERS as PLAIN_PRINTERS
from codegen.notation.plain import plain
from codegen.notation.setting import Setting
from derive.activations import SIGMOID, TANH
from derive.binding import bind, free_letters
from derive.entry import Tensor
from derive.evaluate import point
from derive.evaluate.expression import value
from derive.functions import apply, exp, log
from derive.index import Index
from derive.layers import layer_norm, softmax
from derive.operators import Compare, Delta, Partial, Sum, Where, Written, iverson
from tests.documents.networks import D, H, K, N, i, j, k, n
from tests.documents.worth import Worth, walk

l = Index("l", K)  # noqa: E741
x, W1, b1, z1, h = (
    Tensor("x", (N, D)),
    Tensor("W1", (D, H)),
    Tensor("b1", (H,)),
    Tensor("z1", (N, H)),
    Tensor("h", (N, H)),
)
W2, z2, p, y = Tensor("W2", (H, K)), Tensor("z2", (N, K)), Tensor("p", (N, K)), Tensor("y", (N, K))
dz1, dh, dz2, dp = Tensor("dz1", (N, H)), Tensor("dh", (N, H)), Tensor("dz2", (N, K)), Tensor("dp", (N, K))
m, v, g, beta = Tensor("m", (N,)), Tensor("v", (N,)), Tensor("g", (D,)), Tensor("beta", (D,))
TENSORS = (x, W1, b1, z1, h, W2, z2, p, y, dz1, dh, dz2, dp, m, v, g, beta)
NAMES = ("N", "D", "H", "K", *(tensor.name for tensor in TENSORS if not tensor.name.startswith("d")), "E")
SETTING = Setting(
    "E",
    {name: name[1:] for name in ("dz1", "dh", "dz2", "dp")},
    {name: place for place, name in enumerate(NAMES)},
    {"N": ("n",), "D": ("i",), "H": ("j",), "K": ("k",)},
    frozenset(NAMES),
)
LINEAR = Setting(SETTING.loss, SETTING.gradients, SETTING.ranks, SETTING.letters, SETTING.taken, linear=True)

# expression, letters of the left side, LaTeX, one line of text
CASES: list[tuple[Expr, tuple[Index, ...], str, str]] = [
    (
        bind(Sum, x[n, i] * W1[i, j], [i]) + b1[j],
        (n, j),
        r"\sum_{i} x_{ni} W_{1,ij} + b_{1,j}",
        "Σ_i x[n,i]·W1[i,j] + b1[j]",
    ),
    (
        bind(Sum, x[n, i] * dz1[n, j], [n]),
        (i, j),
        r"\sum_{n} x_{ni} \frac{\partial E}{\partial z_{1,nj}}",
        "Σ_n x[n,i]·dz1[n,j]",
    ),
    (
        bind(Sum, dz2[n, k] * W2[j, k], [k]),
        (n, j),
        r"\sum_{k} \frac{\partial E}{\partial z_{2,nk}} W_{2,jk}",
        "Σ_k dz2[n,k]·W2[j,k]",
    ),
    (
        h[n, j] * (1 - h[n, j]) * dh[n, j],
        (n, j),
        r"\frac{\partial E}{\partial h_{nj}} h_{nj} (1 - h_{nj})",
        "dh[n,j]·h[n,j]·(1 - h[n,j])",
    ),
    ((p[n, k] - y[n, k]) / N, (n, k), r"\frac{1}{N} (p_{nk} - y_{nk})", "(p[n,k] - y[n,k]) / N"),
    (2 * (p[n, k] - y[n, k]), (n, k), r"2 (p_{nk} - y_{nk})", "2·(p[n,k] - y[n,k])"),
    ((y[n, k] - p[n, k]) / 2, (n, k), r"\frac{1}{2} (y_{nk} - p_{nk})", "(y[n,k] - p[n,k]) / 2"),
    (-y[n, k] - p[n, k], (n, k), r"-(p_{nk} + y_{nk})", "-(p[n,k] + y[n,k])"),
    (h[n, j] ** 2 - 1, (n, j), r"h_{nj}^2 - 1", "h[n,j]² - 1"),
    (-y[n, k] / (N * p[n, k]), (n, k), r"-\frac{y_{nk}}{N p_{nk}}", "-y[n,k] / (N·p[n,k])"),
    (
        softmax(z2[n, k], k),
        (n, k),
        r"\frac{e^{z_{2,nk}}}{\sum_{l} e^{z_{2,nl}}}",
        "exp(z2[n,k]) / (Σ_l exp(z2[n,l]))",
    ),
    (
        -bind(Sum, y[n, k] * log(p[n, k]), [n, k]) / N,
        (),
        r"-\frac{1}{N} \sum_{n,k} y_{nk} \log p_{nk}",
        "-(Σ_n,k y[n,k]·log(p[n,k])) / N",
    ),
    (
        (p[n, k] * bind(Sum, y[n, l], [l]) - y[n, k]) / N,
        (n, k),
        r"\frac{1}{N} \left(p_{nk} \sum_{l} y_{nl} - y_{nk}\right)",
        "(p[n,k]·Σ_l y[n,l] - y[n,k]) / N",
    ),
    (p[n, l] * (Delta(l, k) - p[n, k]), (n, l, k), r"p_{nl} (\delta_{kl} - p_{nk})", "p[n,l]·(δ[k,l] - p[n,k])"),
    (
        dh[n, j] * iverson(Compare(">", z1[n, j], Integer(0))),
        (n, j),
        r"\frac{\partial E}{\partial h_{nj}} \lbrack z_{1,nj} > 0 \rbrack",
        "dh[n,j]·[z1[n,j] > 0]",
    ),
    (
        Where(Compare(">", z1[n, j], Integer(0)), z1[n, j], Rational("0.01") * z1[n, j]),
        (n, j),
        r"\begin{cases} z_{1,nj} & z_{1,nj} > 0 \cr 0.01 z_{1,nj} & \mathrm{otherwise} \end{cases}",
        "(z1[n,j] if z1[n,j] > 0 else 0.01·z1[n,j])",
    ),
    (
        (x[n, i] - m[n]) / sqrt(v[n] + 1),
        (n, i),
        r"\frac{x_{ni} - m_n}{\sqrt{1 + v_n}}",
        "(x[n,i] - m[n]) / √(1 + v[n])",
    ),
    (exp(v[n] / 2) * m[n], (n,), r"m_n \exp\left(\frac{v_n}{2}\right)", "m[n]·exp(v[n]/2)"),
    (dp[n, k] / p[n, k], (n, k), r"\frac{\partial E}{\partial p_{nk}} \frac{1}{p_{nk}}", "dp[n,k] / p[n,k]"),
    (
        z1[n, j] * (1 + TANH(sqrt(2 / pi) * (z1[n, j] + Rational("0.044715") * z1[n, j] ** 3))) / 2,
        (n, j),
        r"\frac{1}{2} z_{1,nj} \left(1 + \tanh\left("
        r"\frac{\sqrt{2}}{\sqrt{\pi}} (z_{1,nj} + 0.044715 z_{1,nj}^3)\right)\right)",
        "z1[n,j]·(1 + tanh(√2·(z1[n,j] + 0.044715·z1[n,j]^3) / √π)) / 2",
    ),
    (
        Written(-y[n, l] / p[n, l], p[n, l] * (1 - p[n, k])),
        (n, l, k),
        r"-\frac{y_{nl}}{p_{nl}} p_{nl} (1 - p_{nk})",
        "-(y[n,l] / p[n,l])·p[n,l]·(1 - p[n,k])",
    ),
    (SIGMOID(z1[n, j]) ** 2, (n, j), r"(\mathrm{sigmoid}(z_{1,nj}))^2", "sigmoid(z1[n,j])²"),
]

WORTH_ONLY = [
    layer_norm(x[n, i], g[i], beta[i], Rational(1, 100000), i),
    apply("max", z1[n, j], 0) - apply("abs", z1[n, j]) / 3,
    -(bind(Sum, (p[n, k] - y[n, k]) ** 2, [n, k])) * (1 - v[n]) / (2 * N * D),
    bind(Sum, bind(Sum, z1[n, j] * bind(Sum, W2[j, l] * p[n, l], [l]), [j]) ** 2, [n]) / 6,
    (1 / (1 + exp(-z1[n, j]))) ** 3 * (2 * v[n] - 4 * m[n] ** 2) / (3 * v[n] * sqrt(v[n])),
    -Rational(5, 7) * (x[n, i] / 3 + v[n] / 6) * (-m[n] - 1),
    bind(Sum, Delta(k, l) * y[n, l] - p[n, l] / K, [l]) - bind(Sum, y[n, k] / 2, [n, k]),
    N * bind(Sum, x[n, i], [n]) * bind(Sum, x[n, i], [i]) - N * m[n],
]


@pytest.mark.parametrize(("expr", "letters", "on_paper", "on_a_line"), CASES)
def test_terms_and_factors_stand_as_people_write_them(
    expr: Expr, letters: tuple[Index, ...], on_paper: str, on_a_line: str
) -> None:
    assert latex(arrange(expr, SETTING, letters)) == on_paper
    assert plain(arrange(expr, LINEAR, letters)) == on_a_line


@pytest.mark.parametrize("setting", [SETTING, LINEAR], ids=["on paper", "on a line"])
@pytest.mark.parametrize("expr", [case[0] for case in CASES] + WORTH_ONLY, ids=str)
def test_a_formula_is_worth_its_expression(expr: Expr, setting: Setting) -> None:
    rng = np.random.default_rng(7)
    sizes = {"N": 2, "D": 3, "H": 4, "K": 5}
    arrays = {
        tensor.name: rng.uniform(0.2, 1.7, size=tuple(sizes[str(axis)] for axis in tensor.axes)) for tensor in TENSORS
    }
    letters = sorted(free_letters(expr), key=str)
    formula = arrange(expr, setting, letters)
    worth = Worth(arrays, {name: float(size) for name, size in sizes.items()})
    at = point(arrays, sizes)
    for numbers in itertools.product(*(range(sizes[str(letter.size)]) for letter in letters)):
        here = dict(zip(letters, numbers, strict=True))
        expected = value(expr, at, {**here})
        found = worth.of(formula, {letter.name: number for letter, number in here.items()})
        assert found == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("setting", [SETTING, LINEAR], ids=["on paper", "on a line"])
@pytest.mark.parametrize("expr", [case[0] for case in CASES] + WORTH_ONLY, ids=str)
def test_no_formula_falls_apart_for_want_of_brackets(expr: Expr, setting: Setting) -> None:
    loose = (f.Terms, f.Negative)
    for node in walk(arrange(expr, setting, sorted(free_letters(expr), key=str))):
        match node:
            case f.Negative(body) | f.Big(_, _, body):
                assert not isinstance(body, loose)
            case f.Factors(items):
                assert not any(isinstance(item, loose) for item in items)
                assert not any(isinstance(item, f.Big) for item in items[:-1])
            case f.Terms(items):
                assert not any(isinstance(item, loose) for _, item in items)
            case f.Power(base):
                assert isinstance(base, f.Number | f.Name | f.Component | f.Group | f.Absolute)
            case f.Fraction(top, bottom) if setting.linear:
                assert not isinstance(top, loose)
                assert not isinstance(bottom, (*loose, f.Factors, f.Fraction, f.Big))


def test_a_derivative_that_waits_is_written_as_a_quotient() -> None:
    expr = bind(Sum, dp[n, l] * Partial(p[n, l], z2[n, k]), [l])
    assert latex(arrange(expr, SETTING, (n, k))) == (
        r"\sum_{l} \frac{\partial E}{\partial p_{nl}} \frac{\partial p_{nl}}{\partial z_{2,nk}}"
    )


def test_a_bound_letter_never_takes_the_name_of_a_letter_outside() -> None:
    inner = bind(Sum, W2[j, l] * p[n, l], [l])
    expr = bind(Sum, W2[j, k] * inner, [k]) + W2[j, Index("k", K)]
    printed = plain(arrange(expr, LINEAR, (n, j)))
    assert printed.count("Σ_l") == 1
    assert printed.count("Σ_m") + printed.count("Σ_i") + printed.count("Σ_j") <= 1
    assert "Σ_k" not in printed


def test_a_tensor_called_e_is_not_the_base_of_exponentials() -> None:
    e = Tensor("e")
    assert plain(arrange(e[()] ** 2 * exp(e[()]), LINEAR)) == "e²·exp(e)"
    assert latex(arrange(e[()] ** 2 * exp(e[()]), SETTING)) == "e^2 e^e"


@pytest.mark.parametrize("kind", get_args(f.Formula), ids=lambda kind: kind.__name__)
def test_every_kind_of_formula_has_its_printers(kind: type) -> None:
    assert kind in LATEX_PRINTERS
    assert kind in PLAIN_PRINTERS


def test_an_unknown_kind_of_node_is_named() -> None:
    from sympy import Function, Symbol

    with pytest.raises(TypeError, match="no notation for a node of kind"):
        arrange(Function("zeta")(Symbol("s")), SETTING)

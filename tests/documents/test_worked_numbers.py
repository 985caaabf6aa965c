"""Worked examples: who puts the printed numbers together gets the printed results, and they are the true ones."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sympy import Rational

import codegen
import derive
from codegen.notation import formula as f
from codegen.notation.decimal import as_printed, decimal, given, said
from codegen.notation.formula import Formula
from codegen.notation.latex import latex
from codegen.outline.cancelled import without_rounding
from codegen.outline.substituted import NoNumber, substituted
from derive.descent import begun, losses
from derive.errors import InputError
from derive.evaluate import evaluate_network, loss_gradient
from derive.example import declared_sizes, declared_values, with_values
from derive.language.writer import write
from derive.network import Network
from derive.verification.verdict import Outcome

# Numbers alone --------------------------------------------------------------------------------------------------------


def test_a_number_is_printed_as_people_write_it() -> None:
    printed = {
        0.0259228616: "0.02592286",
        -0.5: "-0.50000000",
        1.0: "1",
        -0.0: "0",
        1.25e-7: r"1.25000000 \times 10^{-7}",
    }
    for number, text in printed.items():
        assert latex(decimal(number, 8)) == text
    assert latex(decimal(3.2e9, 3)) == r"3.200 \times 10^9"
    assert latex(decimal(math.pi, 2)) == "3.14"
    assert latex(given(1e-12)) == r"1 \times 10^{-12}"
    assert said(decimal(-1.5e-9, 2)) == "−1.50e−9"


@pytest.mark.parametrize("digits", [1, 2, 4, 8, 15])
def test_a_printed_number_is_never_farther_away_than_half_a_unit(digits: int) -> None:
    rng = np.random.default_rng(0)
    for number in (*rng.normal(size=50), *(10.0 ** rng.uniform(-12, 12, size=50)), 0.0, 1e300, 1e-300):
        printed = as_printed(float(number), digits)
        unit = 10.0**-digits * max(1.0, 10.0 ** math.floor(math.log10(abs(number)))) if number else 0.0
        assert abs(printed - number) <= 0.5001 * unit + 2 * np.spacing(abs(number))
        if number:
            assert printed != 0, "a small number keeps some of its digits"


def value_of(formula: Formula, values: dict[str, float]) -> float:
    """What a formula of numbers is worth: by the rules of the printed page, so that a missing bracket shows."""
    text = latex(substituted(formula, lambda leaf: given(values[leaf.name]) if isinstance(leaf, f.Name) else None))
    return float(arithmetic(text))


def test_brackets_keep_what_a_formula_is_worth() -> None:
    a, b, c = f.Name("a"), f.Name("b"), f.Name("c")
    values = {"a": -0.3, "b": 2e-7, "c": -4.0}
    cases: dict[Formula, float] = {
        f.Factors((a, b, c)): -0.3 * 2e-7 * -4,
        f.Terms((("+", a), ("-", b), ("+", c), ("-", c))): -0.3 - 2e-7,
        f.Terms((("-", a), ("+", f.Factors((c, a))))): 0.3 + 1.2,
        f.Power(a, f.Number("2")): 0.09,
        f.Factors((a, f.Power(b, f.Number("2")))): -0.3 * 4e-14,
        f.Factors((f.Fraction(f.Number("1"), f.Number("2")), f.Group(f.Terms((("+", a), ("-", c)))))): 1.85,
        f.Negative(f.Factors((a, c))): -1.2,
        f.Negative(a): 0.3,
        f.Fraction(f.Negative(a), c): -0.075,
        f.Exponential(f.Negative(a)): math.exp(0.3),
    }
    for formula, worth in cases.items():
        assert value_of(formula, values) == pytest.approx(worth, rel=1e-12), latex(formula)


def test_a_letter_that_runs_has_no_number() -> None:
    sum_over_n = f.Big("sum", (f.Name("n"),), f.Component("x", (f.Name("n"),)))
    with pytest.raises(NoNumber):
        substituted(sum_over_n, lambda leaf: f.Number("1"))


# Reading the page back ------------------------------------------------------------------------------------------------

_FRACTION = re.compile(r"\\frac\{([^{}]*)\}\{([^{}]*)\}")
_NAMES: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda z: 1 / (1 + math.exp(-z)),
    "exp": math.exp,
    "log": math.log,
    "tanh": math.tanh,
    "abs": abs,
}


def arithmetic(text: str) -> float:
    """The value of a printed formula that has numbers only; ValueError for any other."""
    text = text.replace(r"\left", "").replace(r"\right", "").replace(r"\thinspace", " ")
    text = re.sub(r"\\mathrm\{(\w+)\}|\\(exp|log|tanh)\b", lambda found: found[1] or found[2], text)
    text = re.sub(r"(?<![a-z])e\^\{((?:[^{}]|\{[^{}]*\})*)\}", r"exp(\1)", text)
    while (shorter := _FRACTION.sub(r"((\1)/(\2))", text)) != text:
        text = shorter
    text = text.replace(r"\times", "*").replace(r"\cdot", "*").replace("^", "**").replace("{", "(").replace("}", ")")
    if "\\" in text or set(re.findall(r"[a-z]+", text)) - set(_NAMES):
        raise ValueError(text)
    return float(eval(text, {"__builtins__": {}}, dict(_NAMES)))


def links(document: str) -> Iterator[tuple[str, str, str]]:
    """Numbers, sign and result of every line of a worked example whose last two sides are numbers alone."""
    section = document[document.index("Worked example") :]
    for display in re.findall(r"\$\$\n(.*?)\n\$\$", section, re.DOTALL):
        body = re.sub(r"\\(begin|end)\{aligned\}", "", display)
        for equation in re.split(r"\\cr\n(?!&)", body):
            sides = re.split(r"(\\approx|=|\\leftarrow)", equation.replace("&", "").replace(r"\cr", ""))
            numbers, sign, result = sides[-3:]
            try:
                arithmetic(numbers), arithmetic(result)
            except (ValueError, SyntaxError, TypeError):
                continue
            yield numbers.strip(), sign, result.strip()


def off(document: str) -> list[str]:
    """The lines whose printed numbers do not give what is printed behind them."""
    wrong = []
    for numbers, sign, result in links(document):
        found, printed = arithmetic(numbers), arithmetic(result)
        exact = latex(decimal(found, 8)) == result or (printed == 0 and abs(found) < 1e-13)
        unit = 10.0 ** (math.floor(math.log10(abs(printed))) if abs(printed) < 1e-5 and printed else 0) * 1e-8
        if (not exact) if sign == "=" else exact or abs(found - printed) > 20 * unit * max(1.0, abs(printed)):
            wrong.append(f"{numbers} {sign} {result}: {found}")
    return wrong


def worked(text: str, sizes: dict[str, int] | None = None) -> Network:
    """A network with values in it."""
    return with_values(derive.parse(text), sizes)


TWO_LAYERS = """network two "Two layers"
input   x1 = 0.1, x2 = -0.2
target  t = 0.4
param   u = 0.3, v = -0.25, w = 1.5, b = 0
learning_rate 0.5
z = u*x1 + v*x2 + b
h = tanh(z)
o = w*h + x2
loss E = (t - o)**2 / 2 + 0.01*abs(w)
"""
FAR_APART = """network far "Numbers of all sizes"
input   x = 1e-9, y = 2500000
param   a = -3e-7, b = 0, c = 1234.5
z = a*x + b
h = c*y
loss E = exp(z) + h**2/1e12 + a**2
"""
MATRICES = """network small "All sizes different"
dim     N, D, H, K
input   x[N, D]
target  y[N, K]
param   W[D, H], b[H], V[H, K], s
learning_rate 0.1
z = x @ W + b
h = tanh(z)
o = h @ V
loss E = s*sum((o - y)**2) / (2*N)
"""


@pytest.mark.parametrize("text", [TWO_LAYERS, FAR_APART], ids=["two layers", "far apart"])
def test_the_printed_numbers_give_the_printed_results(text: str) -> None:
    document = codegen.document(derive.differentiate(derive.parse(text)))
    assert isinstance(document, str)
    found = list(links(document))
    assert len(found) >= 8
    assert off(document) == []


def test_the_gallery_example_is_consistent_and_reading_it_finds_a_changed_digit() -> None:
    document = codegen.document(derive.differentiate(derive.read(derive.gallery_path("worked_example"))))
    assert isinstance(document, str)
    assert len(list(links(document))) == 45
    assert off(document) == []
    assert "0.20944600 \\times 0.23802157 \\times 0.51998934" in document
    wrong = off(document.replace("= 0.04985267", "= 0.04985268"))
    assert "0.20944600 \\times 0.23802157 = 0.04985268" in wrong[0]


@pytest.mark.parametrize("digits", [3, 5, 12])
def test_other_digits_are_as_consistent(digits: int) -> None:
    derivation = derive.differentiate(derive.read(derive.gallery_path("worked_example")))
    document = codegen.document(derivation, digits=digits)
    assert isinstance(document, str)
    for numbers, sign, result in links(document):
        if sign == "=":
            assert latex(decimal(arithmetic(numbers), digits)) == result


def test_every_printed_gradient_is_that_of_differences() -> None:
    network = derive.parse(TWO_LAYERS)
    document = str(codegen.document(derive.differentiate(network)))
    document = document[document.index("Backward pass in numbers") : document.index("Update in numbers")]
    values = declared_values(network)
    assert values is not None
    for name in ("u", "v", "w", "b", "z", "h", "o"):
        printed = re.findall(
            rf"partial E}}{{\\partial {name}}} &?= .*(?:=|approx) (-?[\d.]+)", document.replace(" \\cr", "")
        )
        slope = float(loss_gradient(network, values, {}, name))
        assert printed, name
        assert float(printed[-1]) == pytest.approx(slope, abs=1e-7)


def test_what_cancels_is_zero_on_the_page() -> None:
    network = derive.parse(
        'network null "Exactly zero"\ninput a = 0.1, b = 0.2, c = 0.3\nparam w = 2\nd = a + b - c\nloss E = w*d\n'
    )
    values = declared_values(network)
    assert values is not None
    raw = evaluate_network(network, values, {})
    assert raw["d"] != 0, "floats only come near zero"
    assert without_rounding(network.equations, raw, {})["d"] == 0
    document = codegen.document(derive.differentiate(network))
    assert isinstance(document, str)
    assert "10^{-17}" not in document
    tiny = derive.parse('network tiny "Not zero"\ninput a = 1e-12\nparam w = 2e-9\nloss E = w*a\n')
    assert "2.00000000 \\times 10^{-21}" in str(codegen.document(derive.differentiate(tiny)))


# Verification reads the documents -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sizes", "form"),
    [
        (TWO_LAYERS, {}, "md"),
        (MATRICES, {"N": 2, "D": 3, "H": 1, "K": 4}, "md"),
        (MATRICES, {"N": 1, "D": 1, "H": 1, "K": 1}, "tex"),
    ],
    ids=["numbers", "different sizes", "sizes of one"],
)
def test_every_claim_of_a_worked_document_holds(text: str, sizes: dict[str, int], form: str, tmp_path: Path) -> None:
    derivation = derive.differentiate(worked(text, sizes))
    path = tmp_path / f"worked.{form}"
    document = str(codegen.document(derivation, format=form))
    path.write_text(document, encoding="utf-8")
    report = derive.verify(derivation.network, path)
    assert [verdict for verdict in report.verdicts if verdict.outcome is not Outcome.HOLDS] == []
    begin = document[: document.index("in numbers")].count("\n")
    assert sum(verdict.claim.place.line > begin for verdict in report.verdicts) > 15


def test_a_wrong_result_of_a_worked_document_fails(tmp_path: Path) -> None:
    derivation = derive.differentiate(derive.parse(TWO_LAYERS))
    document = str(codegen.document(derivation))
    path = tmp_path / "wrong.md"
    path.write_text(document.replace("= -0.71579217 \\cr", "= -0.71579271 \\cr", 1), encoding="utf-8")
    (wrong,) = derive.verify(derivation.network, path).with_outcome(Outcome.FAILS)
    assert "0.71579271" in wrong.claim.right


def test_a_wrong_entry_of_a_printed_matrix_fails(tmp_path: Path) -> None:
    network = worked(MATRICES, {"N": 2, "D": 3, "H": 2, "K": 2})
    derivation = derive.differentiate(network)
    document = str(codegen.document(derivation))
    begin = document.index("Forward pass in numbers")
    entry = re.search(r"&= \\begin\{pmatrix\} (-?\d\.\d{8}) ", document[begin:])
    assert entry is not None
    changed = document[:begin] + document[begin:].replace(entry[1], f"{float(entry[1]) + 1e-6:.8f}", 1)
    path = tmp_path / "wrong.md"
    path.write_text(changed, encoding="utf-8")
    assert derive.verify(derivation.network, path).with_outcome(Outcome.FAILS)


# Values that nobody declared ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["mlp", "embedding", "conv1d", "cross_attention", "class_weights", "entropy"])
def test_drawn_values_have_all_facts_and_read_back(name: str) -> None:
    network = with_values(derive.read(derive.gallery_path(name)))
    again = derive.parse(write(network))  # refuses values that break a declared fact or do not fit the sizes
    assert [item.value for item in again.declarations] == [item.value for item in network.declarations]
    values = declared_values(network)
    assert values is not None
    sizes = declared_sizes(network)
    for array in evaluate_network(network, values, sizes).values():
        assert np.all(np.isfinite(array))
    for item in network.declarations:
        assert all(len(repr(float(number))) <= 5 for number in np.ravel(values[item.tensor.name])), "readable"


def test_own_values_stay() -> None:
    network = derive.read(derive.gallery_path("worked_example"))
    assert with_values(network) is network
    partly = derive.parse('network p "Partly"\ndim N\ninput x[N] = [1, 2, 3]\nparam w\nloss E = sum(w*x)\n')
    found = declared_values(with_values(partly))
    assert found is not None
    assert found["x"].tolist() == [1, 2, 3]


@pytest.mark.parametrize(
    ("sizes", "what", "remedy"),
    [
        ({"Q": 2}, "no size Q", "D"),
        ({"D": 100, "H": 100}, "too many numbers", "--sizes"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(sizes: dict[str, int], what: str, remedy: str) -> None:
    with pytest.raises(InputError) as error:
        with_values(derive.read(derive.gallery_path("mlp")), sizes)
    assert what in str(error.value)
    assert remedy in str(error.value.remedy)


# Descent --------------------------------------------------------------------------------------------------------------


def test_descent_follows_the_slopes_of_differences() -> None:
    network = derive.parse(TWO_LAYERS)
    values = declared_values(network)
    assert values is not None
    derivation = derive.differentiate(network)
    found = losses(derivation, begun(derivation, values, {}), 0.5, {}, 3)
    here = dict(values)
    expected = [float(evaluate_network(network, here, {})["E"])]
    for _ in range(3):
        slopes = {name: loss_gradient(network, here, {}, name) for name in ("u", "v", "w", "b")}
        here |= {name: here[name] - 0.5 * slope for name, slope in slopes.items()}
        expected.append(float(evaluate_network(network, here, {})["E"]))
    assert found == pytest.approx(expected, rel=1e-8)


def test_a_table_and_a_plot_show_what_three_rates_do() -> None:
    network = derive.parse(
        'network bowl "A parabola"\ninput x = 1\nparam w = 3\nlearning_rate 0.15\nloss E = (w*x)**2\n'
    )
    document = str(codegen.document(derive.differentiate(network), steps=5))
    table = document[document.index("5 steps of gradient descent") :]
    # Every step multiplies w by 1 - 2 rate, and the loss by its square: (1 - 0.3)^2 = 0.49, (1 - 3)^2 = 4.
    assert r"| 1 | $8.46810000$ | $4.41000000$ | $36$ |" in table
    assert "The rate is too small" in table
    assert "too large" in table
    for form, drawn in (("tex", r"\begin{tikzpicture}"), ("html", "<polyline"), ("typ", "std.line")):
        assert drawn in str(codegen.document(derive.differentiate(network), format=form, steps=5))


def test_an_array_that_is_too_large_for_a_page_is_described() -> None:
    text = "network wide\ndim N\ninput x[N] = [1, 2, 3, 4, 5, 6, 7, 8, 9.5]\nparam w = 2\nh = w*x\nloss E = sum(h)\n"
    document = str(codegen.document(derive.differentiate(derive.parse(text))))
    assert "9 numbers from 1 to 9.5" in document
    assert "9 numbers from 2 to 19" in document


def test_a_run_that_leaves_all_numbers_ends() -> None:
    network = derive.parse('network steep "Steep"\ninput x = 1\nparam w = 3\nlearning_rate 2\nloss E = exp(w*x)\n')
    derivation = derive.differentiate(network)
    values = declared_values(network)
    assert values is not None
    run = losses(derivation, begun(derivation, values, {}), -100.0, {}, 5)
    assert len(run) < 6
    assert all(math.isfinite(loss) for loss in run)


def test_without_a_rate_there_is_no_update_and_no_table() -> None:
    network = replace(derive.parse(TWO_LAYERS), learning_rate=None)
    document = str(codegen.document(derive.differentiate(network), steps=5))
    assert "Update in numbers" not in document
    assert "steps of gradient descent" not in document
    again = replace(network, learning_rate=Rational(1, 4))
    assert "4 steps of gradient descent" in str(codegen.document(derive.differentiate(again), steps=4))

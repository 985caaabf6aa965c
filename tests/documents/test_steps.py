"""Steps are counted from 1 on paper, and recurrences are told with their ends."""

from __future__ import annotations

import pytest

import derive
from codegen.block import Display, Paragraph
from codegen.formats import FORMATS
from codegen.notation.arrange import arrange
from codegen.notation.formula import Cases
from codegen.notation.plain import plain
from codegen.notation.setting import Setting
from codegen.outline import outline
from codegen.outline.page import page
from codegen.outline.recurrence import boundaries, by_value, index_cases, through_the_steps
from codegen.outline.step_products import step_risks
from codegen.outline.stepwise import split
from derive.derivation import Derivation
from derive.entry import Tensor
from derive.index import Index, dimension
from derive.operators import Compare, Delta, iverson

T, N, H = (dimension(name) for name in "TNH")
t, n, j = Index("t", T), Index("n", N), Index("j", H)
h, q = Tensor("h", (T, N)), Tensor("q", (2 * H,))
STEPPED = Setting(loss="E", stepped=frozenset({"T"}))

RNN = """network rnn "RNN"
dim N, T, D, H
input x[T, N, D], first[N, H]
target y[N, H]
param Wx[D, H], Wh[H, H]

h[t] = tanh(x[t] @ Wx + h[t-1] @ Wh)
h[-1] = first
loss E = mean((h[T-1] - y)**2)
"""
TOWER = """network tower "Residual tower"
dim N, L, D
input x[N, D]
target y[N, D]
param W[L, D, D]

h[l] = h[l-1] + tanh(h[l-1] @ W[l])
h[-1] = x
loss E = mean((h[L-1] - y)**2)
"""
GATES = """network gates "Two blocks of one product"
dim T, N, H
input x[T, N, H], first[N, H]
target y[N, H]
param W[H, 2*H]

a[t] = h[t-1] @ W
f[t,n,j] = sigmoid(a[t,n,(0,j)])
g[t,n,j] = tanh(a[t,n,(1,j)])
h[t] = x[t] + f[t] * g[t]
h[-1] = first
loss E = mean((h[T-1] - y)**2)
"""
WIDE = """network wide "Every value of a state"
dim T, H
input x[T, H]
target y[H]
param w[H], v[H]

c[t] = sigmoid(v) * c[t-1] + w * x[t]
c[-1,j] = 0
loss E = mean((c[T-1] - y)**2)
"""


def derived(text: str) -> Derivation:
    return derive.differentiate(derive.parse(text))


@pytest.mark.parametrize(
    ("subscript", "printed"),
    [
        (t, "h[t,n]"),
        (t - 1, "h[t-1,n]"),
        (t + 1, "h[t+1,n]"),
        (T - 1, "h[T,n]"),
        (-1 + 0 * t, "h[0,n]"),
        (0 * t, "h[1,n]"),
    ],
)
def test_a_step_is_printed_with_its_number_from_1(subscript, printed) -> None:  # type: ignore[no-untyped-def]
    assert plain(arrange(h[subscript, n], STEPPED)) == printed


def test_without_recurrence_indices_stay_as_they_are() -> None:
    assert plain(arrange(h[t - 1, n], Setting(loss="E"))) == "h[t-1,n]"
    assert plain(arrange(h[T - 1, n], Setting(loss="E"))) == "h[T-1,n]"


def test_conditions_on_steps_are_counted_like_the_steps() -> None:
    assert plain(arrange(iverson(Compare("<", t + 1, T)), STEPPED)) == "[t < T]"
    assert plain(arrange(iverson(Compare(">=", t - 1, 0 * t)), STEPPED)) == "[t ≥ 2]"
    assert set(plain(arrange(Delta(t, T - 1), STEPPED))[2:-1].split(",")) == {"t", "T"}


def test_a_step_that_is_used_as_a_number_keeps_its_value() -> None:
    assert plain(arrange(t * h[t, n], STEPPED)) in ("h[t,n]·(t - 1)", "(t - 1)·h[t,n]")


def test_a_subscript_of_a_product_axis_is_a_tuple() -> None:
    assert plain(arrange(q[H + j], STEPPED)) == "q[(1,j)]"


def test_an_end_of_the_steps_is_a_case_of_its_own() -> None:
    right = Delta(t, T - 1) * h[t, n] + iverson(Compare("<", t + 1, T)) * h[t + 1, n]
    inner, last = split(right, t)
    assert (inner.right, last.right) == (h[t + 1, n], h[T - 1, n])
    assert (str(inner.condition), str(last.condition)) == ("t < T - 1", "t == T - 1")
    assert [case.condition for case in split(h[t, n], t)] == [None]


def test_a_recurrence_is_told_with_the_values_it_starts_from() -> None:
    here = page(derived(RNN), {})
    said, given = boundaries(here)
    assert isinstance(said, Paragraph) and isinstance(given, Display)
    assert "".join(piece for piece in said.text if isinstance(piece, str)).endswith("They start from")
    ((left, right, _),) = given.rows
    assert plain(left).startswith("h[0,") and plain(right).startswith("first[")


def test_the_adjoint_recurrence_states_its_last_step() -> None:
    derivation = derived(RNN)
    _, cases = index_cases(page(derivation, {}, linear=True), derivation["h"].equation)
    assert isinstance(cases, Cases) and cases.last is not None
    assert plain(cases.condition) == "t < T" and plain(cases.last) == "t = T"
    assert "t+1" in plain(cases.then) and "t+1" not in plain(cases.otherwise)


def test_a_shared_parameter_collects_a_sum_over_the_steps() -> None:
    derivation = derived(RNN)
    here = page(derivation, {}, linear=True)
    rows = [row for block in through_the_steps(here) if isinstance(block, Display) for row in block.rows]
    texts = {plain(left): plain(right) for left, right, _ in rows}
    assert any(name.endswith("Wh") and text.startswith("Σ_t ") for name, text in texts.items())


def test_a_parameter_with_a_slice_for_every_step_has_a_gradient_for_each() -> None:
    here = page(derived(TOWER), {}, linear=True)
    words = [piece for block in through_the_steps(here) if isinstance(block, Paragraph) for piece in block.text]
    assert any(isinstance(piece, str) and "slice for every step" in piece for piece in words)


def test_the_jacobian_of_a_step_is_written_out_and_bounded() -> None:
    blocks = step_risks(page(derived(RNN), {}, linear=True))
    displays = [block for block in blocks if isinstance(block, Display)]
    assert "Wh" in plain(displays[0].rows[0][1]) and plain(displays[1].rows[0][1]).startswith("Π_")
    assert isinstance(blocks[-1], Paragraph) and "singular value" in str(blocks[-1].text)


def test_a_residual_way_is_found_and_a_gate_is_not_one() -> None:
    residual = step_risks(page(derived(TOWER), {}))
    assert "undiminished" in str(residual)
    gated = step_risks(page(derived(WIDE), {}))
    assert gated and "undiminished" not in str(gated)


def test_blocks_of_a_product_axis_get_a_row_each() -> None:
    derivation = derived(GATES)
    rows = by_value(page(derivation, {}, linear=True), derivation["a"])
    assert [plain(left.of).split("(")[1] for left, _, _ in rows] == ["0,j)]", "1,j)]"]  # type: ignore[union-attr]
    assert not any("δ" in plain(right) for _, right, _ in rows)


@pytest.mark.parametrize("text", [RNN, TOWER, GATES, WIDE])
def test_documents_of_recurrences_are_sound(text: str) -> None:
    document = outline(derived(text), {})
    for format in FORMATS.values():
        assert format.violations(format.render(document)) == []

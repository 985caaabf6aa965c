"""A tree that is written is read as the same tree, in both ways of writing, and is well-formed in MathML."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given

from derive.verification.formula import formula, snippet_of, statements, written
from derive.verification.formula.tree import Node
from tests.verification.formulas import trees


@given(tree=trees)
@pytest.mark.parametrize("surface", ["latex", "plain"])
def test_reading_what_is_written_gives_the_tree(surface: str, tree: Node) -> None:
    assert formula(written(tree, surface), surface) == tree


@given(tree=trees)
def test_mathml_is_well_formed(tree: Node) -> None:
    ElementTree.fromstring(f"<math>{written(tree, 'mathml')}</math>")


LATEX = {
    r"W^{[1]T}x_{ij}": (r"W^{[1]T} x_{ij}", "W^{[1]T} x_{ij}"),
    r"\frac{\partial E}{\partial w_{ij}}": (r"\frac{\partial E}{\partial w_{ij}}", "∂E/∂w_{ij}"),
    r"\sum_{i=1}^N x_i": (r"\sum_{i = 1}^{N} x_{i}", "sum_{i = 1}^N x_i"),
    r"\hat y_k - \mathbf{y}": (r"\hat{y}_{k} - y", "ŷ_k - y"),
    r"f'(z)": ("f'(z)", "f'(z)"),
}


@pytest.mark.parametrize("text", LATEX)
def test_a_formula_is_written_as_people_write_it(text: str) -> None:
    (one,) = statements(snippet_of(text, "latex"))
    assert (written(one, "latex"), written(one, "plain")) == LATEX[text]


def test_a_fraction_before_a_factor_stays_one_factor_in_plain_text() -> None:
    assert written(formula(r"\frac{1}{2}(t-o)^2"), "plain") == "(1 / 2) (t - o)^2"
    assert written(formula(r"\frac{1}{2}(t-o)^2"), "latex") == r"\frac{1}{2} (t - o)^{2}"


def test_what_a_person_wrote_is_no_markup() -> None:
    assert "<script>" not in written(formula(r"\text{<script>} + \text{a&b}_1"), "mathml")

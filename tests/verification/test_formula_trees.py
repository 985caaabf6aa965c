"""Formulas of formulas_latex.txt and formulas_plain.txt, each with the trees that it is read as, on a line each.

W_<ij>  letters side by side below    f^'(z)  applied         raised(of, upper)  a superscript on brackets
D[a / b]  a derivative                d[W]  a differential    entry(of; i)  a subscript on brackets

In the files ⏎ stands for the end of a line.
"""

from __future__ import annotations

import pytest

from derive.errors import InputError
from derive.verification.formula import snippet_of, statements, written
from tests.verification.formulas import TABLES, shown

FORMULAS = [(surface, text) for surface, table in TABLES.items() for text in table]


@pytest.mark.parametrize(("surface", "text"), FORMULAS)
def test_a_formula_is_read_as_the_tree_it_means(surface: str, text: str) -> None:
    found = statements(snippet_of(text, surface))
    assert [str(one) if isinstance(one, InputError) else shown(one) for one in found] == TABLES[surface][text]


@pytest.mark.parametrize("to", ["latex", "plain"])
@pytest.mark.parametrize(("surface", "text"), FORMULAS)
def test_what_is_written_of_a_formula_is_read_as_the_same_tree(surface: str, text: str, to: str) -> None:
    for one in statements(snippet_of(text, surface)):
        assert not isinstance(one, InputError)
        assert statements(snippet_of(written(one, to), to)) == [one]


def test_there_are_many_formulas_of_both_kinds() -> None:
    assert len(TABLES["latex"]) >= 150 and len(TABLES["plain"]) >= 80

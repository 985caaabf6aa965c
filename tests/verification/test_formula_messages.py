"""What cannot be read is said with its place, its reason and what to try; nothing is left out in silence."""

from __future__ import annotations

import pytest

from derive.errors import InputError
from derive.verification.document.document import Snippet
from derive.verification.formula import formula, snippet_of, statements
from tests.verification.formulas import shown

# The part of the formula that the message points at, and what it says.
LATEX = {
    r"y = \foo{x}": (r"\foo", "the command \\foo is not known"),
    r"y = \lim_{h \to 0} x": (r"\lim", "limits are not read"),
    r"\frac{\partial^2 E}{\partial x^2}": (r"\partial", "second derivatives are not read"),
    r"\frac{\partial L}{\partial a \partial b}": (
        r"\frac{\partial L}{\partial a \partial b}", "second derivatives are not read",
    ),
    r"x_1 + \cdots + x_n": (r"\cdots", "dots are not read"),
    r"x_1 + ... + x_n": ("...", "dots are not read"),
    r"x \pm y": (r"\pm", "a sign that is + or - at once is not read"),
    r"\mathbb{E}[x]": (r"\mathbb{E}", "expectations are not read"),
    r"\int x": (r"\int", "integrals are not read"),
    r"y = \log x y": ("y", "it is not clear where the argument of log ends, but y stands there"),
    r"x^2^3": ("^3", "a second superscript without brackets"),
    r"x_1_2": ("_2", "a second subscript without brackets"),
    r"( a + b": ("(", "this ( is never closed"),
    r"a + b \right)": (r"\right)", "this ) closes nothing"),
    r"( a ]": ("]", "( is closed by ]"),
    r"\frac.1 + 2": (".", "the two parts of a fraction are expected, but . stands there"),
    r"2 3": ("3", "two numbers side by side, but 3 stands there"),
    r"\eta \nabla E": ("E", "∇ needs what it derives by, but the formula ends"),
    r"p(y|x)": ("|", "a comma is expected between arguments, but | stands there"),
    r"\hat{x y} + 1": (r"\hat{x y}", "a hat stands over more than one symbol"),
    r"\begin{tikzpicture} x": (r"\begin{tikzpicture}", "the environment tikzpicture is not read"),
    r"\begin{pmatrix} a & b \\ c \end{pmatrix}": (
        r"\begin{pmatrix} a & b \\ c \end{pmatrix}", "the rows of this matrix have different lengths",
    ),
    r"= 3": ("=", "nothing stands before this ="),
    r"a + () = 3": (")", "there is nothing between the brackets, but ) stands there"),
    r"(f g)'(x) = 2": ("(f g)'", "the derivative of what stands in brackets, at an argument, is not read"),
    r"a $ b": ("$", "the character $ means nothing here"),
    r"\text{if } i = j": (r"\text{if } i = j", "a condition without a formula"),
}  # fmt: skip
PLAIN = {
    r"\alpha + 1": ("\\", "the character \\ means nothing here"),
    "a = (b": ("(", "this ( is never closed"),
    "a + b ] c": ("]", "this ] closes nothing"),
    "x^2^3": ("^3", "a second superscript without brackets"),
    "d^2 f / dx^2": ("d", "second derivatives are not read"),
    "a ? b": ("?", "the character ? means nothing here"),
    "sum(x for 3)": ("3", "a letter is expected, but 3 stands there"),
    "x1 + ... + xn": ("...", "dots are not read"),
}


@pytest.mark.parametrize(
    ("text", "surface"), [*((text, "latex") for text in LATEX), *((text, "plain") for text in PLAIN)]
)
def test_a_message_points_at_what_it_means(text: str, surface: str) -> None:
    part, sentence = (LATEX if surface == "latex" else PLAIN)[text]
    found = [one for one in statements(snippet_of(text, surface)) if isinstance(one, InputError)]
    assert [one.what for one in found][:1] == [sentence]
    place = found[0].place
    assert place is not None
    assert text[place.column - 1 : place.column - 1 + place.length] == part


@pytest.mark.parametrize("text", [r"a = b +", r"x^", r"\frac{a}", r"a ="])
def test_where_the_formula_ends_too_early_the_message_says_so(text: str) -> None:
    (error,) = statements(snippet_of(text, "latex"))
    assert isinstance(error, InputError)
    assert "the formula ends" in error.what


def test_other_rows_are_read_although_one_is_not_and_keep_their_left_side() -> None:
    first, error, last = statements(snippet_of(r"a &= b \\ &= \foo \\ &= c", "latex"))
    assert not isinstance(first, InputError) and not isinstance(last, InputError)
    assert isinstance(error, InputError)
    assert (shown(first), shown(last)) == ("a = b", "a = c")


def test_the_row_that_cannot_be_read_may_be_the_first() -> None:
    error, last = statements(snippet_of(r"a &= \foo \\ &= c", "latex"))
    assert isinstance(error, InputError) and not isinstance(last, InputError)
    assert shown(last) == "a = c"


def test_places_are_those_of_the_file() -> None:
    text = "a &= b \\\\\n&= \\foo"
    lines = ("words", "  $$a &= b \\\\", "&= \\foo$$")
    starts = tuple((2, 5 + at) for at in range(10)) + tuple((3, 1 + at) for at in range(8))
    snippet = Snippet(text, "latex", "notes.md", starts, lines, aligned=True)
    found = statements(snippet)
    assert isinstance(found[1], InputError)
    assert str(found[1]).split("\n")[:3] == [
        "notes.md:3:4: the command \\foo is not known", "     3 | &= \\foo$$", "       |    ^^^^",
    ]  # fmt: skip


def test_a_statement_keeps_its_source_and_place() -> None:
    first, second = statements(snippet_of(r"a = b, \quad c = d", "latex"))
    assert not isinstance(first, InputError) and not isinstance(second, InputError)
    assert (first.source, second.source) == ("a = b", "c = d")
    assert (second.place.column, second.place.length) == (14, 5)


def test_one_formula_is_refused_where_more_stands() -> None:
    with pytest.raises(InputError, match="a sign or the end of the formula is expected"):
        formula("a = b", "plain")


def test_a_long_snippet_is_refused() -> None:
    (error,) = statements(snippet_of("x+" * 6000 + "x", "latex"))
    assert isinstance(error, InputError)
    assert "at most 10000" in error.what

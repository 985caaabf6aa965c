"""LaTeX files: formulas, comments, verbatim text and abbreviations; nothing else of TeX is carried out."""

from __future__ import annotations

import pytest

from derive.verification.document import document_of


def texts(text: str) -> list[str]:
    return [snippet.text for snippet in document_of(text, "notes.tex").snippets]


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        (r"so $a = b$ and \(c\)", ["a = b", "c"]),
        ("\\[ a\n = b \\] $$c = d$$", ["a\n = b", "c = d"]),
        (r"\begin{equation} a = b \label{x} \end{equation}", [r"a = b \label{x}"]),
        (r"\begin{eqnarray*} a &=& b \end{eqnarray*}", ["a &=& b"]),
        ("costs 5\\% and \\$3, $a = b$ % $no$\n% $no$\n$c$", ["a = b", "c"]),
        ("$$a = % why $x$\n b$$", ["a = \n b"]),
        ("\\begin{verbatim}\n$x$\n\\end{verbatim} \\verb|$y$| \\lstinline!$y$! $z$", ["z"]),
        ("\\begin{lstlisting}\n% $x$ \\begin{align}\n\\end{lstlisting}\n$z$", ["z"]),
        (r"\documentclass{a} $no$ \begin{document} $a$ \end{document} $no$", ["a"]),
        (r"a \\[2pt] b \\ $c$ \section{$d$}", ["c", "d"]),
        (r"\input{other} \include{more} $a$", ["a"]),
        ("$a$ at the end.\n\n$b$", ["a", "b"]),
        ("\\[\na\n  % why\n%\n= b\n\\]", ["a\n= b"]),
    ],
)
def test_every_formula_of_the_body_is_found(text: str, formulas: list[str]) -> None:
    assert texts(text) == formulas
    assert not document_of(text, "notes.tex").errors


@pytest.mark.parametrize(
    ("definition", "use", "expanded"),
    [
        (r"\newcommand{\R}{\mathbb{R}}", r"x \in \R", r"x \in \mathbb{R}"),
        (r"\newcommand\R{R}", r"\R^2", r"R^2"),
        (r"\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}", r"\pd{E}{W_1}", r"\frac{\partial E}{\partial W_1}"),
        (r"\newcommand{\pd}[2]{\frac{#1}{#2}}", r"\pd12", r"\frac{1}{2}"),
        (r"\newcommand{\pd}[2]{\frac{#1}{#2}}", r"\pd{\pd ab}c", r"\frac{\frac{a}{b}}{c}"),
        (r"\newcommand{\o}[2][x]{#2_{#1}}", r"\o{a} + \o[k]{b}", r"a_{x} + b_{k}"),
        (r"\def\d#1{\partial#1}", r"\d E", r"\partial E"),
        (r"\def\w{\mathbf w}", r"\w_1 + \ww", r"\mathbf w_1 + \ww"),
        (r"\let\eps\varepsilon", r"\eps^2", r"\varepsilon ^2"),
        (r"\DeclareMathOperator{\relu}{relu}", r"\relu(z)", r"\operatorname{relu}(z)"),
        (r"\newcommand{\a}{b}\renewcommand{\a}{c}", r"\a", "c"),
        (r"\newcommand{\a}{\b}\newcommand{\b}{c}", r"\a", "c"),
    ],
)
def test_an_abbreviation_is_replaced_and_stands_at_its_use(definition: str, use: str, expanded: str) -> None:
    (snippet,) = document_of(f"{definition}\n\\begin{{document}}\n${use}$\n\\end{{document}}", "notes.tex").snippets
    assert snippet.text == expanded
    assert all(line == 3 and 2 <= column <= len(use) + 1 for line, column in snippet.starts)


def test_an_abbreviation_may_open_and_close_a_formula() -> None:
    text = r"\def\be{\begin{align}}\newcommand{\ee}{\end{align}} \be a &= b \ee"
    (snippet,) = document_of(text, "notes.tex").snippets
    assert (snippet.text, snippet.aligned) == ("a &= b", True)


def test_abbreviations_hold_in_markdown_from_their_definition_on() -> None:
    document = document_of("$\\v$ $$\\newcommand{\\v}[1]{\\mathbf{#1}}$$\n\n$\\v x$", kind="markdown")
    assert [snippet.text for snippet in document.snippets] == [r"\v", r"\mathbf{x}"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"\def\a{\a\a} $\a$", "its own definition"),
        (r"\def\a{\b\b}\def\b{\a\a} $\a$", "grow without end"),
        (r"\newcommand{\a}{x", "never closed"),
        (r"\newcommand{\a}[2]{#1#2} $\a{x}$", "without its 2 arguments"),
        ("$a = b\n\nc", r"$ opens is never closed"),
        (r"\begin{gather} a", r"\begin{gather} opens is never closed"),
        (r"\begin{align} a \begin{align} b \end{align}", r"\begin{align} opens is never closed"),
        (r"\begin{verbatim} $a$", "nothing behind it is read"),
    ],
)
def test_what_cannot_be_read_is_told(text: str, message: str) -> None:
    errors = document_of(text, "notes.tex").errors
    assert any(message in error.what and error.place is not None and error.remedy for error in errors)


def test_a_bomb_of_abbreviations_is_cut_off() -> None:
    lines = [r"\def\a{xxxxxxxxxx}"]
    for outer, inner in zip("bcdefghijk", "abcdefghij", strict=True):
        lines.append(rf"\def\{outer}{{{chr(92) + inner + ' '}{chr(92) + inner + ' '}{(chr(92) + inner + ' ') * 8}}}")
    document = document_of("\n".join([*lines, r"$\k$ and $z$"]), "notes.tex")
    assert sum(len(snippet.text) for snippet in document.snippets) < 100_000
    assert any("grow without end" in error.what for error in document.errors)


def test_the_words_before_a_formula_are_free_of_commands() -> None:
    document = document_of("For \\emph{one example}\n\\[ a = b \\]\n\nWords.\n\n\\[ c = d \\]", "notes.tex")
    assert [snippet.before for snippet in document.snippets] == ["For one example", "Words."]

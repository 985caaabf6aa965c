"""Formulas are found in every form in which people write them down, each character with its place."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derive.errors import InputError
from derive.verification.document import Document, document_of, read_document, read_symbols


def texts(text: str, kind: str = "markdown") -> list[str]:
    """The formulas of a text; on the way every place is checked against the text itself."""
    document = document_of(text, f"notes.{kind}", kind)  # type: ignore[arg-type]
    check_places(document)
    return [snippet.text for snippet in document.snippets]


def check_places(document: Document) -> None:
    """Every character of every formula stands in the file where it is said to stand."""
    for snippet in document.snippets:
        assert len(snippet.starts) == len(snippet.text)
        for character, (line, column) in zip(snippet.text, snippet.starts, strict=True):
            source = document.lines[line - 1]
            # (The line end between two displays of one chain stands behind the upper one.)
            assert character in ("\n", source[column - 1] if column <= len(source) else "\n")
        place = snippet.place(0, len(snippet.text))
        assert place.source == document.lines[place.line - 1]


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("so $a = b$ and $c$.", ["a = b", "c"]),
        ("$$a = b$$", ["a = b"]),
        ("$$a$$$$b$$", ["a", "b"]),
        ("값은 $h$이고", ["h"]),
        ("$$\na = b\n$$", ["a = b"]),
        ("$$\na\n= b\n- c\n$$", ["a\n= b\n- c"]),
        ("$$\na = b\n\nc = d\n$$", ["a = b", "c = d"]),
        ("text $$ a\n= b $$ text", ["a\n= b"]),
        ("- item\n  $$\n  a = b\n  $$\n- next $c$", ["a = b", "c"]),
        ("> $$\n> a\n> = b\n> > c\n> $$", ["a\n= b\n> c"]),
        (r"\(a\) \\(b = 1\\) \[c = 1\] \\[d = 1\\]", ["a", "b = 1", "c = 1", "d = 1"]),
        ("$`a_1 = b`$ here", ["a_1 = b"]),
        ("```math\na = b\n```", ["a = b"]),
        ("~~~latex\na = b\n\nc = d\n~~~", ["a = b", "c = d"]),
        ("```tex\nText $x = 1$ % $no$\n\\[ y = 2 \\]\n```", ["x = 1", "y = 2"]),
        ("$$\nQ = \\$3, \\text{if } x\n$$", ["Q = \\$3, \\text{if } x"]),
        ("| a | b |\n|---|:-:|\n| $x | 1$ | dv = 2 |", ["x | 1", "dv = 2"]),
        ("| a | b |\n|---|:-:|\n| $$u | 2$$ | w\\|", ["u | 2"]),
        ("# Step $k$\n## Step 2: d = 3", ["k"]),
        ("$a = b.$ and $c = d\\,.$ and $1, \\dots$", ["a = b", "c = d", "1, \\dots"]),
        ("$ a_1 = b $ costs $ 5 and $ 6", ["a_1 = b"]),
        ("$$a = b$$\r\n\r\n$$c = d$$\r\n", ["a = b", "c = d"]),
        ("\ufeff$a$", ["a"]),
    ],
)
def test_a_formula_between_delimiters_is_found(text: str, formulas: list[str]) -> None:
    assert texts(text) == formulas


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5 and $6, or US$7.",
        "between $5 and ($6)",
        r"\$a = b\$",
        "`$a = b$` in a code span without relation: `f(x=3)`, `pip install a==1`, `--rate=3`",
        "```python\nx = 3\n$a = b$\n```",
        "```\nimport numpy as np\nx = 3\n```",
        "<!-- a comment $a = b$ -->",
        "<!--\n$a = b$\n\n$c$\n-->",
        "---\ntitle: $a = b$\nx = 3\n---\n",
        "[link](http://a.b/c_d=$e$f) <a href='$x$'>t</a> https://x.y/z=$a$ <http://q/$r$>",
        "![](attachment:x=3.png)",
        r"\[1\] Author, Title. \(sic\)",
        "<pre>\n$a = b$\n</pre>",
        "---\n===\n***",
        "export PATH=$HOME/bin:$PATH",
    ],
)
def test_what_only_looks_like_a_formula_is_left_alone(text: str) -> None:
    document = document_of(text, "notes.md")
    assert not document.snippets and not document.errors


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("\\begin{align}\na &= b \\\\\n&= c\n\\end{align}", "a &= b \\\\\n&= c"),
        ("$$\\begin{aligned} a &= b \\\\ &= c \\end{aligned}.$$", "a &= b \\\\ &= c"),
        ("\\begin{equation}\\begin{split}[t] a &= b \\end{split}\\end{equation}", "a &= b"),
        ("\\begin{alignat*}{2} a &= b \\end{alignat*}", "a &= b"),
        ("$$\\begin{array}{rcl} a & = & b \\end{array}$$", "a & = & b"),
        ("```math\na \\\\ b\n```", "a \\\\ b"),
        ("$$\\begin{equation*} a \\\\ b \\end{equation*}$$", "a \\\\ b"),
        ("\\begin{IEEEeqnarray}{rCl} a &=& b \\end{IEEEeqnarray}", "a &=& b"),
    ],
)
@pytest.mark.parametrize("kind", ["markdown", "latex"])
def test_rows_are_known_as_rows(text: str, formula: str, kind: str) -> None:
    if kind == "latex" and text.startswith("`"):
        text = f"\\[{text[8:-4]}\\]"
    (snippet,) = document_of(text, "notes", kind).snippets  # type: ignore[arg-type]
    assert (snippet.text, snippet.aligned, snippet.display) == (formula, True, True)


def test_rows_inside_a_formula_are_not_rows_of_the_formula() -> None:
    (snippet,) = document_of(r"$$a = \begin{cases} 1 & i = j \\ 0 \end{cases}$$", kind="markdown").snippets
    assert not snippet.aligned


@pytest.mark.parametrize(
    ("text", "formulas"),
    [
        ("$$a = b,$$\n\n$$= c.$$\n$$\\approx d$$", ["a = b\n= c\n\\approx d"]),
        ("> \\[ a = b \\]\n>\n> \\[ = c \\]", ["a = b\n= c"]),
        ("$$a = b$$\n$$\\begin{aligned} &= c \\\\ &= d \\end{aligned}$$", ["a = b\n&= c \\\\ &= d"]),
        ("$a = b$\n$= c$", ["a = b\n= c"]),
        ("$$a = b$$\nso\n$$= c$$", ["a = b", "= c"]),
        ("so $a = b$ $= c$", ["a = b", "= c"]),
        ("$$a = b$$\n$$\\Rightarrow c$$", ["a = b", "\\Rightarrow c"]),
        ("$$a = b$$\n$$\\leftarrow c$$", ["a = b", "\\leftarrow c"]),
    ],
)
def test_a_display_that_begins_with_a_relation_carries_the_one_above_on(text: str, formulas: list[str]) -> None:
    assert texts(text) == formulas


def test_a_formula_on_lines_of_its_own_is_displayed() -> None:
    text = "$a = b$\n\nso $c = d$ and\n$e = f$.\n- $g = h$\n\n`i = j`"
    displayed = {snippet.text: snippet.display for snippet in document_of(text, kind="markdown").snippets}
    assert displayed == {"a = b": True, "c = d": False, "e = f": True, "g = h": True, "i = j": True}


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("For one **example** we have $a = b$", "For one example we have"),
        ("For one example:\n\n$$a = b$$", "For one example:"),
        ("For one example:\n$$q$$\nand then\n$$a = b$$", "For one example: and then"),
        ("Some words.\n\nHere $a = b$", "Here"),
        ("# The batch\n$$a = b$$", "The batch"),
        ("For one example:\n\n    a = b", "For one example:"),
        ("Output layer: a = b", "Output layer:"),
        ("a = b for a single example", "for a single example"),
    ],
)
def test_a_formula_knows_the_words_before_it(text: str, before: str) -> None:
    assert document_of(text, kind="markdown").snippets[-1].before == before


def test_the_words_before_are_at_most_200_characters() -> None:
    (snippet,) = document_of("word " * 1000 + "$a = b$", kind="markdown").snippets
    assert 150 < len(snippet.before) <= 200 and snippet.before.startswith("word")


@pytest.mark.parametrize(
    ("text", "what", "line", "column"),
    [
        ("so\n  $$ a = b", "$$", 2, 3),
        ("$$\nThe sentence that follows has many words.\n\n$$c = d$$ x", "$$", 1, 1),
        ("x\n\\begin{align}\na = b", r"\begin{align}", 2, 1),
        (r"so $\frac12 = 3", "$", 1, 4),
        ("a\n<!-- chainscribe", "comment", 2, 1),
        ("```math\na = b", "block", 1, 1),
    ],
)
def test_what_is_never_closed_is_told_with_its_place(text: str, what: str, line: int, column: int) -> None:
    (error,) = document_of(text, kind="markdown").errors
    assert what in error.what and error.remedy
    assert error.place is not None and (error.place.line, error.place.column) == (line, column)


def test_after_an_unclosed_formula_the_others_are_still_read() -> None:
    document = document_of("$$ a = b\n\nThen $c = d$ holds for all of them.\n\n$$e = f$$", kind="markdown")
    assert [snippet.text for snippet in document.snippets] == ["c = d", "e = f"]
    assert len(document.errors) == 1


def test_a_notebook_is_its_cells_one_below_the_other() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Title\n", "so $a = b$\n", "<!-- chainscribe: network = mlp -->"]},
        {"cell_type": "code", "source": "x = '$no$'"},
        {"cell_type": "markdown", "source": "$$\nc = d\n$$"},
        {"cell_type": "markdown", "source": ""},
    ]
    document = document_of(json.dumps({"nbformat": 4, "cells": cells}), "notes.ipynb")
    check_places(document)
    assert [(snippet.text, snippet.starts[0]) for snippet in document.snippets] == [
        ("a = b", (3, 5)),
        ("c = d", (9, 1)),
    ]
    assert document.lines[4:6] == ("cell 2", "x = '$no$'")
    assert document.settings == (("network", "mlp"),)


@pytest.mark.parametrize("text", ["{", "[]", '{"cells": 3}', '{"worksheets": []}', "[" * 100_000, '{"cells": [3]}'])
def test_a_bad_notebook_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="notebook"):
        document_of(text, "notes.ipynb")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("so $a = b$", "markdown"),
        ("```\na = b\n```", "markdown"),
        ("\\documentclass{article}\n\\begin{document}$a$\\end{document}", "latex"),
        ('{"cells": [{"cell_type": "markdown", "source": "$a$"}]}', "notebook"),
        ("# a comment\na = b + 1\n", "plain"),
    ],
)
def test_the_kind_of_a_text_is_told_by_what_stands_in_it(text: str, kind: str) -> None:
    assert document_of(text, "notes.txt") == document_of(text, "notes.txt", kind)  # type: ignore[arg-type]


def test_a_file_is_read_by_its_ending(tmp_path: Path) -> None:
    for ending in ("md", "tex", "txt"):
        path = tmp_path / f"notes.{ending}"
        path.write_text("% $a = b$\n$c = d$\n", encoding="utf-8")
        count = len(read_document(path).snippets)
        assert count == (1 if ending == "tex" else 2)


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    bad, large = tmp_path / "bad.md", tmp_path / "large.md"
    bad.write_bytes(b"abc \xff\xfe")
    large.write_bytes(b"a" * 2_000_001)
    for path, message in (
        (bad, "not written in UTF-8: byte 5"),
        (large, "too large: 2,000,001 bytes"),
        (tmp_path, "is a folder"),
        (tmp_path / "none.md", "does not exist"),
    ):
        with pytest.raises(InputError, match=message) as caught:
            read_document(path)
        assert caught.value.remedy


def test_a_file_of_symbols(tmp_path: Path) -> None:
    path = tmp_path / "symbols.txt"
    path.write_text("# ours\na^{(1)} = h\n\n$\\delta_{i=1}$ means dz  # the error\n", encoding="utf-8")
    found = read_symbols(path)
    assert [(symbol, means) for symbol, means, _ in found] == [("a^{(1)}", "h"), ("\\delta_{i=1}", "dz")]
    assert [(place.line, place.column) for _, _, place in found] == [(2, 1), (4, 2)]
    path.write_text("a^{(1)} h\n= 3\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_symbols(path)
    assert "symbols.txt:1:1:" in str(caught.value) and "symbols.txt:2:3:" in str(caught.value)

"""Markdown documents mean the same to every reader, whatever a user wrote into names and titles."""

from __future__ import annotations

import html
import re
from functools import cache

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options

from codegen.block import Code, Document, Heading, Math, Paragraph, Table
from codegen.document import document
from codegen.formats.markdown.portable import formulas, violations
from codegen.formats.markdown.render import render
from codegen.notation.formula import Component, Name
from derive.backward import differentiate
from derive.language import gallery
from tests.documents.gallery import outlined
from tests.documents.networks import NETWORKS, perceptron

HOSTILE = (
    'Quote " and """ and \\ and \\input{/etc/passwd}',
    "{{ 7*7 }} {% raw %} <script>alert(1)</script> &amp; <b>",
    "[link](http://example.org) ![picture](x) `code` *stars* _under_ ~~gone~~ | pipe",
    "$x$ and $$y$$ 100% #heading ^top",
    "two\nlines\n\n# of it\n- item\n1. one",
    "```\nfence",
    "- dash",
    "1. one",
)


@cache
def rendered(name: str) -> str:
    return document(differentiate(NETWORKS[name]()), "md", f"{name}.net", "ab" * 32)


def as_html(markdown: str) -> str:
    return cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE)


@pytest.mark.parametrize("name", NETWORKS)
def test_documents_use_only_the_portable_subset(name: str) -> None:
    assert violations(rendered(name)) == []


@pytest.mark.parametrize("name", NETWORKS)
def test_a_markdown_parser_leaves_every_formula_as_it_is(name: str) -> None:
    markdown = rendered(name)
    page = html.unescape(as_html(markdown))
    blocks, inline = formulas(markdown)
    assert blocks and inline
    for formula in blocks:
        assert f"$$\n{formula}\n$$" in page
    for formula in inline:
        assert f"${formula}$" in page


@pytest.mark.parametrize("words", HOSTILE)
def test_words_of_a_user_stay_words(words: str) -> None:
    network = perceptron(title=words, about=words)
    page = as_html(document(differentiate(network), "md"))
    assert not re.search(r"<(script|b|a|img|del)\b", page)
    assert page.count("<h1>") == 1
    title = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)
    assert title is not None
    assert html.unescape(title.group(1)) == re.sub(r"\s+", " ", words).strip()


@pytest.mark.parametrize("words", HOSTILE)
def test_code_in_a_line_stays_code(words: str) -> None:
    page = as_html(render(Document("t", (Paragraph(("see ", Code(words), " there")),))))
    found = re.search(r"<code>(.*?)</code>", page, re.DOTALL)
    assert found is not None
    assert html.unescape(found.group(1)) == re.sub(r"\s+", " ", words).strip()


def test_a_table_keeps_its_cells() -> None:
    table = Table(
        (("a",), ("b",)), ((("one | two",), (Code("a | b"),)), ((Math(Component("z1", (Name("n"),))),), ("",)))
    )
    page = as_html(render(Document("t", (Heading(2, ("A",)), table))))
    assert page.count("<tr>") == 3
    assert page.count("<td>") == 4
    assert "one | two" in page
    assert "<code>a | b</code>" in page


@pytest.mark.parametrize(
    ("formula", "reason"),
    [
        (r"\hat{x}_i y", "underscore after punctuation"),
        (r"a \, b", "backslash before punctuation"),
        (r"\{a\}", "backslash before punctuation"),
        ("a * b", "asterisk"),
        ("a <b", "less-than"),
        ("[z > 0](a)", "square bracket"),
        (r"\operatorname{f} x", "GitHub refuses"),
        ("a | b", "vertical bar"),
        ("{a", "braces"),
    ],
)
def test_the_check_finds_what_readers_misread(formula: str, reason: str) -> None:
    assert any(reason in found for found in violations(f"${formula}$\n"))
    assert any(reason in found for found in violations(f"\n$$\n{formula}\n$$\n"))


def test_the_check_finds_dollars_that_do_not_stand_alone() -> None:
    assert violations("text $$x$$ text\n")
    assert violations("text\n$$\nx\n$$\n\nmore\n")
    assert violations("\n$$\nx\n\ny\n$$\n")
    assert violations("a\n\n$$\nx\n$$\n\nb\n") == []


@pytest.mark.parametrize("name", gallery())
def test_documents_of_the_gallery_are_portable(name: str) -> None:
    markdown = render(outlined(name))
    assert violations(markdown) == []
    page = html.unescape(as_html(markdown))
    for formula in formulas(markdown)[1]:
        assert f"${formula}$" in page

"""HTML documents are sound pages of one file: they fetch nothing, lead nowhere wrong, and keep foreign text as text."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import unescape
from itertools import pairwise

import pytest

from codegen import typesetting
from codegen.block import (
    Code,
    Display,
    Document,
    Forms,
    Graph,
    Heading,
    Listing,
    Math,
    Node,
    Paragraph,
    Points,
    Row,
    Steps,
    Stressed,
    Strong,
    Table,
)
from codegen.document import document
from codegen.formats.html import picture
from codegen.formats.html.page import render
from codegen.formats.html.sound import violations
from codegen.languages import codes, language
from codegen.notation.formula import Component, Fraction, Name, Number, Terms
from derive.backward import differentiate
from derive.errors import InputError
from derive.language import gallery
from tests.documents.gallery import outlined
from tests.documents.networks import NETWORKS, perceptron
from tests.documents.test_markdown import HOSTILE

html5lib = pytest.importorskip("html5lib", reason="html5lib is not installed")

HOSTILE_HERE = (
    *HOSTILE,
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<!-- --> ]]> </style> </title> </math>",
    "&lt;b&gt; &#60; & &&",
    "\x00\x08\x1b[31m\u202e\u2028\ufeff",
)


@cache
def page(name: str) -> str:
    return render(outlined(name))


def tree(source: str):  # type: ignore[no-untyped-def]
    """The page as browsers read it; an error of syntax is an error."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(source)


def said(element) -> str:  # type: ignore[no-untyped-def]
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


@pytest.mark.parametrize("name", gallery())
def test_pages_of_the_gallery_are_sound(name: str) -> None:
    assert violations(page(name)) == []
    assert len(page(name)) < 1_500_000


@pytest.mark.parametrize("name", NETWORKS)
def test_pages_are_html_without_errors(name: str) -> None:
    source = render(Document("T", document_of(name).blocks, "Made."))
    root = tree(source)
    assert [said(item) for item in root.iter("h1")] == ["T"]
    assert root.find("body/main") is not None
    levels = [int(item.tag[1]) for item in root.iter() if re.fullmatch(r"h[1-6]", str(item.tag))]
    assert all(after <= before + 1 for before, after in pairwise(levels))


@cache
def document_of(name: str) -> Document:
    from codegen.emit import listing
    from codegen.outline import outline

    derivation = differentiate(NETWORKS[name]())
    return outline(derivation, listing(derivation))


def test_the_same_document_gives_the_same_page() -> None:
    made = [document(differentiate(perceptron()), "html", "p.net", "ab" * 32) for _ in range(2)]
    assert made[0] == made[1]
    assert "p.net" in str(made[0])


@pytest.mark.parametrize("words", HOSTILE_HERE)
def test_foreign_words_stay_words(words: str) -> None:
    name = Name(words.replace("\n", " "))
    row = (Component(name.name, (Name("i"),)), Fraction(name, name), 1)
    index = Display((row,))
    blocks = (
        Paragraph((words,)),
        Heading(2, (words,)),
        Paragraph((words, Code(words), Strong(words), Stressed(words), Math(name))),
        Points(((words,),)),
        Table(((words,),), (((Math(name),), (Code(words),), (words,)),)),
        index,
        Forms(index, (), index, Listing(words, words)),
        Steps(name, (Row(name, (words,)), Row(Number("1"), (words,))), 2),
        Graph((Node(words, name.name, "input", (Name("x"),)), Node("x", "x", "result")), ((words, "x"),), (words,)),
    )
    source = render(Document(words, blocks, origin=words))
    assert violations(source) == []
    root = tree(source)
    tags = {str(item.tag).split("}")[-1] for item in root.iter()}
    assert not tags & {"img", "b", "del", "iframe"}
    assert len(list(root.iter("script"))) == 1 and len(list(root.iter("style"))) == 1
    printed = re.sub(r"\s+", " ", "".join(sign if sign.isprintable() else " " for sign in words)).strip()
    assert [said(item) for item in root.iter("h1")] == [printed]
    assert not re.search(r"[\x00-\x08\x0b-\x1f]", source)


def test_foreign_titles_of_networks_stay_words() -> None:
    words = "</script>\"'><b onclick=x>"
    source = str(document(differentiate(perceptron(title=words, about=words)), "html"))
    assert violations(source) == []
    (title,) = re.findall(r"<title>(.*?)</title>", source.split("</head>")[0])
    assert unescape(title) == words


def test_the_only_script_that_may_run_is_the_one_in_the_page() -> None:
    source = page("mlp")
    (script,) = re.findall(r"<script>(.*?)</script>", source, re.DOTALL)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', source)
    assert f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in unescape(policy)
    assert "default-src 'none'" in unescape(policy)


def test_numbers_in_sentences_lead_to_their_equations() -> None:
    equation = Display(((Name("z"), Name("x"), 7),))
    sentence = Paragraph(("by (7), and (8), f(7)",))
    value = Table((("symbol",), ("value",)), ((("z",), ("(7)",)),))
    source = render(Document("T", (Paragraph(("see (7)",)), Heading(2, ("A",)), equation, sentence, value)))
    assert 'by <a class="ref" href="#eq-7">(7)</a>, and (8), f(7)' in source
    # The author's own words, and a cell that is nothing but a number, speak of no equation.
    assert "<p>see (7)</p>" in source
    assert "<td>(7)</td>" in source


def test_a_result_with_several_notations_has_one_anchor_and_folds_its_derivation() -> None:
    row = (Name("z"), Name("x"), 7)
    matrix, code = Display(((Name("z"), Name("w"), None),)), Listing("python", "z = x")
    derivation = (Paragraph(("so",)), Steps(Name("z"), (Row(Name("w")), Row(Name("x"), ("why",))), 7))
    forms = Forms(Display((row,)), (Paragraph(("elsewhere",)),), matrix, code)
    source = render(Document("T", (Heading(2, ("A",)), *derivation, forms)))
    assert violations(source) == []
    assert source.count('id="eq-7"') == 1
    assert '<div class="forms card" id="eq-7">' in source
    assert re.findall(r'data-form="(\w+)"', source.split("<script>")[0]) == ["index", "matrix", "code"]
    assert "elsewhere" not in source
    folded = source[source.index('<details class="derivation" open>') : source.index('<div class="forms card"')]
    assert '<details class="chain" open><summary>so</summary>' in folded and folded.rstrip().endswith("</details>")


def test_equations_and_their_other_notations_stand_together() -> None:
    index = Display(((Name("z"), Name("x"), 1), (Name("p"), Name("z"), 2)))
    matrix, code = Display(((Name("z"), Name("w"), None),)), Listing("python", "z = x")
    blocks = (index, Paragraph(("between",)), Forms(index, (), matrix=matrix), Forms(index, (), code=code))
    source = render(Document("T", (Heading(2, ("A",)), *blocks)))
    assert violations(source) == []
    assert source.count('<div class="forms">') == 1
    assert source.index('data-form="code"') < source.index("between")


def test_there_are_contents_from_ten_subsections_on() -> None:
    def source(count: int) -> str:
        parts = [Heading(3, (f"Part {place}",)) for place in range(count)]
        return render(Document("T", (Heading(2, ("A",)), *parts)))

    assert '<nav class="contents"' not in source(9)
    assert source(10).count('<a href="#section-1-') == 10


def test_a_wide_sum_may_be_broken_at_its_signs() -> None:
    wide = Terms(
        tuple(("+" if place % 2 else "-", Component(f"W{place}", (Name("n"), Name("k")))) for place in range(12))
    )
    body = render(Document("T", (Heading(2, ("A",)), Display(((Name("y"), wide, 1),))))).split("<main")[1]
    assert body.count("<math") == 13
    assert 'alttext="= -W' in body and 'alttext="+ W' in body and 'alttext="- W' in body


def test_without_a_compiler_for_labels_the_graph_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> str:
        raise InputError("the compiler is <not> here", remedy="install it")

    graph = Graph((Node("x", "x", "input"), Node("y", "y", "result")), (("x", "y"),), ("caption",))
    blocks = (Heading(2, ("A",)), graph)
    if typesetting.is_installed():
        assert render(Document("T", blocks)).count("<svg") == 1
    monkeypatch.setattr(picture, "draw", missing)
    source = render(Document("T", blocks))
    assert violations(source) == []
    assert "<svg" not in source and "the compiler is &lt;not&gt; here (install it)" in source
    assert source.count('<th scope="row">') == 2


def test_thousands_of_equations_are_a_page() -> None:
    rows = tuple((Component(f"v{place}", (Name("i"),)), Name(f"v{place - 1}"), place) for place in range(1, 2001))
    chain = Steps(Name("y"), tuple(Row(Name(f"v{place}"), (f"by ({place})",)) for place in range(1, 2001)), 2001)
    source = render(Document("T", (Heading(2, ("A",)), Display(rows), chain)))
    assert violations(source) == []
    assert source.count('<a class="ref"') == 2000 + 2000 + 1


@pytest.mark.parametrize("code", codes())
def test_a_page_is_in_one_language(code: str) -> None:
    blocks = (Heading(2, ("A",)), Paragraph(("b",)), Forms(Display(((Name("z"), Name("x"), 1),)), ()))
    source = render(Document("T", blocks, language=code))
    assert f'<html lang="{code}">' in source
    assert language(code).phrase("html.derivation") in source


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ('<p id="a"></p><p id="a"></p>', "stands 2 times"),
        ('<a href="#nowhere">x</a>', "nothing is called nowhere"),
        ('<img src="x.png">', "fetches src"),
        ('<a href="https://example.org">x</a>', "fetches href"),
        ("<style>@import 'x.css';</style>", "style sheet fetches"),
        ('<p style="background: url(x.png)"></p>', "style of <p> fetches"),
        ('<p onclick="x()"></p>', "handler onclick"),
        ("<p><b></p>", "ends ['b']"),
        ("<p>", "<p> does not end"),
        ("<math><mi>x</mi></math>", "a formula without a text"),
        ('<math alttext="x"><msub><mi>x</mi></msub></math>', "<msub> has not 2 elements"),
    ],
)
def test_the_check_finds_what_misleads(wrong: str, said: str) -> None:
    assert any(said in found for found in violations(wrong))

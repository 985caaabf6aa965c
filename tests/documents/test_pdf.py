"""Documents as PDF: whole, the same every time, clickable, and words stay words whatever they are."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest

from codegen import typesetting
from codegen.block import Code, Display, Document, Heading, Listing, Math, Paragraph, Points, Row, Steps, Table
from codegen.document import document
from codegen.formats import pdf_by
from codegen.formats.pdf import PDF
from codegen.formats.pdf import latex as engine
from codegen.formats.typst import TYPST
from codegen.notation.formula import Component, Factors, Fraction, Group, Name, Number, Terms
from codegen.seal import is_sealed
from derive.errors import InputError
from derive.language import gallery
from tests.conftest import Command
from tests.documents.gallery import derived, outlined
from tests.documents.test_markdown import HOSTILE
from tests.documents.test_typst import HOSTILE as HOSTILE_TO_TYPST

pypdf = pytest.importorskip("pypdf")
pytestmark = pytest.mark.skipif(not typesetting.is_installed(), reason="typst is not installed")
LATEX = [tool for tool in ("latexmk", "pdflatex") if shutil.which("pdflatex") and shutil.which(tool)]

x, y, n = Name("x"), Name("y"), Name("n")
# No font has a sign for what a person might have made up.
UNKNOWN = "\U00013000"


def reader(content: bytes | str) -> pypdf.PdfReader:
    assert isinstance(content, bytes)
    return pypdf.PdfReader(BytesIO(content))


def words(content: bytes | str) -> list[str]:
    """The words of every page, without the number of the page."""
    return [page.extract_text().rsplit("\n", 1)[0] for page in reader(content).pages]


def bookmarks(entries: list) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, list):
            yield from bookmarks(entry)
        else:
            yield entry.title


def links(content: bytes | str) -> list[str]:
    """Where the links of all pages lead."""
    found = [item.get_object() for page in reader(content).pages for item in page.get("/Annots") or ()]
    return [str(item["/Dest"] if "/Dest" in item else item["/A"]["/D"]) for item in found]


def wide(count: int) -> Terms:
    return Terms(tuple(("+", Factors((Component(f"W{i}", (n,)), Fraction(x, y)))) for i in range(count)))


@pytest.mark.parametrize("name", gallery())
def test_every_document_of_the_gallery_becomes_pages_with_words_on_them(name: str) -> None:
    here = outlined(name)
    made = PDF.render(here)
    assert PDF.violations(made) == []
    file = reader(made)
    assert file.metadata is not None and file.metadata.title == here.title
    assert len(file.outline) >= 4
    # The last page alone is read: reading all takes longer than writing them.
    assert len(file.pages) > 1 and file.pages[-1].extract_text().strip()


def test_the_same_document_has_the_same_bytes_in_another_process() -> None:
    code = (
        "import sys, codegen, derive, derive.language\n"
        "net = derive.read(derive.language.gallery_path('neuron'))\n"
        "sys.stdout.buffer.write(codegen.document(derive.differentiate(net), 'pdf'))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, env={"PYTHONHASHSEED": "7"}, check=True)
    assert run.stdout == document(derived("neuron"), "pdf")
    assert b"/CreationDate" not in run.stdout


def test_what_it_is_about_stands_in_the_file() -> None:
    file = reader(PDF.render(outlined("mlp")))
    assert file.metadata is not None
    assert file.metadata.author == "chainscribe"
    assert "backpropagation" in str(file.metadata.keywords)
    titles = list(bookmarks(file.outline))
    assert titles[0].endswith("Symbols and shapes")
    assert any("Gradient with respect to" in title for title in titles)
    assert file.trailer["/Root"]["/Lang"] == "en"


def test_numbers_of_equations_lead_to_their_equations() -> None:
    blocks = (
        Paragraph(("By (1) and (2), not by (3):",)),
        Display(((x, y, 1),)),
        Steps(y, (Row(x, ("because of (1)",)), Row(n)), 2),
        Display(((x, y, 1),), boxed=True),
    )
    found = links(PDF.render(Document("Links", blocks)))
    assert len(found) == 3
    assert found[0] == found[2] != found[1]


def test_long_documents_begin_with_their_contents() -> None:
    def made(count: int) -> str:
        blocks = [Heading(2, ("Backward pass",))]
        for number in range(count):
            blocks += [Heading(3, (f"Gradient {number}",)), Paragraph(("It is zero.",))]
        return words(PDF.render(Document("Long", tuple(blocks))))[0]

    assert "Contents" in made(10)
    assert "Contents" not in made(9)


def test_a_step_stays_with_its_reason_and_a_heading_with_its_text() -> None:
    # Rows of different heights, some with their reasons below them, so that pages end at many different places.
    formulas = (x, Fraction(Component("x", (n,)), y), wide(13))
    rows = tuple(Row(formulas[place % 3], (f"reason{place} " + "why " * 20,)) for place in range(98))
    blocks = [Steps(Component("y", (Name(f"k{start}"),)), rows[start : start + 7]) for start in range(0, 98, 7)]
    some = [item for number, block in enumerate(blocks) for item in (Heading(3, (f"Heading{number}",)), block)]
    pages = words(PDF.render(Document("Steps", tuple(some))))
    assert len(pages) > 3
    for page in pages:
        assert page.count("=") == page.count("reason")
        assert not re.search(r"Heading\d+\s*$", page)


def test_a_formula_that_is_wider_than_the_page_goes_on_in_the_next_line() -> None:
    blocks = (
        Display(((x, wide(40), 1),)),
        Display(((x, Factors((n, Group(wide(40)))), 2),)),
        Display(((x, Fraction(wide(40), y), 3),)),
        Steps(x, (Row(wide(40), ("because " * 40,)), Row(y, ("because " * 40,)))),
        Table((("a", "b"),) * 1, (((Math(wide(30)),), (Code("y = " + " + ".join(f"W{i} * x" for i in range(60))),)),)),
        Listing("python", "y = " + " + ".join(f"W{i} * x" for i in range(60))),
    )
    for page in reader(PDF.render(Document("Wide", blocks))).pages:
        places: list[tuple[float, str]] = []
        page.extract_text(visitor_text=lambda text, _, matrix, *rest, places=places: places.append((matrix[4], text)))
        right = float(page.mediabox.width) - 25 / 25.4 * 72
        assert [text for place, text in places if text.strip() and place > right] == []


def test_hostile_words_stay_words() -> None:
    for said in ("".join(HOSTILE_TO_TYPST), "".join(HOSTILE), *HOSTILE_TO_TYPST):
        said = "".join(sign for sign in said if sign.isprintable() and not typesetting.uncovered(sign))
        blocks = (
            Heading(2, (said,)),
            Paragraph((said, Code(said), Math(Name("x")))),
            Points(((said,),)),
            Table(((said,),), (((Code(said),),),)),
            Listing("python", said),
        )
        assert TYPST.violations(str(TYPST.render(Document(said, blocks, origin=said)))) == []
        made = reader(PDF.render(Document(said, blocks, origin=said)))
        assert made.metadata is not None and re.sub(r"\s", "", str(made.metadata.title)) == re.sub(r"\s", "", said)
        shown = re.sub(r"\s", "", made.pages[0].extract_text())
        assert shown.count(re.sub(r"\s", "", said)) >= 5


def test_a_character_without_a_font_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "_loaded", lambda system, file: typesetting_fonts())
    monkeypatch.setattr(typesetting, "_compiler", lambda system, file: typesetting_compiler())
    with pytest.raises(InputError) as caught:
        PDF.render(Document(f"title {UNKNOWN}", ()))
    assert "U+13000" in str(caught.value)
    assert "--font" in str(caught.value)


def typesetting_fonts() -> object:
    import typst

    return typst.Fonts(include_system_fonts=False)


def typesetting_compiler() -> object:
    import typst

    return typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False))


def test_korean_is_set_with_a_font_of_this_system_or_the_missing_font_is_named() -> None:
    here = Document(
        "두 층 퍼셉트론", (Heading(2, ("순전파",)), Paragraph((Math(Name("무게")), Code("무게")))), language="ko"
    )
    try:
        made = PDF.render(here)
    except InputError as error:
        assert "fonts-nanum" in str(error)
    else:
        assert "순전파" in words(made)[0] and reader(made).trailer["/Root"]["/Lang"] == "ko"


def test_a_compiler_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    typesetting._compiler.cache_clear()
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(InputError) as caught:
        PDF.render(Document("title", ()))
    assert "pip install 'chainscribe[pdf]'" in str(caught.value)


def test_a_font_that_does_not_exist_is_named() -> None:
    with pytest.raises(InputError, match="no font file and no font"):
        pdf_by(font="No Such Font").render(Document("title", ()))


def test_the_source_stands_on_its_own() -> None:
    source = TYPST.render(outlined("mlp"))
    assert isinstance(source, str)
    assert TYPST.violations(source) == []
    assert "@preview" not in source
    assert TYPST.violations(source + '#import "x"') == ["the command #import is none of ours"]
    assert TYPST.violations(source + '#read("x");') == ["the command #read is none of ours"]
    assert typesetting.pdf(source) == PDF.render(outlined("mlp"))


def test_the_command_writes_a_sealed_file_and_names_a_font_that_is_missing(
    chainscribe: Command, tmp_path: Path
) -> None:
    run = chainscribe("build", "neuron", "-o", "made", "--only", "pdf,typ")
    assert run.returncode == 0, run.stderr
    assert is_sealed((tmp_path / "made/neuron/derivation.pdf").read_bytes())
    assert is_sealed((tmp_path / "made/neuron/derivation.typ").read_bytes())
    run = chainscribe("build", "neuron", "-o", "made", "--only", "pdf", "--font", "No Such Font")
    assert run.returncode == 2
    assert "no font file and no font of this system" in run.stderr and "Traceback" not in run.stderr


def test_two_thousand_equations_are_set() -> None:
    rows = tuple((Component("x", (Number(str(i)),)), Factors((Name("y"), Name("z"))), i) for i in range(2000))
    made = reader(PDF.render(Document("Many", (Heading(2, ("All",)), Display(rows)))))
    assert "(1999)" in made.pages[-1].extract_text()


def test_an_engine_that_is_missing_or_unknown_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="no engine is called 'word'"):
        pdf_by(engine="word")
    monkeypatch.setattr(engine.shutil, "which", lambda tool: None)
    with pytest.raises(InputError, match="needs LaTeX"):
        pdf_by(engine="latex").render(Document("title", ()))


@pytest.mark.skipif(not LATEX, reason="pdflatex is not installed")
def test_latex_sets_the_same_words_in_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    which = shutil.which
    small = Document("A title", (Paragraph(("Some words.",)), Display(((x, y, 1),))))
    for tool in LATEX:
        monkeypatch.setattr(
            engine.shutil, "which", lambda name, tool=tool: which(name) if name in (tool, "pdflatex") else None
        )
        first, second = (pdf_by(engine="latex").render(small) for _ in range(2))
        assert first == second
        assert "Some words." in reader(first).pages[0].extract_text()


@pytest.mark.skipif(not LATEX, reason="pdflatex is not installed")
def test_latex_that_stops_says_where() -> None:
    with pytest.raises(InputError, match="Undefined control sequence"):
        engine.compiled("\\documentclass{article}\\begin{document}\\nonsense\\end{document}")

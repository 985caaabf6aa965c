"""LaTeX documents compile with pdflatex, without errors and without text in the margin."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from codegen.block import Code, Display, Document, Heading, Listing, Math, Paragraph, Points, Row, Steps, Table
from codegen.document import document
from codegen.formats.latex.render import render, violations
from codegen.notation.formula import (
    Call,
    Cases,
    Component,
    Factors,
    Fraction,
    Handed,
    Infix,
    Name,
    Number,
    Power,
    Relation,
    Terms,
)
from codegen.notation.latex import latex
from derive.backward import differentiate
from derive.language import gallery
from tests.documents.gallery import outlined
from tests.documents.networks import NETWORKS, perceptron
from tests.documents.test_markdown import HOSTILE

needs_latex = pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
MARGIN = 10.0


def compiled(source: str, folder: Path) -> str:
    """The log of pdflatex; AssertionError with its errors."""
    (folder / "document.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", "document.tex"]
    done = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    log = done.stdout.decode("utf-8", errors="replace")
    assert done.returncode == 0, "\n".join(line for line in log.splitlines() if line.startswith(("!", "l.")))[:2000]
    return log


def overfull(log: str) -> float:
    """By how many points the worst line runs into the margin."""
    return max((float(found) for found in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)), default=0.0)


@needs_latex
@pytest.mark.parametrize("name", NETWORKS)
def test_documents_compile_and_stay_in_their_margins(name: str, tmp_path: Path) -> None:
    source = document(differentiate(NETWORKS[name]()), "tex", f"{name}.net", "ab" * 32)
    assert violations(source) == []
    assert overfull(compiled(source, tmp_path)) <= MARGIN


@needs_latex
def test_every_document_of_the_gallery_compiles_and_stays_in_its_margins(tmp_path: Path) -> None:
    for name in gallery():
        source = render(outlined(name))
        assert violations(source) == [], name
        assert overfull(compiled(source, tmp_path)) <= MARGIN, name


@needs_latex
def test_hostile_words_compile_to_words(tmp_path: Path) -> None:
    words = " ".join(HOSTILE)
    blocks = (
        Heading(2, (words,)),
        Paragraph((words, Code(words))),
        Points(((words,),)),
        Table(((words,),), (((Code(words),),),)),
        Listing("python", words),
    )
    source = render(Document(words, blocks, origin=words))
    assert r"\input{/etc" not in source
    compiled(source, tmp_path)


@needs_latex
def test_names_of_any_script_compile(tmp_path: Path) -> None:
    names = ["ε", "Κ", "Κhat", "무게", "é1", "x_ü", "Ж'", "ϕ", "变量_2", "ß", "ο", "ẍ"]
    text = [Math(Component(name, (Name("n"), Name("k")))) for name in names]
    source = render(Document(" ".join(names), (Paragraph(tuple(text)), Listing("python", " ".join(names)))))
    assert violations(source) == []
    compiled(source, tmp_path)


@needs_latex
def test_what_is_wider_than_the_page_is_set_smaller(tmp_path: Path) -> None:
    wide = Terms(tuple(("+", Factors((Component(f"W{i}", (Name("n"),)), Name("x")))) for i in range(60)))
    reason = ("because of " + "many words " * 20,)
    blocks = (
        Display(((Name("y"), wide, 3),)),
        Steps(Name("y"), (Row(wide, reason), Row(Name("x"), reason))),
        Listing("python", "y = " + " + ".join(f"W{i} * x" for i in range(60))),
        Table((("a",),), (((Math(wide),),),)),
    )
    assert overfull(compiled(render(Document("Wide", blocks)), tmp_path)) <= MARGIN


def test_cases_among_other_cases_are_rows() -> None:
    above = Relation(">", Name("z"), Name("c"))
    inner = Cases(Name("b"), Relation("<", Name("z"), Name("a")), Name("c"))
    printed = latex(Cases(Name("a"), above, inner))
    assert printed.count(r"\begin{cases}") == 1
    assert r"b & \mathrm{otherwise,\thinspace if} \thinspace z < a \cr c & \mathrm{otherwise}" in printed


def test_a_logarithm_ends_where_its_argument_ends() -> None:
    log = Call("log", (Name("p"),))
    assert latex(Factors((log, Name("q")))) == r"\log(p) \thinspace q"
    assert latex(Infix("hadamard", (log, Name("q")))) == r"\log(p) \odot q"
    assert latex(Factors((Name("q"), log))) == r"q \log p"


def test_an_exponent_stays_on_its_line() -> None:
    assert latex(Power(Name("z"), Fraction(Number("3"), Number("2")))) == "z^{3/2}"


def test_the_gradient_that_is_handed_in_has_a_bar() -> None:
    entry = Component("h2", (Name("n"), Name("j")))
    assert latex(Handed("bar", "dh2", entry)) == r"\bar h_{2,nj}"
    assert latex(Handed("bar", "dout", Component("out", (Name("n"),)))) == r"\bar{\mathit{out_n}}"
    assert latex(Handed("check", "dxhat", Name("xhat"))) == r"\check{\hat x}"


def test_the_title_is_part_of_no_command() -> None:
    source = document(differentiate(perceptron(title=r"50% \end{document} $x_1$ #1 {")), "tex")
    assert source.count(r"\end{document}") == 1
    assert source.rstrip().endswith(r"\end{document}")


def test_no_block_is_higher_than_a_page() -> None:
    rows = tuple(((f"x{place}",), ("a",)) for place in range(100))
    row = (Name("x"), Fraction(Name("a"), Name("b")), None)
    source = render(Document("Long", (Table((("symbol",), ("kind",)), rows), Display((row,) * 60))))
    parts = source.split(r"\centred{")[1:]
    assert len(parts) > 5 and sum(part.count(r"\frac{a}{b}") for part in parts) == 60
    assert all(part.count(r"\\") < 45 and part.count(r"\frac{a}{b}") < 25 for part in parts)
    assert all(f"x{place} &" in source for place in range(100))

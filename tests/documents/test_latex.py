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
from codegen.notation.formula import Component, Factors, Name, Terms
from derive.backward import differentiate
from derive.language import gallery_path, read
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
@pytest.mark.parametrize("name", ["mlp_relu", "custom_activation", "worked_example"])
def test_documents_of_the_gallery_compile(name: str, tmp_path: Path) -> None:
    source = document(differentiate(read(gallery_path(name))), "tex", f"{name}.net", "ab" * 32)
    assert violations(source) == []
    assert overfull(compiled(source, tmp_path)) <= MARGIN


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
    names = ["ε", "무게", "é1", "x_ü", "Ж'", "ϕ", "变量_2", "ß", "ο", "ẍ"]
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


def test_the_title_is_part_of_no_command() -> None:
    source = document(differentiate(perceptron(title=r"50% \end{document} $x_1$ #1 {")), "tex")
    assert source.count(r"\end{document}") == 1
    assert source.rstrip().endswith(r"\end{document}")

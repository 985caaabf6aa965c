"""Names on paper: two names never look alike, and letters of every script have a reading."""

from __future__ import annotations

import pytest

import derive
from codegen.block import Display, Document, Math, Paragraph
from codegen.formats.latex.characters import declarations, undeclared
from codegen.notation.formula import Call, Name, Terms
from codegen.notation.latex import latex, name
from codegen.notation.symbol import alike
from codegen.outline.adjoint import adjoint
from codegen.outline.closing import gradients
from codegen.outline.distinct import told_apart
from codegen.outline.page import page


def test_names_that_read_alike_are_told_apart() -> None:
    assert alike(["z1", "z2", "W"]) == {}
    assert set(alike(["z1", "z_1", "eps", "ε", "xhat", "x_hat"])) == {"z_1", "eps", "x_hat"}
    both = Terms((("+", Name("z1")), ("+", Name("z_1"))))
    (block,) = told_apart(Document("T", (Paragraph((Math(both),)),))).blocks
    assert isinstance(block, Paragraph) and isinstance(block.text[0], Math)
    first, second = latex(block.text[0].formula).split(" + ")
    assert first == "z_1" and second != first


@pytest.mark.parametrize(
    ("written", "printed"), [("Wx", "W_x"), ("Wout", r"W_{\mathrm{out}}"), ("by", "b_y"), ("lv", r"\mathit{lv}")]
)
def test_weights_and_biases_carry_their_labels(written: str, printed: str) -> None:
    assert name(written) == printed


def test_no_letter_is_printed_as_a_code() -> None:
    source = r"\begin{document}Ж か 가 字 中 🚀 ễ ψ −"
    declared = declarations(source)
    assert undeclared(declared + source) == []
    assert "U+" not in declared
    readings = [line.split("}{", 1)[1] for line in declared.splitlines()]
    assert len(set(readings)) == len(readings)


def test_a_parameter_that_nothing_reaches_gets_an_honest_section() -> None:
    text = 'network s "S"\ndim N\ninput x[N]\nparam w, v\n\na = sign(w * x)\nloss E = mean(a * x) + v**2'
    derivation = derive.differentiate(derive.parse(text))
    here = page(derivation, {})
    said = " ".join(str(piece) for block in gradients(here) if isinstance(block, Paragraph) for piece in block.text)
    assert "sign" in said and "(1)" in said
    blocks = adjoint(here, derivation["w"])
    displays = [block for block in blocks if isinstance(block, Display)]
    assert all(left != right for display in displays for left, right, _ in display.rows)


def test_matrix_notation_calls_own_functions_by_name() -> None:
    text = (
        'network o "O"\ndim N, D\ninput x[N, D]\nparam w[D]\n\nbend(u) = u + u**2 / 3\n'
        "h = bend(x @ w)\nloss E = mean(h)"
    )
    derivation = derive.differentiate(derive.parse(text))
    (defined,) = [item for item in derivation.network.equations if item.tensor.name == "h"]
    sides = page(derivation, {}).matrix(defined)
    assert sides is not None and isinstance(sides[1], Call) and sides[1].name == "bend"

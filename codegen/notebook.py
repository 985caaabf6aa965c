"""How records show themselves in a notebook: networks and derivations as mathematics, programs as code.

Markdown for notebooks that run, LaTeX for what is converted to paper, Unicode for terminals.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import singledispatch

from codegen.block import Block, Display, Document, Heading, Row, Steps, Text, laid_out
from codegen.detail import Detail
from codegen.emit import backward_lines, listing, program_text
from codegen.formats import FORMATS
from codegen.formats.terminal import aligned, block_text, words
from codegen.notation.arrange import arrange
from codegen.notation.formula import equals
from codegen.notation.latex import latex
from codegen.notation.plain import plain
from codegen.notation.setting import Setting
from codegen.outline import outline
from codegen.outline.forward import equations
from codegen.outline.page import page
from codegen.outline.symbols import symbols
from codegen.program import Program
from derive import shown
from derive.backward import differentiate
from derive.derivation import Adjoint, Derivation
from derive.language.names import identifier
from derive.network import Network
from derive.step import Step

_COLUMNS = 100
# A record on its own does not say which names are those of gradients, so they stand as they are called.
_ALONE = Setting()


@singledispatch
def bundle(record: object) -> shown.Bundle:
    """The record in every form that a notebook may choose from, by MIME type; nothing for what has no such form."""
    return {}


@bundle.register
def _network(network: Network) -> shown.Bundle:
    here = page(differentiate(network), {})
    tables = [block for block in symbols(here) if not isinstance(block, Heading)]
    return _blocks(network.title or network.name, [*tables, equations(here)])


@bundle.register
def _derivation(derivation: Derivation) -> shown.Bundle:
    whole = outline(
        derivation, listing(derivation), spelled=identifier, detail=Detail.RESULT, backward=backward_lines(derivation)
    )
    return _blocks(whole.title, whole.blocks)


@bundle.register
def _adjoint(adjoint: Adjoint) -> shown.Bundle:
    left = arrange(adjoint.equation.left, _ALONE, adjoint.letters)
    rows = tuple(Row(arrange(step.after, _ALONE, adjoint.letters), _reason(step)) for step in adjoint.steps)
    right = arrange(adjoint.equation.right, _ALONE, adjoint.letters)
    return _blocks("", [Steps(left, rows) if rows else Display(((left, right, None),))])


@bundle.register
def _step(step: Step) -> shown.Bundle:
    before, after, reason = arrange(step.before, _ALONE), arrange(step.after, _ALONE), _reason(step)
    lines = [(None, plain(before), ""), ("", plain(after), words(reason))]
    return {
        "text/plain": aligned(lines, _COLUMNS),
        "text/markdown": _markdown("", [Steps(before, (Row(after, reason),))]),
        "text/latex": f"$\\displaystyle {latex(equals(before, after))}$",
    }


@bundle.register
def _program(program: Program) -> shown.Bundle:
    code = program_text(program)
    return {"text/plain": code, "text/markdown": f"```python\n{code}\n```"}


def _reason(step: Step) -> Text:
    return (f"{step.rule}: {step.because}" if step.because else step.rule,)


def _blocks(title: str, blocks: Sequence[Block]) -> shown.Bundle:
    heading = f"{title}\n{'═' * len(title)}\n\n" if title else ""
    return {
        "text/plain": heading + "\n\n".join(block_text(block, _COLUMNS) for block in laid_out(blocks)),
        "text/markdown": _markdown(title, blocks),
    }


def _markdown(title: str, blocks: Sequence[Block]) -> str:
    return str(FORMATS["md"].render(Document(title, tuple(blocks)))).removesuffix("\n")


shown.by(bundle)

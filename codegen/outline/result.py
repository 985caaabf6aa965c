"""What is computed, without how it came about: every equation in index and matrix notation and as code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from codegen.block import Block, Code, Display, Forms, Heading, Listing, Math, Paragraph, Strong, Table, Text
from codegen.language import joined, merged
from codegen.notation.formula import Factors, Formula, Gradient, Name, Terms, equals
from codegen.notation.width import width
from codegen.outline.closing import rate, rate_name
from codegen.outline.forward import definitions
from codegen.outline.notes import unreached
from codegen.outline.page import Page
from codegen.outline.recurrence import boundaries, index_cases
from codegen.outline.symbols import shape
from derive.entry import Tensor
from derive.equation import Equation
from derive.facts import FACTS

# In characters of formulas and code: what three columns side by side may take.
_WIDEST = 100
_ANY_PARAMETER = ("theta", "vartheta", "psi", "parameter")


@dataclass(frozen=True)
class _Said:
    """An equation in every notation there is: both sides in index and in matrix notation, and its line of code."""

    number: int | None
    index: tuple[Formula, Formula]
    matrix: tuple[Formula, Formula] | None
    code: str

    @property
    def width(self) -> float:
        """Of the three side by side."""
        sides = [width(equals(*both)) for both in (self.index, self.matrix) if both is not None]
        return sum(sides) + len(self.code)


def results(page: Page) -> list[Block]:
    """Symbols, forward pass, all gradients and the update, as short as they can be said."""
    return [*_symbols(page), *_forward(page), *gradients_in_full(page), *_update(page)]


def _symbols(page: Page) -> list[Block]:
    """One sentence: what is given, what is computed, and its shape."""
    network = page.derivation.network
    roles: dict[str, list[Text]] = {}
    for item in network.declarations:
        known = [(page.language.fact(FACTS[fact]),) for fact in item.facts]
        roles.setdefault(f"symbols.{item.role}", []).append(_shaped(page, item.tensor, known))
    for constant in network.constants:
        value = Math(equals(Name(str(constant.symbol)), page.formula(constant.value)))
        roles.setdefault("result.constant", []).append((value,))
    for equation in network.equations:
        last = "symbols.result" if network.is_layer else "symbols.the_loss"
        key = last if equation.tensor.name in network.results else "symbols.values"
        roles.setdefault(key, []).append(_shaped(page, equation.tensor))
    between = page.language.phrase("list.between")
    clauses = [
        page.say("result.role", role=Strong(page.language.phrase(key)), symbols=joined(symbols, between))
        for key, symbols in roles.items()
    ]
    return [Paragraph(merged(joined(clauses, page.language.phrase("list.clauses"))))]


def _shaped(page: Page, tensor: Tensor, known: Sequence[Text] = ()) -> Text:
    """W (D × H)"""
    symbol = Math(Name(tensor.name))
    about = [*([shape(page, tensor)] if tensor.axes else []), *known]
    return (symbol, " (", *joined(about, page.language.phrase("list.between")), ")") if about else (symbol,)


def _forward(page: Page) -> list[Block]:
    said = [_said(page, equation) for equation in page.derivation.network.equations]
    said += [_Said(None, (left, right), None, "") for left, right, _ in definitions(page)]
    return [Heading(2, page.say("forward.heading")), *_notations(page, said), *boundaries(page)]


def gradients_in_full(page: Page) -> list[Block]:
    """The gradients in the order in which they are computed, those asked for and those that they are made of."""
    said = [_said(page, equation) for equation in page.derivation.backward]
    blocks: list[Block] = [Heading(2, page.say("closing.gradients"))]
    if said:
        blocks += _notations(page, said, page.backward)
    blocks += [Paragraph(sentence) for sentence in unreached(page)]
    return blocks if len(blocks) > 1 else []


def _said(page: Page, equation: Equation) -> _Said:
    name = equation.tensor.name
    lines = () if page.derivation.network.recurrences else page.code.get(name, ())
    index = index_cases(page, equation)
    matrix = page.matrix(equation) if equation.letters else None
    return _Said(page.numbers[name], index, matrix, lines[0] if len(lines) == 1 else "")


def _notations(page: Page, said: list[_Said], whole: tuple[str, ...] = ()) -> list[Block]:
    """Side by side where they fit, else one below the other; `whole` is the code where its lines are no single ones."""
    complete = all(item.code for item in said if item.number)
    matrices = any(item.matrix for item in said)
    if max(item.width for item in said) <= _WIDEST and (complete or matrices):
        blocks: list[Block] = [_side_by_side(page, said, matrices, complete)]
        return blocks if complete else [*blocks, *_code(page, whole)]
    index = Display(tuple((*item.index, item.number) for item in said), boxed=bool(whole))
    blocks = [index]
    if matrices:
        rows = tuple((*item.matrix, item.number) for item in said if item.matrix is not None)
        matrix = Display(rows)
        blocks.append(Forms(index, (Paragraph(page.say("adjoint.matrix")), matrix), matrix=matrix))
    return [*blocks, *_code(page, whole)]


def _side_by_side(page: Page, said: list[_Said], matrices: bool, complete: bool) -> Table:
    head: list[Text] = [(), page.say("result.index")]
    head += [page.say("adjoint.matrix_head")] if matrices else []
    head += [page.say("adjoint.code_head")] if complete else []
    rows = []
    for item in said:
        row: list[Text] = [(f"({item.number})",) if item.number else (), (Math(equals(*item.index)),)]
        row += [(Math(equals(*item.matrix)),) if item.matrix is not None else ()] if matrices else []
        row += [(Code(item.code),) if item.code else ()] if complete else []
        rows.append(tuple(row))
    return Table(tuple(head), tuple(rows))


def _code(page: Page, lines: tuple[str, ...]) -> list[Block]:
    return [Paragraph(page.say("forward.code")), Listing("python", "\n".join(lines))] if lines else []


def _update(page: Page) -> list[Block]:
    """theta <- theta - alpha dE/dtheta, once for all parameters."""
    derivation = page.derivation
    if not any(item.of in derivation.network.parameters for item in derivation.adjoints):
        return []
    name = next(word for word in _ANY_PARAMETER if word not in page.setting.ranks)
    parameter = Name(name)
    step = Factors((Name(rate_name(page)), Gradient(page.setting.loss, f"d{name}", parameter)))
    sentence = page.say("closing.step_each", rate=rate(page), parameter=Math(parameter))
    row = (parameter, Terms((("+", parameter), ("-", step))), None)
    return [Paragraph(sentence), Display((row,), assignment=True)]

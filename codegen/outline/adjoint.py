"""One gradient: the chain rule over all consumers, the local derivatives, substitution, simplification, result."""

from __future__ import annotations

from collections.abc import Sequence

from codegen.block import (
    Block,
    Code,
    Display,
    Forms,
    Heading,
    Listing,
    Math,
    Paragraph,
    Row,
    Shown,
    Steps,
    Table,
    Text,
)
from codegen.detail import Detail
from codegen.language import joined
from codegen.notation.formula import Cases, Formula, equals
from codegen.outline.chain import chain
from codegen.outline.local import at_once, local
from codegen.outline.notes import flat, kink, missing_fact
from codegen.outline.page import Page
from codegen.outline.recurrence import by_value, index_cases
from codegen.outline.words import explain, symbol
from derive.derivation import Adjoint, Local, Note

_SHORT_LINE = 56


def adjoint(page: Page, item: Adjoint) -> list[Block]:
    """The subsection of one gradient."""
    blocks: list[Block] = [Heading(3, page.say("adjoint.heading", name=symbol(item.of.name)))]
    left = page.formula(item.equation.left, item.letters)
    number = page.numbers[item.tensor.name]
    if not item.locals:
        right = page.formula(item.equation.right, item.letters)
        return [*blocks, Paragraph(_consumers(page, item)), Display(((left, right, number),))]
    steps = list(item.steps)
    first = steps.pop(0) if steps and steps[0].rule == "chain rule" else None
    rule = page.formula(first.after, item.letters) if first else left
    # Where the loss itself reads the tensor, its derivative is the gradient and there is nothing to chain.
    direct = len(item.locals) == 1 and not page.derivation.upstream and _is_result(page, item.locals[0])
    if direct:
        steps = [step for step in steps if step.rule != "local derivatives"]
        blocks.append(Paragraph(_direct(page, item)))
        blocks += local(page, item.locals[0], left, number if not steps else None)
    else:
        blocks.append(Paragraph(_consumers(page, item)))
        short = [at_once(page, part) for part in item.locals]
        rows = chain(page, steps, item.letters)
        if len(rows) == 1 and all(short):
            reasons = joined([result for result in short if result], page.language.phrase("list.between"))
            reason = page.say("adjoint.with", reasons=reasons)
            blocks.append(Steps(left, (Row(rule), Row(rows[0].formula, reason)), number))
            steps = []
        else:
            blocks.append(Display(((left, rule, None),)))
            for part in item.locals:
                blocks += local(page, part)
    if steps:
        rows = chain(page, steps, item.letters)
        blocks.append(Paragraph(_putting_together(page, item, len(rows))))
        if page.detail is Detail.EVERYTHING:
            rows = [*([] if direct else [Row(rule)]), *rows]
        elif len(rows) == 1:
            rows = [Row(rows[0].formula)]
        blocks.append(Steps(left, tuple(rows), number))
    left, cases = index_cases(page, item.equation)
    if isinstance(cases, Cases):
        blocks += [Paragraph(page.say("adjoint.cases")), Display(((left, cases, None),))]
    elif values := by_value(page, item):
        blocks += [Paragraph(page.say("adjoint.blocks")), Display(tuple(values))]
    blocks += _forms(page, item)
    for note in item.notes:
        blocks += _note(page, item, note)
    return blocks


def _is_result(page: Page, part: Local) -> bool:
    return part.consumer.tensor.name in page.derivation.network.results


def _direct(page: Page, item: Adjoint) -> Text:
    consumer = item.locals[0].consumer.tensor.name
    return page.say("adjoint.direct", name=symbol(item.of.name), equation=page.reference(consumer))


def _consumers(page: Page, item: Adjoint) -> Text:
    names = list(dict.fromkeys(part.consumer.tensor.name for part in item.locals))
    subject = symbol(item.of.name)
    if not names:
        return page.say("adjoint.unread", name=subject)
    readers = page.listed([(symbol(name), page.reference(name)) for name in names])
    if len(names) == 1:
        return page.say("adjoint.read_by_one", name=subject, reader=readers)
    loss = not page.derivation.upstream and any(name in page.derivation.network.results for name in names)
    key = "adjoint.read_by_many_and_loss" if loss else "adjoint.read_by_many"
    return page.say(key, name=subject, readers=readers)


def _putting_together(page: Page, item: Adjoint, lines: int) -> Text:
    if lines == 1:
        return page.say("adjoint.put_in")
    if item.inlined:
        return page.say("adjoint.substitute_adjoints", names=_adjoints(page, item.inlined))
    return page.say("adjoint.substitute", len(item.locals))


def _adjoints(page: Page, names: Sequence[str]) -> Text:
    """Gradients by their names, with their numbers."""
    return page.listed([(page.math(page.derivation_tensor(name)), page.reference(name)) for name in names])


def _forms(page: Page, item: Adjoint) -> list[Block]:
    """The result in matrix notation and as the emitted line."""
    equation = item.equation
    sides = page.matrix(equation) if equation.letters else None
    lines = page.code.get(equation.tensor.name, ())
    row = (page.formula(equation.left, item.letters), page.formula(equation.right, item.letters))
    index = Display(((*row, page.numbers[equation.tensor.name]),))
    matrix = None if sides is None else Display(((*sides, None),))
    code = Listing("python", "\n".join(lines)) if lines else None
    return [Forms(index, tuple(_said(page, sides, lines)), matrix, code)]


def _said(page: Page, sides: tuple[Formula, Formula] | None, lines: tuple[str, ...]) -> list[Shown]:
    """Both notations in a table where they are short, else one below the other."""
    if sides is not None and len(lines) == 1 and len(lines[0]) < _SHORT_LINE:
        head: tuple[Text, ...] = (page.say("adjoint.matrix_head"), page.say("adjoint.code_head"))
        matrix = Math(equals(*sides))
        return [Table(head, (((matrix,), (Code(lines[0]),)),))]
    blocks: list[Shown] = []
    if sides is not None:
        blocks.append(Paragraph(page.say("adjoint.matrix")))
        blocks.append(Display(((*sides, None),)))
    if lines:
        blocks.append(Listing("python", "\n".join(lines)))
    return blocks


def _note(page: Page, item: Adjoint, note: Note) -> list[Block]:
    match note.kind:
        case "kink":
            return kink(page, note)
        case "flat":
            return flat(page, item, note)
        case "missing fact":
            return missing_fact(page, item, note)
        case "inlined":
            return _unneeded(page, item)
    return [Paragraph(explain(page, note.text))]


def _unneeded(page: Page, item: Adjoint) -> list[Block]:
    """Which gradients the program need not compute, because they were written into this one."""
    computed = {equation.tensor.name for equation in page.derivation.backward}
    names = [name for name in item.inlined if name not in computed]
    if not names:
        return []
    return [Paragraph(page.say("adjoint.unneeded", len(names), gradients=_adjoints(page, names)))]

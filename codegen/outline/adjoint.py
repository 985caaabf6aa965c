"""One gradient: the chain rule over all consumers, the local derivatives, substitution, simplification, result."""

from __future__ import annotations

from codegen.block import (
    Block,
    Code,
    Display,
    Heading,
    Listing,
    Math,
    Paragraph,
    Row,
    Steps,
    Strong,
    Table,
    Text,
)
from codegen.notation.formula import Cases, Name, equals
from codegen.outline.chain import chain
from codegen.outline.local import at_once, local
from codegen.outline.notes import flat, kink, missing_fact
from codegen.outline.page import Page
from codegen.outline.recurrence import by_value, index_cases
from codegen.outline.words import explain, joined, listed, merged
from derive.derivation import Adjoint, Local, Note

_SHORT_LINE = 56


def adjoint(page: Page, item: Adjoint) -> list[Block]:
    """The subsection of one gradient."""
    blocks: list[Block] = [Heading(3, ("Gradient with respect to ", Math(Name(item.of.name))))]
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
            reason = joined([result for result in short if result], ", ")
            blocks.append(Steps(left, (Row(rule), Row(rows[0].formula, merged(("with ", *reason)))), number))
            steps = []
        else:
            blocks.append(Display(((left, rule, None),)))
            for part in item.locals:
                blocks += local(page, part)
    if steps:
        rows = chain(page, steps, item.letters)
        if len(rows) == 1:
            rows = [Row(rows[0].formula)]
        blocks.append(Paragraph(_putting_together(page, item, len(rows))))
        blocks.append(Steps(left, tuple(rows), number))
    left, cases = index_cases(page, item)
    if isinstance(cases, Cases):
        blocks += [Paragraph(("Case by case:",)), Display(((left, cases, None),))]
    elif values := by_value(page, item):
        blocks += [Paragraph(("Block by block:",)), Display(tuple(values))]
    blocks += _forms(page, item)
    for note in item.notes:
        blocks += _note(page, item, note)
    return blocks


def _is_result(page: Page, part: Local) -> bool:
    return part.consumer.tensor.name in page.derivation.network.results


def _direct(page: Page, item: Adjoint) -> Text:
    consumer = item.locals[0].consumer.tensor.name
    return (Math(Name(item.of.name)), " is read by the loss", page.reference(consumer),
            " itself: there is no chain yet, the local derivative is the gradient.")  # fmt: skip


def _consumers(page: Page, item: Adjoint) -> Text:
    names = list(dict.fromkeys(part.consumer.tensor.name for part in item.locals))
    subject = Math(Name(item.of.name))
    if not names:
        return (subject, " is read by nothing through which a gradient could come back, so its gradient is zero:")
    readers = listed([(Math(Name(name)), page.reference(name)) for name in names])
    if len(names) == 1:
        return (subject, " is read by ", *readers, " alone, so by the chain rule")
    results = [name for name in names if name in page.derivation.network.results]
    bar: Text = ()
    if results and not page.derivation.upstream:
        bar = (" (the bar marks what the loss changes by reading ", subject, " itself, all other values held fixed)")
    return (subject, " is read by ", *readers, "; the chain rule adds up what comes back from each", *bar, ":")


def _putting_together(page: Page, item: Adjoint, lines: int) -> Text:
    if lines == 1:
        return ("Put into the chain rule:",)
    if item.inlined:
        names = listed([(page.math(page.derivation_tensor(name)), page.reference(name)) for name in item.inlined])
        return (Strong("Substitute"), " the local derivative and ", *names, ", and simplify:")
    plural = "s" if len(item.locals) > 1 else ""
    return (Strong("Substitute"), f" the local derivative{plural} and simplify:")


def _forms(page: Page, item: Adjoint) -> list[Block]:
    """The result in matrix notation and as the emitted line."""
    equation = item.equation
    sides = page.matrix(equation) if equation.letters else None
    lines = page.code.get(equation.tensor.name, ())
    if sides is not None and len(lines) == 1 and len(lines[0]) < _SHORT_LINE:
        head: tuple[Text, ...] = (("in matrix notation",), ("in NumPy",))
        matrix = Math(equals(*sides))
        return [Table(head, (((matrix,), (Code(lines[0]),)),))]
    blocks: list[Block] = []
    if sides is not None:
        blocks.append(Paragraph(("In matrix notation:",)))
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
    return [Paragraph(explain(note.text, page.setting))]


def _unneeded(page: Page, item: Adjoint) -> list[Block]:
    """Which gradients the program need not compute, because they were written into this one."""
    computed = {equation.tensor.name for equation in page.derivation.backward}
    names = [name for name in item.inlined if name not in computed]
    if not names:
        return []
    gradients = listed([(page.math(page.derivation_tensor(name)), page.reference(name)) for name in names])
    pronoun = "them" if len(names) > 1 else "it"
    return [Paragraph((*gradients, f" need not be computed: the substitution has made {pronoun} unnecessary."))]

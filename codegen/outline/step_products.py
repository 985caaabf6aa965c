"""What a gradient is multiplied by from step to step: the product that vanishes or explodes, written out."""

from __future__ import annotations

from sympy import Expr, Mul, S

from codegen.block import Block, Display, Math, Paragraph, Text
from codegen.language import joined
from codegen.notation.formula import Big, Component, Derivative, Formula, Name, Number, Relation, Terms
from codegen.outline.depth import bounds
from codegen.outline.page import Page
from codegen.outline.slope_bounds import value_reach
from derive.binding import bind, free_letters, fresh, substitute
from derive.derivation import Local
from derive.entry import Entry, Tensor
from derive.index import Index
from derive.network import Recurrence
from derive.operators import Apply, Partial, Sum


def step_risks(page: Page) -> list[Block]:
    """For every recurrence, what one step multiplies by and what many steps make of that."""
    blocks: list[Block] = []
    for recurrence in page.derivation.network.recurrences:
        blocks += _of_one(page, recurrence)
    return blocks


def _of_one(page: Page, recurrence: Recurrence) -> list[Block]:
    ways = {name: _ways(page, name, recurrence) for name in recurrence.members}
    if not any(ways.values()):
        return []
    cycle = _cycle(ways)
    if cycle is not None:
        return _written_out(page, recurrence, cycle)
    unchanged = _untouched(ways)
    if unchanged is not None:
        ways_back = joined([(Math(Name(name)),) for name in unchanged], page.language.phrase("list.ways"))
        return [Paragraph(page.say("steps.undiminished", ways=ways_back))]
    return [block for name in recurrence.members for part in ways[name] if part.consumer.tensor.name == name
            for block in _along_one(page, part)]  # fmt: skip


def _ways(page: Page, name: str, recurrence: Recurrence) -> list[Local]:
    """The derivatives of members of the recurrence by one of them."""
    for item in page.derivation.adjoints:
        if item.of.name == name:
            return [
                part for part in item.locals if part.consumer.tensor.name in recurrence.members and part.result != 0
            ]
    return []


def _cycle(ways: dict[str, list[Local]]) -> list[Local] | None:
    """The derivatives around the only cycle there is, from a value to itself one step on; None where ways part."""
    start = next((name for name, parts in ways.items() if any(part.guards for part in parts)), None)
    if start is None or any(len(parts) > 1 for parts in ways.values()):
        return None
    path: list[Local] = []
    name = start
    while ways[name] and len(path) <= len(ways):
        path.append(ways[name][0])
        name = path[-1].consumer.tensor.name
        if name == start:
            return path
    return None


def _untouched(ways: dict[str, list[Local]]) -> tuple[str, ...] | None:
    """The values on a way around on which every derivative is 1, as a residual connection makes it."""
    ones = {name: [part.consumer.tensor.name for part in parts if _is_one(part)] for name, parts in ways.items()}
    for start in sorted(ones, key=lambda name: not any(part.guards for part in ways[name])):
        waiting: list[tuple[str, ...]] = [(start,)]
        while waiting:
            path = waiting.pop()
            for name in ones[path[-1]]:
                if name == start:
                    return (*path, start)
                if name not in path:
                    waiting.append((*path, name))
    return None


def _is_one(part: Local) -> bool:
    """Whether an entry of the consumer changes exactly as that of the tensor at the same place."""
    return part.result == 1


def _written_out(page: Page, recurrence: Recurrence, path: list[Local]) -> list[Block]:
    by = path[0].by
    after, product = _product(path)
    step = page.formula(Partial(after, by))
    tensor = by.tensor
    letter = next(i for i in by.subscripts if isinstance(i, Index) and i.size == recurrence.size)
    blocks: list[Block] = [
        Paragraph(page.say("steps.matrix")),
        Display(((step, page.formula(product, tuple(sorted(free_letters(by), key=str))), None),)),
        Paragraph(page.say("steps.many", k=Math(Name("k")))),
        Display((_over_many(tensor, letter),)),
    ]
    return [*blocks, *_how_large(page, recurrence, path, product)]


def _product(path: list[Local]) -> tuple[Entry, Expr]:
    """The value one step on, and its derivative by the first one: the derivatives on the way, multiplied."""
    first = path[0]
    used = set(free_letters(first.by)) | set(free_letters(first.consumer.left)) | set(free_letters(first.result))
    value, current = first.result, first.consumer.left
    between: list[Index] = []
    for part in path[1:]:
        mapping: dict = dict(zip(part.by.subscripts, current.subscripts, strict=True))  # type: ignore[type-arg]
        for letter in part.consumer.letters:
            if letter not in mapping:
                mapping[letter] = fresh(letter.size, used)
                used.add(mapping[letter])
        between += [letter for letter in current.subscripts if isinstance(letter, Index)]
        value *= substitute(part.result, mapping)
        current = substitute(part.consumer.left, mapping)
    ends = free_letters(current) | free_letters(first.by)
    inner = [letter for letter in dict.fromkeys(between) if letter not in ends]
    return current, bind(Sum, value, inner)


def _over_many(tensor: Tensor, letter: Index) -> tuple[Formula, Formula, None]:
    t, s, k = Name(letter.name), Name("s" if letter.name != "s" else "r"), Name("k")
    later = Terms((("+", t), ("+", k)))
    before = Terms((("+", s), ("-", Number("1"))))
    one = Derivative(Component(tensor.name, (s,)), Component(tensor.name, (before,)))
    left = Derivative(Component(tensor.name, (later,)), Component(tensor.name, (t,)))
    return left, Big("product", (s,), one, Relation("<", t, Relation("<=", s, later))), None


def _how_large(page: Page, recurrence: Recurrence, path: list[Local], product: Expr) -> list[Block]:
    """A bound on the size of the product, where one factor is a parameter and the others are bounded slopes."""
    limits = bounds(page)
    bound: Expr = S.One
    rest = product
    for part in path:
        right = part.consumer.right
        if isinstance(right, Apply) and right.function in limits:
            bound *= limits[right.function]
    parameters = {tensor.name for tensor in page.derivation.network.parameters}
    weights = [
        factor for factor in Mul.make_args(rest) if isinstance(factor, Entry) and factor.tensor.name in parameters
    ]
    linear = [part for part in path if not isinstance(part.consumer.right, Apply)]
    if len(weights) != 1 or len(linear) != 1:
        return []
    matrix = weights[0].tensor
    letter = next(i for i in path[0].by.subscripts if isinstance(i, Index) and i.size == recurrence.size)
    of_the_step = recurrence.size in matrix.axes
    weight = Math(Component(matrix.name, (Name(letter.name),)) if of_the_step else Name(matrix.name))
    factor: Text = () if bound == 1 else page.say("steps.times", bound=page.math(bound))
    return [Paragraph(page.say("steps.stretched", bound=page.math(bound), factor=factor, weight=weight))]


def _along_one(page: Page, part: Local) -> list[Block]:
    """The way that stays with one value, when there are others beside it."""
    name = Math(Name(part.by.tensor.name))
    left = page.formula(Partial(part.consumer.left, part.by))
    lead = page.say("steps.along", name=name)
    blocks: list[Block] = [Paragraph(lead), Display(((left, page.formula(part.result), None),))]
    words = _of_the_way(page, part)
    return [*blocks, Paragraph(words)] if words else blocks


def _of_the_way(page: Page, part: Local) -> Text:
    name = Math(Name(part.by.tensor.name))
    if not part.result.has(Entry):
        return page.say("steps.unchanged")
    # 1 - z lies where z lies, mirrored; of several factors nothing is said.
    factors = sorted(part.result.atoms(Entry), key=str)
    for factor in factors if len(factors) == 1 else ():
        defined = page.derivation.network.equation(factor.tensor.name)
        for lemma in page.derivation.lemmas if defined is not None else ():
            assert defined is not None
            if isinstance(defined.right, Apply) and defined.right.function == lemma.function:
                found = value_reach(page, lemma)
                if found is not None and found.low is not None and found.high is not None:
                    ends = sorted(part.result.xreplace({factor: end}) for end in (found.low, found.high))
                    low, high = (page.math(end) for end in ends)
                    return page.say("steps.factors_between", low=low, high=high, name=name)
    return ()

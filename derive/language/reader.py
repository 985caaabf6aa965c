"""From a text to a network. Mistakes are gathered, so that one run shows as many as possible."""

from __future__ import annotations

from pathlib import Path

from sympy import Expr

from derive.equation import Equation
from derive.errors import InputError, InputErrors
from derive.function import Function
from derive.language.context import Context
from derive.language.cycles import find_cycle
from derive.language.declare import (
    ROLES,
    check_sizes,
    declare_constant,
    declare_dimension,
    declare_function,
    declare_tensor,
    heading,
    learning_rate,
    register,
    wanted,
)
from derive.language.ends import is_slice, lonely, no_recurrence
from derive.language.equations import author_letters, resolve_equation
from derive.language.grammar import parse_tree
from derive.language.letters import Lettering
from derive.language.order import Definition, in_groups, is_cycle
from derive.language.own import as_function, is_elementwise
from derive.language.printer import print_file
from derive.language.recurrent import resolve_cycle
from derive.language.resolve import evaluate
from derive.language.scope import Scope, shape
from derive.language.tree import (
    ConstantItem,
    DimensionItem,
    EquationStatement,
    File,
    FunctionStatement,
    Heading,
    LearningRate,
    Statement,
    TensorItem,
    WantedItem,
)
from derive.language.values import check_values
from derive.network import Network, Recurrence

LARGEST_FILE = 1_000_000
MOST_ERRORS = 20


def read(path: str | Path) -> Network:
    """The network that a file describes. InputError when it cannot be read or understood."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except IsADirectoryError:
        raise InputError(f"{path} is a directory, not a file", None, f"{path}/NAME.net") from None
    except FileNotFoundError:
        raise InputError(f"there is no file {path}", None, "the path of a .net file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path} cannot be read: {reason}", None, "a file that you may read") from None
    if len(content) > LARGEST_FILE:
        raise InputError(f"{path} is larger than {LARGEST_FILE} bytes", None, "a file that one person can read")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        what = f"{path}:{line}: this is not UTF-8: byte {content[error.start]:#04x}"
        raise InputError(what, None, "save the file as UTF-8") from None
    return parse(text, str(path))


def parse(text: str, file: str = "<text>") -> Network:
    """The network that a text describes; `file` is what places call it. InputError where it is not understood."""
    if len(text.encode("utf-8", "replace")) > LARGEST_FILE:
        raise InputError(f"{file} is larger than {LARGEST_FILE} bytes", None, "a text that one person can read")
    tree, errors = parse_tree(text, file)
    if not tree.statements and not errors:
        raise InputError(f"{file} is empty", None, 'network NAME "title", declarations and equations')
    split: set[Expr] = set()
    while True:
        reading = _Reading(tree, file, list(errors), set(split))
        network = reading.network()
        # A dimension that turned out to be taken apart is written as a product from the beginning.
        if reading.scope.split == split:
            break
        split = reading.scope.split
    if network is None:
        raise_all(reading.errors)
    assert network is not None
    return network


def raise_all(errors: list[InputError]) -> None:
    """Raise one mistake as it is, several together in the order of their places."""
    ordered = sorted(errors, key=lambda e: (e.place.line, e.place.column) if e.place else (0, 0))[:MOST_ERRORS]
    raise ordered[0] if len(ordered) == 1 else InputErrors(ordered)


class _Reading:
    """The reading of one text: statements in, a network or a list of mistakes out."""

    def __init__(self, tree: File, file: str, errors: list[InputError], split: set[Expr]) -> None:
        self.tree, self.file, self.errors = tree, file, errors
        self.scope = Scope(split=split)
        self.definitions: list[Definition] = []
        self.recurrences: list[Recurrence] = []
        self.wanted: list[str] = []
        self.rate: Expr | None = None
        self.heading: Heading | None = None
        self.equations = [s for s in tree.statements if isinstance(s, EquationStatement)]

    def network(self) -> Network | None:
        self._declarations()
        if not self.errors:
            self._attempt_all(check_sizes, self.scope)
            self._attempt_all(check_values, self.scope)
        self._names()
        self._results()
        lettering = self._lettering()
        equations = self._resolve(lettering)
        functions = self._functions()
        if not self.errors:
            self._unused(equations)
        if self.errors:
            return None
        assert self.heading is not None
        results = tuple(s.name for s in self.equations if s.role)
        return Network(
            name=self.heading.name,
            title=self.heading.title,
            dimensions=tuple(self.scope.dimensions.values()),
            constants=tuple(self.scope.constants.values()),
            declarations=tuple(self.scope.declarations.values()),
            equations=tuple(equations),
            results=results,
            is_layer=any(s.role == "output" for s in self.equations),
            wrt=tuple(self.wanted),
            learning_rate=self.rate,
            functions=functions,
            recurrences=tuple(self.recurrences),
            about=self.tree.about,
            text=print_file(self.tree),
            file=self.file,
        )

    def _attempt_all(self, check, *arguments) -> None:  # type: ignore[no-untyped-def]
        try:
            check(*arguments)
        except InputError as error:
            self.errors.append(error)

    def _declarations(self) -> None:
        if not self.tree.statements:
            return
        if not isinstance(self.tree.statements[0], Heading) and not self.errors:
            place = self.tree.statements[0].place
            self.errors.append(InputError("the first line names the network", place, 'network NAME "title"'))
        begun = False
        for statement in self.tree.statements:
            if isinstance(statement, EquationStatement):
                begun = True
                continue
            try:
                if begun and not isinstance(statement, FunctionStatement):
                    raise InputError("declarations come before the first equation", statement.place, "move it up")
                self._declare(statement)
            except InputError as error:
                self.errors.append(error)
                self.scope.broken.add(getattr(statement, "name", ""))

    def _declare(self, statement: Statement) -> None:
        match statement:
            case Heading():
                if statement is not self.tree.statements[0]:
                    raise InputError(
                        "the network is named once, in the first line", statement.place, "remove this line"
                    )
                self.heading = statement
                heading(statement)
            case DimensionItem():
                declare_dimension(statement, self.scope)
            case ConstantItem():
                declare_constant(statement, self.scope)
            case TensorItem():
                declare_tensor(statement, self.scope)
            case FunctionStatement():
                declare_function(statement, self.scope)
            case WantedItem():
                name = wanted(statement, self.scope)
                if name in self.wanted:
                    raise InputError(f"{name} is named twice", statement.place, "once")
                self.wanted.append(name)
            case LearningRate():
                if self.rate is not None:
                    raise InputError("there is one learning rate", statement.place, "remove this line")
                self.rate = learning_rate(statement, self.scope)

    def _names(self) -> None:
        """Each tensor is given once, apart from its slices; a gradient dW must not meet a tensor of that name."""
        slices: dict[str, list[EquationStatement]] = {}
        kept = []
        for statement in self.equations:
            if any(is_slice(item, self.scope) for item in statement.left):
                slices.setdefault(statement.name, []).append(statement)
                continue
            if len(self.errors) > MOST_ERRORS:
                break
            try:
                register(statement.name, statement.place, self.scope, "a tensor")
                kept.append(statement)
            except InputError as mistake:
                declared = self.scope.declarations.get(statement.name)
                if declared is None:
                    self.errors.append(mistake)
                    continue
                what = f"{statement.name} is declared as {ROLES[declared.role]}, so no equation gives it"
                self.errors.append(InputError(what, statement.place, "another name on the left"))
        self.equations = kept
        self.definitions = [Definition(statement, tuple(slices.pop(statement.name, ()))) for statement in kept]
        self.errors.extend(lonely(statements[0], self.scope) for statements in slices.values())
        self.scope.broken |= set(slices)
        tensors = {s.name for s in kept} | set(self.scope.declarations)
        for name in sorted(self.scope.places):
            if name.startswith("d") and name[1:] in tensors:
                what = f"{name} is the name of the gradient by {name[1:]}"
                self.errors.append(InputError(what, self.scope.places[name], f"another name for {name} or {name[1:]}"))

    def _results(self) -> None:
        losses = [s for s in self.equations if s.role == "loss"]
        outputs = [s for s in self.equations if s.role == "output"]
        if not losses and not outputs:
            if not self.errors:
                last = self.tree.statements[-1].place
                remedy = "loss E = mean(...), or output y = ..."
                self.errors.append(InputError("there is neither a loss nor an output", last, remedy))
        elif losses and outputs:
            self.errors.append(
                InputError("a network has a loss or outputs, not both", outputs[0].place, f"{outputs[0].name} = ...")
            )
        elif len(losses) > 1:
            what = f"{losses[1].name} is a second loss; there is exactly one"
            self.errors.append(
                InputError(
                    what,
                    losses[1].place,
                    f"both without `loss`, then a last line: loss total = {losses[0].name} + {losses[1].name}",
                )
            )
        elif losses and losses[0] is not self.equations[-1]:
            self.errors.append(InputError("the loss stands last", losses[0].place, "move it to the end"))

    def _lettering(self) -> Lettering:
        sizes: list[Expr] = [dimension.symbol for dimension in self.scope.dimensions.values()]
        sizes += [size for tensor in self.scope.tensors.values() for size in tensor.axes if size not in sizes]
        tensors = [*self.scope.declarations, *(s.name for s in self.equations), *self.scope.constants]
        return Lettering(list(dict.fromkeys(sizes)), author_letters(self.equations, self.scope), tensors)

    def _resolve(self, lettering: Lettering) -> list[Equation]:
        broken = self.scope.broken | set(self.tree.broken)
        resolved: list[Equation] = []
        for group in in_groups(self.definitions):
            if len(self.errors) > MOST_ERRORS:
                break
            names = {definition.name for definition in group}
            if self.errors and any(definition.reads(broken) for definition in group):
                # No second complaint about a name whose own line was wrong.
                broken |= names
                continue
            try:
                resolved += self._group(group, lettering)
            except InputError as error:
                self.errors.append(error)
                broken |= names
        return resolved

    def _group(self, group: tuple[Definition, ...], lettering: Lettering) -> list[Equation]:
        """The equations of definitions that need each other, or of a single one."""
        if is_cycle(group):
            before, equations, recurrence = resolve_cycle(find_cycle(group), self.scope, lettering)
            self.recurrences.append(recurrence)
            return [*before, *equations]
        statement = group[0].general
        for given in group[0].slices:
            raise no_recurrence(given)
        equation = resolve_equation(statement, self.scope, lettering)
        if statement.role == "loss" and equation.tensor.axes:
            what = f"a loss is one number, but {statement.name} has axes {shape(equation.tensor.axes)}"
            raise InputError(what, statement.place, "mean(...) or sum(...) around the right side")
        return [equation]

    def _functions(self) -> tuple[Function, ...]:
        """The elementwise definitions; each is tried, also when nothing applies it."""
        functions = []
        context = Context(self.scope, evaluate)
        for definition in self.scope.functions.values():
            try:
                if is_elementwise(definition.body, context):
                    functions.append(as_function(definition, context))
            except InputError as error:
                if str(error) not in {str(other) for other in self.errors}:
                    self.errors.append(error)
        return tuple(functions)

    def _unused(self, equations: list[Equation]) -> None:
        """A parameter that no result depends on is a mistake."""
        definitions = {definition.name: definition for definition in self.definitions}
        names = set(definitions) | set(self.scope.declarations)
        needed = [s.name for s in self.equations if s.role]
        reached = set(needed)
        while needed:
            definition = definitions.get(needed.pop())
            for name in definition.reads(names) if definition is not None else ():
                if name not in reached:
                    reached.add(name)
                    needed.append(name)
        result = "output" if any(s.role == "output" for s in self.equations) else "loss"
        for declaration in self.scope.declarations.values():
            name = declaration.tensor.name
            if (declaration.role == "param" or name in self.wanted) and name not in reached:
                what = f"nothing that the {result} needs reads {name}"
                self.errors.append(InputError(what, self.scope.places[name], f"use {name}, or remove its declaration"))

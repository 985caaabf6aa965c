"""The person's file as text: which function is meant, what it takes, and what its return statement names.

Nothing is run here.
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from derive.errors import InputError, Place

CONVENTIONAL = ("loss_and_grads", "backward", "grads", "gradients")
LARGEST = 1_000_000

Names = tuple["str | Names", ...]


@dataclass(frozen=True)
class Parameter:
    """A parameter of the function: `positional` where it cannot be given by name."""

    name: str
    place: Place
    optional: bool = False
    positional: bool = False


@dataclass(frozen=True)
class Computed:
    """An expression at `place` that is given to a variable, or to a key of a dict."""

    name: str
    is_key: bool
    place: Place


@dataclass(frozen=True)
class BackwardFunction:
    """The function to be checked, as it is written.

    lines     the whole file
    returned  the name in the last return statement, or those in its tuple as they stand; "" for what is no name
    computed  every expression that is given to a variable or a key of a dict, in the order of the text
    """

    path: Path
    lines: tuple[str, ...]
    name: str
    place: Place
    parameters: tuple[Parameter, ...]
    returns: Place
    returned: Names | str = ()
    computed: tuple[Computed, ...] = ()


def read_function(path: Path, function: str | None = None) -> BackwardFunction:
    """The function called so, else the one with a conventional name, else the only one of the file."""
    text = _text(path)
    lines = tuple(text.splitlines())
    found = {node.name: node for node in _tree(text, path, lines).body if isinstance(node, _FUNCTION)}
    node = found[_chosen(found, path, function)]
    place = _place(path, lines, node.lineno, node.col_offset, len("def ") + len(node.name))
    if isinstance(node, ast.AsyncFunctionDef):
        raise InputError(f"{node.name} is asynchronous", place, "a plain function: def instead of async def")
    last = _last_return(node)
    returns = place if last is None else _place(path, lines, last.lineno, last.col_offset, len("return"))
    value = None if last is None else last.value
    names = value.id if isinstance(value, ast.Name) else _names(value)
    parameters = _parameters(node, path, lines)
    computed = tuple(sorted(_computed(node, path, lines), key=lambda item: (item.place.line, item.place.column)))
    return BackwardFunction(path, lines, node.name, place, parameters, returns, names, computed)


_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise InputError(f"{path}: cannot be read: {what}", remedy="the path of a Python file") from error
    if len(content) > LARGEST:
        raise InputError(f"{path}: has more than {LARGEST} bytes", remedy="a file with the backward function alone")
    try:
        # As Python reads it: UTF-8, or what its first two lines say.
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return io.TextIOWrapper(io.BytesIO(content), encoding).read().removeprefix("\ufeff")
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise InputError(f"{path}: is not text: {error}", remedy="a Python file in UTF-8") from error


def _tree(text: str, path: Path, lines: tuple[str, ...]) -> ast.Module:
    try:
        return ast.parse(text)
    except SyntaxError as error:
        place = _place(path, lines, error.lineno or 1, (error.offset or 1) - 1, 1)
        raise InputError(f"is not Python: {error.msg}", place, "mend the line, then again") from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise InputError(f"{path}: is not Python: {error or 'nested too deeply'}") from error


def _chosen(found: dict[str, ast.FunctionDef | ast.AsyncFunctionDef], path: Path, function: str | None) -> str:
    there = ", ".join(found) or "none"
    if function is not None:
        if function not in found:
            raise InputError(f"{path}: has no function called {function}", remedy=f"--function with one of: {there}")
        return function
    for name in (*CONVENTIONAL, *(found if len(found) == 1 else ())):
        if name in found:
            return name
    remedy = "--function NAME" if found else "def backward(...) at the outermost level of the file"
    raise InputError(f"{path}: which function is the backward pass? Its functions are: {there}", remedy=remedy)


def _parameters(
    node: ast.FunctionDef | ast.AsyncFunctionDef, path: Path, lines: tuple[str, ...]
) -> tuple[Parameter, ...]:
    arguments = node.args
    plain = [*arguments.posonlyargs, *arguments.args]
    found = []
    for number, item in enumerate((*plain, *arguments.kwonlyargs)):
        if number < len(plain):
            optional = number >= len(plain) - len(arguments.defaults)
        else:
            optional = arguments.kw_defaults[number - len(plain)] is not None
        place = _place(path, lines, item.lineno, item.col_offset, len(item.arg))
        found.append(Parameter(item.arg, place, optional, number < len(arguments.posonlyargs)))
    return tuple(found)


def _last_return(node: ast.AST) -> ast.Return | None:
    """The last return statement of a function, not of one that is defined inside it."""
    found: ast.Return | None = None
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (*_FUNCTION, ast.Lambda, ast.ClassDef)):
            continue
        found = child if isinstance(child, ast.Return) else (_last_return(child) or found)
    return found


def _computed(node: ast.AST, path: Path, lines: tuple[str, ...]) -> Iterator[Computed]:
    for child in ast.walk(node):
        for target, value in _given(child):
            # `{"W1": dW1}` computes nothing.
            if isinstance(value, ast.Name):
                continue
            place = _place(path, lines, value.lineno, value.col_offset, _length(value, lines))
            match target:
                case ast.Name(name) | ast.keyword(arg=str(name)):
                    yield Computed(name, isinstance(target, ast.keyword), place)
                case ast.Constant(str(name)) | ast.Subscript(slice=ast.Constant(str(name))):
                    yield Computed(name, True, place)


def _given(node: ast.AST) -> Iterator[tuple[ast.AST | None, ast.expr]]:
    """What is given a value, with the value: a target, the key of a dict, an argument of a call."""
    match node:
        case ast.Assign(targets=[target], value=value) | ast.AugAssign(target=target, value=value):
            yield target, value
        case ast.Dict(keys=keys, values=values):
            yield from zip(keys, values, strict=True)
        case ast.Call(func=ast.Name("dict"), keywords=keywords):
            yield from ((keyword, keyword.value) for keyword in keywords)


def _length(value: ast.expr, lines: tuple[str, ...]) -> int:
    """How many characters of its first line an expression takes."""
    line = lines[value.lineno - 1].encode()
    end = value.end_col_offset if value.end_lineno == value.lineno else len(line)
    return len(line[value.col_offset : end].decode(errors="ignore"))


def _names(value: ast.expr | None) -> Names:
    if not isinstance(value, ast.Tuple):
        return ()
    return tuple(
        _names(item) if isinstance(item, ast.Tuple) else item.id if isinstance(item, ast.Name) else ""
        for item in value.elts
    )


def _place(path: Path, lines: tuple[str, ...], line: int, offset: int, length: int) -> Place:
    """A place by line and by bytes from its start, as Python's syntax tree counts."""
    source = lines[line - 1] if 0 < line <= len(lines) else ""
    column = len(source.encode()[: max(0, offset)].decode(errors="ignore")) + 1
    return Place(path.name, line, column, length, source)

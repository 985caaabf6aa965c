"""The picture of the imports: derive below codegen, no cycles, and each heavy library in its own rooms."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@cache
def modules() -> dict[str, Path]:
    """Every module of the two packages by its dotted name."""
    found = {}
    for package in ("derive", "codegen"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def _statements(tree: ast.AST, at_import: bool) -> Iterator[ast.Import | ast.ImportFrom]:
    """The import statements; with `at_import`, only those that run when the module is imported."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) and at_import:
            continue
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            if not at_import:
                yield from _statements(node, at_import)
        else:
            yield from _statements(node, at_import)


@cache
def imports(module: str, at_import: bool = False) -> frozenset[str]:
    """The modules that `module` names in import statements: ours as precisely as possible, others by full name."""
    tree = ast.parse(modules()[module].read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in _statements(tree, at_import):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        else:
            assert node.level == 0, f"{module}: imports are absolute here"
            origin = node.module or ""
            for alias in node.names:
                inner = f"{origin}.{alias.name}"
                found.add(inner if inner in modules() else origin)
    return frozenset(found - {module})


def _graph(at_import: bool) -> dict[str, frozenset[str]]:
    return {name: imports(name, at_import) & modules().keys() for name in modules()}


def test_the_test_sees_the_modules() -> None:
    assert {"derive.index", "derive.binding", "codegen.output", "codegen.cli.build"} <= modules().keys()
    assert "derive.index" in imports("derive.entry") | imports("derive.binding")
    assert any(name.startswith("sympy") for name in imports("derive.index"))


@pytest.mark.parametrize("module", [name for name in modules() if name.split(".")[0] == "derive"])
def test_derive_never_imports_codegen(module: str) -> None:
    assert not [name for name in imports(module) if name.split(".")[0] == "codegen"]


@pytest.mark.parametrize("at_import", [True, False], ids=["when imported", "also inside functions"])
def test_the_modules_form_no_cycle(at_import: bool) -> None:
    graph = _graph(at_import)
    if not at_import:
        # The face of a package hands out what lies inside it, lazily; asking for it is not a dependency on it.
        graph = {name: found for name, found in graph.items() if name not in ("derive", "codegen")}
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail("imports form a cycle: " + " -> ".join(error.args[1]))


def _importers(library: str) -> set[str]:
    return {name for name in modules() if any(found.split(".")[0] == library for found in imports(name))}


# Beside the lowering and the printers: sizes such as H*K and F//2 are SymPy integers wherever a shape is spoken of.
SYMPY_ROOMS = re.compile(
    r"derive\b|codegen\.(lower|notation|outline|document|optimisations?|targets?|program|initial|check|interpret)\b"
)


def test_sympy_is_known_only_to_derive_and_the_rooms_that_read_its_expressions() -> None:
    assert not {name for name in _importers("sympy") if not SYMPY_ROOMS.match(name)}


def test_jinja_is_known_to_one_module() -> None:
    assert len(_importers("jinja2")) <= 1


def test_click_is_known_to_the_command_alone() -> None:
    outside = {name for name in _importers("click") if not name.startswith("codegen.cli")}
    assert not outside


@pytest.mark.parametrize("library", ["torch", "sklearn", "hypothesis", "pytest", "cmarkgfm", "scipy", "mpmath"])
def test_nothing_depends_on_what_only_tests_install(library: str) -> None:
    assert not _importers(library)

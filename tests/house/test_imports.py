"""The picture of the imports: derive below codegen, no cycles, and each heavy library in its own rooms."""

from __future__ import annotations

import ast
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


def _room(module: str) -> int | None:
    """The place of a module among the rooms that documents are made in, lowest first."""
    rooms = ("notation", "block", "outline", "formats", "document")
    parts = module.split(".")
    return rooms.index(parts[1]) if parts[0] == "codegen" and len(parts) > 1 and parts[1] in rooms else None


@pytest.mark.parametrize("module", [name for name in modules() if _room(name) is not None])
def test_the_rooms_of_documents_import_in_one_direction(module: str) -> None:
    own = _room(module)
    assert own is not None
    assert not [name for name in imports(module) if (room := _room(name)) is not None and room > own]


# From the ground up: a room imports only from rows above its own in this table, and from itself.
ROWS = {
    "derive": (
        "errors isolation shown",  # what stands under everything
        "entry index function step written_value",  # what everything is made of
        "operators equation rule fact",  # nodes, and the records
        "binding subscript functions network cost dependence",  # working on nodes; what was written down
        "activations layers letters flow derivation written_out",  # formulas; what was derived
        "losses evaluate arrays rules tree consumer inlining",  # the oracle, its quick sibling, the rules, JSON
        "facts partial naming vocabulary descent",
        "language simplify sample signs",  # texts read; one expression made shorter; random values
        "builder notes slopes restate example",  # values of a worked example
        "backward expansion",  # the derivation of a network; a network entry by entry
        "hessian",  # a derivation is a network again
        "verification",  # what people derived by hand
    ),
    "codegen": (
        "program template seal version detail initial typesetting",  # array statements, texts, pictures
        "kinds check interpret lower output",  # their checker, their oracle; from equations to statements; files
        "optimisations notation",
        "optimisation block target calculation",  # the pipeline; the pieces of a document; the record of a language
        "language",  # what documents say: the record,
        "languages",  # and every language
        "targets outline figure format",  # emitted languages; the parts of a document; pictures
        "formats",
        "emit",
        "document picture notebook",
        "cli",
    ),
}


def _row(module: str) -> int:
    package, room = module.split(".")[:2]
    found = [number for number, row in enumerate(ROWS[package]) if room in row.split()]
    assert len(found) == 1, f"{package}.{room} has no row in the table of rooms"
    return found[0]


INSIDE = [name for name in modules() if "." in name]


@pytest.mark.parametrize("module", INSIDE)
def test_a_room_imports_only_lower_rooms(module: str) -> None:
    package, room = module.split(".")[:2]
    ours = [name for name in imports(module) & set(INSIDE) if name.split(".")[0] == package]
    assert not [name for name in ours if name.split(".")[1] != room and _row(name) >= _row(module)]


def test_the_table_of_rooms_names_nothing_else() -> None:
    rooms = {tuple(name.split(".")[:2]) for name in INSIDE}
    assert {(package, room) for package, rows in ROWS.items() for row in rows for room in row.split()} == rooms


@pytest.mark.parametrize("plural", ["targets", "formats", "optimisations"])
def test_one_instance_is_reached_through_its_registry(plural: str) -> None:
    """Nothing outside a plural folder knows what lies in it; the pipeline alone orders optimisations."""
    inside = f"codegen.{plural}."
    # The terminal is no format of documents: the command prints to it, and notebooks without mathematics do.
    allowed = {"codegen.formats.terminal", "codegen.formats.terminal.describe"}
    readers = [
        name for name in modules() if not name.startswith(inside) and name not in (inside[:-1], "codegen.optimisation")
    ]
    assert not {
        name: found for name in readers if (found := [m for m in imports(name) - allowed if m.startswith(inside)])
    }


def _importers(library: str) -> set[str]:
    return {name for name in modules() if any(found.split(".")[0] == library for found in imports(name))}


# Beside the lowering and the printers: sizes such as H*K and F//2 are SymPy integers wherever a shape is spoken of.
SYMPY_ROOMS = {"program", "check", "interpret", "initial", "lower", "optimisations", "targets", "notation", "outline"}


def test_sympy_is_known_only_to_derive_and_the_rooms_that_read_its_expressions() -> None:
    assert {name.split(".")[1] for name in _importers("sympy") if name.startswith("codegen.")} == SYMPY_ROOMS


def test_jinja_is_known_to_one_module() -> None:
    assert len(_importers("jinja2")) <= 1


def test_the_typesetting_compiler_is_known_to_one_module() -> None:
    assert _importers("typst") == {"codegen.typesetting"}


def test_click_is_known_to_the_command_alone() -> None:
    outside = {name for name in _importers("click") if not name.startswith("codegen.cli")}
    assert not outside


@pytest.mark.parametrize(
    "library", ["torch", "sklearn", "hypothesis", "pytest", "cmarkgfm", "pypdf", "scipy", "mpmath"]
)
def test_nothing_depends_on_what_only_tests_install(library: str) -> None:
    assert not _importers(library)

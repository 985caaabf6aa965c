"""What any reader may expect of any file: it says what it is for, it is short, and it knows nothing of one machine."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from derive.facts import FACTS

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(path for package in ("derive", "codegen") for path in (ROOT / package).rglob("*.py"))
TEXTS = sorted(
    path
    for folder in ("derive", "codegen", "generated", "tests", ".ci", ".")
    for path in ((ROOT / folder).rglob("*") if folder != "." else ROOT.glob("*"))
    if path.is_file() and "__pycache__" not in path.parts and not path.name.endswith((".pyc", ".png"))
    and path.suffix in {".py", ".md", ".toml", ".net", ".jinja", ".tex", ".txt", ""}
)  # fmt: skip
LONGEST = 400
# Folders of one person's machine or of a temporary place have no business in a file that others read.
OF_A_MACHINE = re.compile(r"/(?:home|Users|root|work|mnt|opt)/[A-Za-z0-9_.-]+|[A-Z]:\\\\Users|/tmp/venv")
VAGUE = {"utils", "util", "helpers", "helper", "base", "manager", "data", "misc", "common_utils"}


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_every_module_says_what_it_is_for(path: Path) -> None:
    if path.name != "__init__.py" or path.read_text(encoding="utf-8").strip():
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
        assert docstring and len(docstring.splitlines()[0]) > 10


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_every_module_is_short_and_has_a_name_that_says_something(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST
    assert path.stem not in VAGUE


# The functions of a rule need none: the record of a rule carries its formula.
@pytest.mark.parametrize("path", [path for path in SOURCES if path.parent.name != "rules"], ids=_name)
def test_every_public_function_and_class_has_a_docstring(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    public = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        # A record may be all said by its fields, and then the docstring of the module speaks for a family of them.
        and not any("dataclass" in ast.dump(decorator) for decorator in node.decorator_list)
    ]
    assert not [node.name for node in public if not ast.get_docstring(node)]


@pytest.mark.parametrize("path", TEXTS, ids=_name)
def test_no_file_knows_a_machine(path: Path) -> None:
    if path.resolve() != Path(__file__).resolve():
        assert not OF_A_MACHINE.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_nothing_is_evaluated_that_was_read(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"eval", "exec", "compile"}


@pytest.mark.parametrize("path", [path for path in SOURCES if path.parent.name != "facts"], ids=_name)
def test_no_second_table_of_facts(path: Path) -> None:
    # One name is a question about that fact; two are a list that somebody has to keep up to date.
    tree = ast.parse(path.read_text(encoding="utf-8"))
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert len(texts & FACTS.keys()) <= 1

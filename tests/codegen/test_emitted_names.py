"""No name of a network hides one that its module uses: the language refuses every name on one list, with a place."""

from __future__ import annotations

import ast
import builtins
import re
from pathlib import Path

import pytest

import derive
from codegen.emit import emit
from derive.errors import InputError
from derive.language import gallery_path, parse, read
from derive.language.names import identifier, objection

TEMPLATES = Path(__file__).resolve().parents[2] / "codegen" / "targets" / "numpy" / "templates"
LAYER = """network t "t"
dim N
const c = 2
input x[N], t[N] in N
param w[N] positive
output y = c * xlogy(w, x) + w[t]
"""
# Their values stand beside the arrays of the network in one and the same function.
PASSES = ("init_params", "forward", "backward", "loss_and_grads", "_sample")


def used(tree: ast.Module) -> set[str]:
    """What a module calls its own, what it takes from Python, and what its passes call their arguments."""
    own = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    own |= {alias.asname or alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
    for statement in tree.body:
        if not isinstance(statement, ast.FunctionDef):
            own |= {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
    loaded = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    passes = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name in PASSES]
    arguments = {item.arg for node in passes for item in (*node.args.args, *node.args.kwonlyargs)}
    return own | arguments | {name for name in loaded if hasattr(builtins, name)}


@pytest.mark.parametrize("name", ["composite", "worked_example", "mlp_relu", "layer"])
def test_every_name_that_a_module_uses_is_refused_to_networks(name: str) -> None:
    network = parse(LAYER) if name == "layer" else read(gallery_path(name))
    derivation = derive.differentiate(network)
    written = {*network.tensors, *(str(item.symbol) for item in (*network.dimensions, *network.constants))}
    written |= {tensor.name for tensor in derivation.upstream}
    theirs = used(ast.parse(emit(derivation))) - {identifier(name) for name in written}
    assert {name for name in theirs if objection(name) is None} == set()


def test_every_function_of_the_templates_is_refused_to_networks() -> None:
    text = "\n".join(path.read_text() for path in sorted(TEMPLATES.glob("*.jinja")))
    names = set(re.findall(r"^def (\w+)", text, re.MULTILINE)) | set(re.findall(r"^([A-Z_]+) =", text, re.MULTILINE))
    assert {"forward", "DIMS", "_erf"} <= names
    assert {name for name in names if objection(name) is None} == set()


@pytest.mark.parametrize("line", ["param {} ", "dim {}", "const {} = 2", "z = x\n{} = x"])
@pytest.mark.parametrize("name", ["params", "_check", "sizes", "float"])
def test_a_refused_name_has_a_place(name: str, line: str) -> None:
    with pytest.raises(InputError) as caught:
        parse('network t "t"\ninput x\n' + line.format(name) + "\nloss E = x * 2")
    assert f": {'a dimension' if 'dim' in line else ''}" in str(caught.value) and caught.value.place is not None
    assert f"{name} is a name of the emitted module" in str(caught.value)


def test_what_modules_do_not_use_is_free() -> None:
    free = ("value", "query", "key", "shape", "filter", "theta", "main", "grad")
    assert [name for name in free if objection(name)] == []

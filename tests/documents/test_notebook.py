"""Records show themselves in a notebook, and the example notebook shows what it says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import cmarkgfm
import pytest

import codegen.notebook
import derive
from codegen.formats.markdown.portable import violations
from codegen.optimisation import optimised
from derive import shown
from derive.language import gallery, gallery_path

NOTEBOOK = Path(__file__).with_name("example.ipynb")


def bundle(record: Any) -> dict[str, str]:
    found = record._repr_mimebundle_(include=None, exclude=None)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", [name for name in gallery() if name not in ("gpt", "gpt_tied", "lenet")])
def test_every_record_shows_itself(name: str) -> None:
    network = derive.read(gallery_path(name))
    derivation = derive.differentiate(network)
    adjoint = derivation.adjoints[-1]
    for record in (network, derivation, adjoint, *adjoint.steps[-1:], optimised(derivation)):
        found = bundle(record)
        assert not violations(found["text/markdown"] + "\n")
        assert (
            "<p>" in cmarkgfm.github_flavored_markdown_to_html(found["text/markdown"])
            or "python" in found["text/markdown"]
        )
        assert found["text/plain"].strip()
        assert max(map(len, found["text/plain"].splitlines())) <= 140


def test_a_verdict_shows_itself() -> None:
    report = derive.verify(derive.read(gallery_path("mlp")), "dW1 = x.T @ dz1")
    for record in (report, report.verdicts[0]):
        assert {"text/plain", "text/markdown", "text/html"} <= bundle(record).keys()


def test_without_a_renderer_a_record_is_its_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    network = derive.read(gallery_path("neuron"))
    monkeypatch.setattr(shown, "_known", [])
    monkeypatch.setattr(shown, "entry_points", lambda group: [])
    assert bundle(network) == {}


def test_what_is_installed_needs_no_import(monkeypatch: pytest.MonkeyPatch) -> None:
    class Point:
        def load(self) -> shown.Renderer:
            return codegen.notebook.bundle

    monkeypatch.setattr(shown, "_known", [])
    monkeypatch.setattr(shown, "entry_points", lambda group: [Point()] if group == "chainscribe.notebook" else [])
    assert "text/markdown" in bundle(derive.read(gallery_path("neuron")))


def outputs(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [output.get("data", output.get("text")) for cell in cells for output in cell.get("outputs", ())]


def test_the_example_notebook_runs_and_shows_what_is_saved_in_it() -> None:
    nbclient = pytest.importorskip("nbclient", reason="nbclient runs the example notebook")
    nbformat = pytest.importorskip("nbformat", reason="nbformat reads the example notebook")
    pytest.importorskip("ipykernel", reason="ipykernel runs the example notebook")
    saved = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    notebook = nbformat.reads(NOTEBOOK.read_text(encoding="utf-8"), as_version=4)
    root = str(Path(__file__).parents[2])
    nbclient.NotebookClient(notebook, timeout=120, resources={"metadata": {"path": root}}).execute()
    made = json.loads(nbformat.writes(notebook))
    assert outputs(made["cells"]) == outputs(saved["cells"])

"""The corpus of claims is well formed: a record says what it is about, whether it holds, and what is wrong if not."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from derive.language.reader import parse
from derive.language.shipped import gallery, gallery_path
from derive.verification.verdict import Mistake

CORPUS = Path(__file__).resolve().parent / "corpus"
DOCUMENTS = Path(gallery_path("mlp")).parent.parent / "claims"
Record = dict[str, Any]
RELATION = re.compile(r"=|≈|\\approx|←|\\leftarrow")

KINDS = {
    "id": str, "notation": str, "network": str, "net": str, "reading": dict, "symbols": dict, "context": list,
    "surface": str, "claim": str, "truth": bool, "mistake": (str, list), "link": int, "correct": str, "why": str,
}  # fmt: skip
NOTATIONS = (
    "numpy", "latex-rows", "latex-column", "latex-component", "unicode", "chains", "recursions", "numbers", "updates",
    "facts", "local",
)  # fmt: skip


def _records(path: Path) -> list[Record]:
    claims: list[Record] = tomllib.loads(path.read_text(encoding="utf-8"))["claims"]
    return claims


HELD_OUT = _records(CORPUS / "held_out.toml")
MAIN = [claim for path in sorted(CORPUS.glob("*.toml")) if path.stem != "held_out" for claim in _records(path)]
EVERY = MAIN + HELD_OUT
INDEX: list[Record] = tomllib.loads((DOCUMENTS / "expected.toml").read_text(encoding="utf-8"))["documents"]


def _mistakes(record: Record) -> list[str]:
    named = record.get("mistake", [])
    return [named] if isinstance(named, str) else list(named)


def _identity(record: Record) -> str:
    return str(record["id"])


@pytest.mark.parametrize("record", EVERY, ids=_identity)
def test_a_record_has_the_fields_that_it_needs(record: Record) -> None:
    assert record.keys() <= KINDS.keys()
    assert {"id", "notation", "surface", "claim", "truth", "why"} <= record.keys()
    assert not [field for field, value in record.items() if not isinstance(value, KINDS[field])]
    assert record["surface"] in ("plain", "latex")
    assert record["claim"].strip() and record["why"].strip()
    assert RELATION.search(record["claim"])


@pytest.mark.parametrize("record", EVERY, ids=_identity)
def test_a_record_says_what_it_is_about(record: Record) -> None:
    assert not {"network", "net"} <= record.keys()
    assert record.keys() & {"network", "net", "context"}
    if "network" in record:
        assert record["network"] in gallery()
    if "net" in record:
        assert parse(record["net"]).name
    reading = record.get("reading", {})
    assert reading.keys() <= {"layout", "batch"}
    assert reading.get("layout", "row") in ("row", "column") and reading.get("batch", "all") in ("all", "one")
    assert all(isinstance(text, str) and text for text in record.get("context", []))
    assert all(isinstance(text, str) and text for pair in record.get("symbols", {}).items() for text in pair)


@pytest.mark.parametrize("record", EVERY, ids=_identity)
def test_a_false_claim_names_its_mistake_and_a_true_one_has_none(record: Record) -> None:
    names = _mistakes(record)
    assert set(names) <= {mistake.name for mistake in Mistake} and len(set(names)) == len(names)
    assert bool(names) is not record["truth"]
    if record["truth"]:
        assert not record.keys() & {"link", "correct"}
    else:
        assert record.get("correct") != record["claim"]
        assert 0 <= record.get("link", 0) < len(RELATION.findall(record["claim"]))


def test_no_claim_stands_twice() -> None:
    assert not [name for name, count in Counter(map(_identity, EVERY)).items() if count > 1]
    said = Counter(
        (r.get("network"), r.get("net"), str(r.get("context")), str(r.get("reading")), r["claim"]) for r in EVERY
    )
    assert not [claim for claim, count in said.items() if count > 1]


def test_the_corpus_is_large_and_half_of_it_is_wrong() -> None:
    wrong = [record for record in MAIN if not record["truth"]]
    assert len(MAIN) >= 170 and len(wrong) >= 85
    assert 0.4 <= len(wrong) / len(MAIN) <= 0.6
    assert len({record["network"] for record in MAIN if "network" in record}) >= 20
    assert len({record["net"] for record in MAIN if "net" in record}) >= 5
    assert len(HELD_OUT) >= 60 and len({record["notation"] for record in HELD_OUT}) >= 10


def test_every_notation_and_every_kind_of_mistake_occurs() -> None:
    notations = Counter(record["notation"] for record in MAIN)
    assert set(notations) == set(NOTATIONS) and min(notations.values()) >= 12
    assert {record["surface"] for record in MAIN} == {"plain", "latex"}
    mistakes = Counter(name for record in MAIN for name in _mistakes(record))
    assert not [mistake.name for mistake in Mistake if mistakes[mistake.name] < 5]


def test_what_is_held_out_is_not_in_the_corpus() -> None:
    seen = {re.sub(r"\s", "", record["claim"]) for record in MAIN}
    assert not [record["id"] for record in HELD_OUT if re.sub(r"\s", "", record["claim"]) in seen]


def test_the_index_lists_every_document() -> None:
    files = {path.name for path in DOCUMENTS.iterdir() if path.suffix in (".md", ".tex", ".txt")}
    assert [entry["file"] for entry in INDEX if entry["file"] not in files] == []
    assert {entry["file"] for entry in INDEX} == files and len(INDEX) == len(files) >= 12
    assert any("mistake" not in entry for entry in INDEX)


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: entry["file"])
def test_a_document_is_what_the_index_says(entry: Record) -> None:
    assert entry.keys() <= {"file", "title", "network", "mistake", "line", "why"}
    lines = (DOCUMENTS / entry["file"]).read_text(encoding="utf-8").splitlines()
    assert any(entry["title"] in line for line in lines)
    header = re.search(r"chainscribe: (.*?)(?: -->|$)", lines[0])
    assert header
    named = dict(part.split(" = ") for part in header[1].split(", "))
    assert named.get("network") == entry.get("network") and named.keys() <= {"network", "layout", "batch"}
    assert "network" not in entry or entry["network"] in gallery()
    assert ("mistake" in entry) == ("line" in entry) == ("why" in entry)
    if "mistake" in entry:
        assert set(_mistakes(entry)) <= {mistake.name for mistake in Mistake}
        assert RELATION.search(lines[entry["line"] - 1])

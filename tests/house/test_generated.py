"""generated/ is what the code makes, byte for byte: read in a review, it says what a change does to every network."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen.document import rendered
from codegen.emit import emit
from codegen.seal import Artifact, sealed
from derive.language import gallery
from tests.documents.gallery import derived, outlined, source

GENERATED = Path(__file__).resolve().parents[2] / "generated"


@pytest.mark.parametrize("name", gallery())
def test_the_committed_files_of_a_network_are_what_the_code_makes(name: str) -> None:
    file = source(name)
    made = (
        Artifact(f"{name}.py", emit(derived(name), made_from=file.file, sha256=file.sha256)),
        Artifact("derivation.md", rendered(outlined(name), "md")),
    )
    remedy = "run `chainscribe build`, and read what changed"
    for artifact in made:
        committed = GENERATED / name / artifact.name
        assert committed.is_file(), f"{committed} is missing: {remedy}"
        assert committed.read_bytes() == sealed(artifact), remedy


def test_generated_holds_the_gallery_and_nothing_else() -> None:
    assert sorted(path.name for path in GENERATED.iterdir()) == sorted(gallery()), "run `chainscribe build`"

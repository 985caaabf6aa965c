"""The documents of the gallery before any format, each derived once for all tests that look at them.

With several workers (pytest -n) they share what one of them has derived, in a folder that the run has for itself.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from functools import cache
from pathlib import Path

from codegen.block import Document
from codegen.emit import listing
from codegen.outline import outline
from derive.backward import differentiate
from derive.derivation import Derivation
from derive.language import gallery_path, read
from derive.language.names import identifier


@cache
def derived(name: str) -> Derivation:
    """The derivation of a network of the gallery."""
    return differentiate(read(gallery_path(name)))


@cache
def outlined(name: str) -> Document:
    """Its document."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        return _made(name)
    kept = Path(tempfile.gettempdir()) / f"chainscribe-tests-{run}" / f"{name}.pickle"
    if not kept.exists():
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        own = kept.with_suffix(f".{os.getpid()}")
        own.write_bytes(pickle.dumps(_made(name)))
        own.replace(kept)
    document = pickle.loads(kept.read_bytes())
    assert isinstance(document, Document)
    return document


def _made(name: str) -> Document:
    derivation = derived(name)
    return outline(derivation, listing(derivation), f"Made from {name}.net.", identifier)

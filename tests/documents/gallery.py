"""The derivations of the gallery and their documents before any format, each made once for all tests that look at them.

With several workers (pytest -n) they share what one of them has derived, in a folder that the run has for itself.
"""

from __future__ import annotations

import os
import pickle
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from codegen.block import Document
from codegen.cli.source import Source, load
from codegen.document import outlined as outline
from derive.backward import differentiate
from derive.derivation import Derivation
from derive.language import gallery_path


@cache
def source(name: str) -> Source:
    """A network of the gallery with its file."""
    return load(Path(gallery_path(name)))


@cache
def derived(name: str) -> Derivation:
    """The derivation of a network of the gallery."""
    found = _shared(f"{name}.derivation", lambda: differentiate(source(name).network))
    assert isinstance(found, Derivation)
    return found


@cache
def outlined(name: str) -> Document:
    """Its document, as `chainscribe build` makes it."""
    found = _shared(f"{name}.document", lambda: outline(derived(name), source(name).file, source(name).sha256))
    assert isinstance(found, Document)
    return found


def _shared(what: str, make: Callable[[], object]) -> object:
    """What one of the workers has made; two that make the same at the same time make it twice."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        return make()
    kept = Path(tempfile.gettempdir()) / f"chainscribe-tests-{run}" / f"{what}.pickle"
    if not kept.exists():
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        own = kept.with_name(f"{kept.name}.{os.getpid()}")
        own.write_bytes(pickle.dumps(make()))
        own.replace(kept)
    return pickle.loads(kept.read_bytes())

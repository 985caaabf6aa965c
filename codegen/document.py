"""The document of a derivation, in one of the formats of `codegen.formats`."""

from __future__ import annotations

from codegen.emit import listing
from codegen.formats import FORMATS
from codegen.outline import outline
from codegen.version import VERSION
from derive.derivation import Derivation
from derive.language.names import identifier


def document(derivation: Derivation, format: str = "md", made_from: str = "", sha256: str = "") -> str:
    """The derivation as text in `format` (`md` or `tex`).

    made_from and sha256 name the file it was read from and that file's fingerprint. Raises ValueError for a format
    that does not exist.
    """
    if format not in FORMATS:
        raise ValueError(f"no document format is called {format!r}; there are {', '.join(FORMATS)}")
    return FORMATS[format].render(outline(derivation, listing(derivation), _origin(made_from, sha256), identifier))


def _origin(made_from: str, sha256: str) -> str:
    if not made_from:
        return f"Made by chainscribe {VERSION}."
    mark = f" (sha256 {sha256[:16]}…)" if sha256 else ""
    return f"Made by chainscribe {VERSION} from {made_from}{mark}; edit that file, not this one."

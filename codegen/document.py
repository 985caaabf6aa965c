"""The document of a derivation, in one of the formats of `codegen.formats`."""

from __future__ import annotations

from codegen.block import Document
from codegen.calculation import Calculation
from codegen.detail import DETAILS, Detail
from codegen.emit import backward_lines, listing
from codegen.formats import FORMATS, pdf_by
from codegen.language import Language
from codegen.languages import ENGLISH, language
from codegen.notation.decimal import DIGITS
from codegen.outline import outline
from codegen.version import VERSION
from derive.derivation import Derivation
from derive.language.names import identifier


def document(
    derivation: Derivation,
    format: str = "md",
    made_from: str = "",
    sha256: str = "",
    lang: str = ENGLISH,
    detail: str = "steps",
    engine: str = "typst",
    font: str = "",
    digits: int = DIGITS,
    steps: int = 0,
) -> str | bytes:
    """The derivation in `format`: as text (`md`, `tex`, `html`, `typ`) or as bytes (`pdf`).

    made_from and sha256 name the file it was read from and that file's fingerprint. `lang` is the code of a language
    of `codegen.languages`, `detail` one of result, steps and everything. Raises ValueError for a format, a language or
    a detail that does not exist. A PDF is set by `engine` (`typst` or `latex`), with `font`, a file or the name of a
    family, for characters that the engine has no letters for. Where the network has values, its worked example shows
    numbers with so many `digits` after the point, and so many `steps` of gradient descent.
    """
    if format not in FORMATS:
        raise ValueError(f"no document format is called {format!r}; there are {', '.join(FORMATS)}")
    return rendered(outlined(derivation, made_from, sha256, lang, detail, digits, steps), format, engine, font)


def outlined(
    derivation: Derivation,
    made_from: str = "",
    sha256: str = "",
    lang: str = ENGLISH,
    detail: str = "steps",
    digits: int = DIGITS,
    steps: int = 0,
) -> Document:
    """What all formats render alike; the arguments are those of `document`."""
    if detail not in DETAILS:
        raise ValueError(f"{detail!r} is no depth of detail; there are {', '.join(DETAILS)}")
    origin = _origin(language(lang), made_from, sha256)
    depth = Detail(detail)
    whole = () if depth is Detail.STEPS else backward_lines(derivation)
    return outline(derivation, listing(derivation), origin, identifier, lang, depth, whole, Calculation(digits, steps))


def rendered(document: Document, format: str, engine: str = "typst", font: str = "") -> str | bytes:
    """A document in one of the formats."""
    return (pdf_by(engine, font) if format == "pdf" else FORMATS[format]).render(document)


def _origin(own: Language, made_from: str, sha256: str) -> str:
    if not made_from:
        return own.phrase("made.plain", version=VERSION)
    mark = own.phrase("made.mark", sha256=sha256[:16]) if sha256 else ""
    return own.phrase("made.from", version=VERSION, file=made_from, mark=mark)

"""The seal at the end of an emitted file: the SHA-256 of all the rest, by which a file says that it is unedited.

    sealed(Artifact("mlp.py", text))   ->  the bytes of the file
    is_sealed(content)                 ->  True for an emitted file that nobody has changed

It holds after a copy, a git checkout or a change of line endings too (line endings of texts are counted as newlines).
It stands in a comment; in a PNG, in a chunk of text before the end. It guards against accidents and is no signature.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

MARK = "chainscribe seal: sha256 "
# How a comment is written in each kind of file, and so where a seal can stand.
COMMENTS = {
    ".py": ("# ", ""),
    ".md": ("<!-- ", " -->"),
    ".tex": ("% ", ""),
    ".typ": ("// ", ""),
    ".html": ("<!-- ", " -->"),
    ".svg": ("<!-- ", " -->"),
    ".pdf": ("% ", ""),
}
_SEALS = tuple(
    re.compile(f"{re.escape(opening)}{MARK}([0-9a-f]{{64}}){re.escape(closing)}")
    for opening, closing in sorted(set(COMMENTS.values()))
)
_PDF = b"%PDF-"
_PNG = b"\x89PNG\r\n\x1a\n"
_END_OF_PNG = b"\x00\x00\x00\x00IEND\xaeB`\x82"


@dataclass(frozen=True)
class Artifact:
    """A file to be: its name (no folder) and what stands in it, without seal: text, or the bytes of a PDF or PNG."""

    name: str
    content: str | bytes


def fingerprint(content: bytes) -> str:
    """The SHA-256 of a source file, in hexadecimal, as `sha256sum` prints it."""
    return hashlib.sha256(content).hexdigest()


def sealed(artifact: Artifact) -> bytes:
    """The content of the artifact with its seal.

    >>> print(sealed(Artifact("a.py", "x = 1")).decode())
    x = 1
    # chainscribe seal: sha256 9e26bf369911c45c243c684147b23fc9e1dcfcf257d299a1c632016a6fcd33f4
    <BLANKLINE>
    """
    content = artifact.content
    if isinstance(content, bytes) and content.startswith(_PNG):
        return _png_sealed(content)
    opening, closing = COMMENTS[_suffix(artifact.name)]
    body = content if isinstance(content, bytes) else _newlines(content).encode()
    body = body.rstrip(b"\n") + b"\n"
    return body + f"{opening}{MARK}{fingerprint(body)}{closing}\n".encode()


def is_sealed(content: str | bytes) -> bool:
    """True when it ends with the seal of exactly what stands above it, and nothing else."""
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogatepass")
    if content.startswith(_PNG):
        return _png_is_sealed(content)
    if not content.startswith(_PDF):
        content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    body, _, last = content.removesuffix(b"\n").rpartition(b"\n")
    line = last.decode("utf-8", errors="replace")
    found = next((match for match in (seal.fullmatch(line) for seal in _SEALS) if match), None)
    return found is not None and found[1] == fingerprint(body + b"\n")


def has_seal(content: bytes) -> bool:
    """True for what has a seal, whether it holds or not."""
    return MARK.encode() in content or _PNG_WORD in content


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _suffix(name: str) -> str:
    suffix = Path(name).suffix
    if suffix not in COMMENTS:
        raise ValueError(f"no comment is known for {name!r}; add its suffix to COMMENTS")
    return suffix


# A chunk of text in a PNG: its length, `tEXt`, keyword, a zero, text, and a checksum.

_PNG_WORD = b"tEXtchainscribe seal\0"
_CHUNK = len(_PNG_WORD) + 64 + 8


def _png_sealed(image: bytes) -> bytes:
    if not image.endswith(_END_OF_PNG):
        raise ValueError("no PNG: its end is missing")
    chunk = _PNG_WORD + fingerprint(image).encode()
    checked = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return image.removesuffix(_END_OF_PNG) + checked + _END_OF_PNG


def _png_is_sealed(image: bytes) -> bool:
    body = image[: -len(_END_OF_PNG) - _CHUNK] + _END_OF_PNG
    return len(image) > _CHUNK and image == _png_sealed(body)

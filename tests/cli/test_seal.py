"""The seal: what is sealed is recognised, and any change breaks it, in texts, PDFs and PNGs."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.seal import COMMENTS, Artifact, fingerprint, has_seal, is_sealed, sealed

MODULE = Artifact("net.py", "x = 1\n")


def seal(artifact: Artifact) -> str:
    return sealed(artifact).decode()


@given(st.text(max_size=80), st.sampled_from([f"a{suffix}" for suffix in COMMENTS]))
def test_what_is_sealed_is_recognised(text: str, name: str) -> None:
    assert is_sealed(seal(Artifact(name, text)))


@given(st.text(alphabet="ab \n#", max_size=30).filter(str.strip), st.data())
def test_any_edit_above_the_seal_breaks_it(text: str, data: st.DataObject) -> None:
    whole = seal(Artifact("a.py", text))
    body = whole[: whole.index("# chainscribe")]
    place = data.draw(st.integers(0, len(body) - 1))
    assert not is_sealed(whole[:place] + "c" + whole[place:])
    assert not is_sealed(whole[:place] + whole[place + 1 :])


def test_a_line_below_the_seal_breaks_it() -> None:
    assert not is_sealed(seal(MODULE) + "import os\n")


@pytest.mark.parametrize("artifact", [Artifact("a.py", "x = 1\n"), Artifact("a.md", "# x\n"), Artifact("a.tex", "x\n")])
def test_nothing_may_stand_beside_the_seal_in_its_line(artifact: Artifact) -> None:
    whole = seal(artifact)
    mark = whole.splitlines()[-1]
    assert is_sealed(whole) and is_sealed(whole.rstrip("\n"))
    for line in (f"import os  {mark}", f"{mark} a note", f" {mark}", f"{mark} ", f"{mark}\n", f"{mark}\n\f"):
        assert not is_sealed(whole.replace(mark, line))


def test_line_endings_do_not_break_the_seal() -> None:
    assert is_sealed(seal(MODULE).replace("\n", "\r\n"))


def test_a_seal_copied_from_another_file_is_none() -> None:
    other = seal(Artifact("net.py", "x = 2\n"))
    assert not is_sealed(str(MODULE.content) + other.splitlines()[-1] + "\n")


def test_a_text_without_seal_is_not_ours() -> None:
    assert not is_sealed("") and not is_sealed("x = 1\n")


def test_a_fingerprint_is_what_sha256sum_prints() -> None:
    assert fingerprint(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_the_seal_is_the_same_in_another_process() -> None:
    code = "from codegen.seal import *; print(sealed(Artifact('a.py', 'x = 1')).decode(), end='')"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    folder = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment, cwd=folder)
    assert run.stdout.decode() == seal(Artifact("a.py", "x = 1"))


def chunk(kind: bytes, content: bytes = b"") -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
IMAGE = b"\x89PNG\r\n\x1a\n" + HEADER + chunk(b"IDAT", zlib.compress(b"\0\x7f")) + chunk(b"IEND")
PDF = b"%PDF-1.7\n\x80\r\n\r%%EOF\n"


@pytest.mark.parametrize(("name", "content"), [("graph.png", IMAGE), ("derivation.pdf", PDF)])
def test_a_file_that_is_no_text_is_sealed(name: str, content: bytes) -> None:
    whole = sealed(Artifact(name, content))
    assert is_sealed(whole) and has_seal(whole) and not is_sealed(content) and not has_seal(content)
    for place in range(len(whole) - 1):
        assert not is_sealed(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
    assert not is_sealed(whole + b"x")


def test_a_sealed_png_is_a_png_with_one_chunk_of_text_more() -> None:
    whole, kinds, place = sealed(Artifact("graph.png", IMAGE)), [], 8
    while place < len(whole):
        length = struct.unpack(">I", whole[place : place + 4])[0]
        kind, content = whole[place + 4 : place + 8], whole[place + 8 : place + 8 + length]
        assert chunk(kind, content) == whole[place : place + 12 + length]
        kinds.append(kind)
        place += 12 + length
    assert kinds == [b"IHDR", b"IDAT", b"tEXt", b"IEND"]


def test_what_is_no_png_to_its_end_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="its end is missing"):
        sealed(Artifact("graph.png", IMAGE[:-1]))


def test_a_file_without_known_comments_cannot_be_sealed() -> None:
    with pytest.raises(ValueError, match="no comment is known"):
        sealed(Artifact("a.docx", "x"))

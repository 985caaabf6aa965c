"""Emitted files: sealed, whole, in their folder, and never over something that a person has edited."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.output import Artifact, Outcome, fingerprint, is_sealed, seal, write
from derive.errors import InputError

MODULE = Artifact("net.py", "x = 1\n")
DOCUMENT = Artifact("derivation.md", "# Title\n")


def texts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@given(st.text(max_size=80), st.sampled_from(["a.py", "a.md", "a.tex"]))
def test_what_is_sealed_is_recognised(text: str, name: str) -> None:
    assert is_sealed(seal(Artifact(name, text)))


@given(st.text(alphabet="ab \n#", max_size=30).filter(str.strip), st.data())
def test_any_edit_above_the_seal_breaks_it(text: str, data: st.DataObject) -> None:
    sealed = seal(Artifact("a.py", text))
    body = sealed[: sealed.index("# chainscribe")]
    place = data.draw(st.integers(0, len(body) - 1))
    assert not is_sealed(sealed[:place] + "c" + sealed[place:])
    assert not is_sealed(sealed[:place] + sealed[place + 1 :])


def test_a_line_below_the_seal_breaks_it() -> None:
    assert not is_sealed(seal(MODULE) + "import os\n")


@pytest.mark.parametrize("artifact", [Artifact("a.py", "x = 1\n"), Artifact("a.md", "# x\n"), Artifact("a.tex", "x\n")])
def test_nothing_may_stand_beside_the_seal_in_its_line(artifact: Artifact) -> None:
    sealed = seal(artifact)
    mark = sealed.splitlines()[-1]
    assert is_sealed(sealed) and is_sealed(sealed.rstrip("\n"))
    for line in (f"import os  {mark}", f"{mark} a note", f" {mark}", f"{mark} ", f"{mark}\n", f"{mark}\n\f"):
        assert not is_sealed(sealed.replace(mark, line))


def test_line_endings_do_not_break_the_seal() -> None:
    assert is_sealed(seal(MODULE).replace("\n", "\r\n"))


def test_a_seal_copied_from_another_file_is_none() -> None:
    other = seal(Artifact("net.py", "x = 2\n"))
    assert not is_sealed(MODULE.text + other.splitlines()[-1] + "\n")


def test_a_text_without_seal_is_not_ours() -> None:
    assert not is_sealed("") and not is_sealed("x = 1\n")


def test_a_fingerprint_is_what_sha256sum_prints() -> None:
    assert fingerprint(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_files_are_written_and_then_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "net"
    first = write([MODULE, DOCUMENT], folder, tmp_path / "out")
    assert [item.outcome for item in first] == [Outcome.WRITTEN] * 2
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    second = write([MODULE, DOCUMENT], folder, tmp_path / "out")
    assert [item.outcome for item in second] == [Outcome.UNCHANGED] * 2
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert texts(folder) == {"net.py": seal(MODULE).encode(), "derivation.md": seal(DOCUMENT).encode()}


def test_what_we_emitted_is_replaced(tmp_path: Path) -> None:
    write([MODULE], tmp_path, tmp_path)
    new = Artifact("net.py", "x = 2\n")
    assert write([new], tmp_path, tmp_path)[0].outcome is Outcome.WRITTEN
    assert (tmp_path / "net.py").read_text() == seal(new)


@pytest.mark.parametrize("edit", ["y = 2\n", ""], ids=["edited", "emptied"])
def test_what_a_person_edited_is_kept_and_so_is_the_file_beside_it(tmp_path: Path, edit: str) -> None:
    write([MODULE, DOCUMENT], tmp_path, tmp_path)
    (tmp_path / "derivation.md").write_text(edit + seal(DOCUMENT) if edit else "")
    before = texts(tmp_path)
    with pytest.raises(InputError, match="not overwritten"):
        write([Artifact("net.py", "x = 2\n"), DOCUMENT], tmp_path, tmp_path)
    assert texts(tmp_path) == before


def test_the_message_says_which_file_and_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text("mine\n")
    with pytest.raises(InputError) as caught:
        write([MODULE], tmp_path, tmp_path)
    assert str(caught.value) == (
        f"{tmp_path / 'net.py'}: was not made by chainscribe, so it is not overwritten\n"
        "    try: another folder with -o, or --force to replace it"
    )


def test_force_replaces_what_was_edited(tmp_path: Path) -> None:
    (tmp_path / "net.py").write_text("mine\n")
    write([MODULE], tmp_path, tmp_path, force=True)
    assert (tmp_path / "net.py").read_text() == seal(MODULE)


@pytest.mark.parametrize(
    "name",
    [
        "../net.py",
        "/net.py",
        "a/b.py",
        "a\\b.py",
        ".net.py",
        "-net.py",
        "",
        "..",
        "con.py",
        "NUL.py",
        "n\nt.py",
        "ne\0t.py",
    ],
)
def test_a_name_that_leaves_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="not a plain file name"):
        write([Artifact(name, "x\n")], tmp_path / "out", tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_a_folder_above_the_root_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="leads out"):
        write([MODULE], tmp_path / "out" / ".." / "elsewhere", tmp_path / "out")
    assert not list(tmp_path.iterdir())


def test_a_link_out_of_the_root_is_refused(tmp_path: Path) -> None:
    root, outside = tmp_path / "out", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "net").symlink_to(outside)
    with pytest.raises(InputError, match="leads out"):
        write([MODULE], root / "net", root, force=True)
    assert not list(outside.iterdir())


def test_a_link_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("mine\n")
    (tmp_path / "net.py").symlink_to(target)
    with pytest.raises(InputError, match="is a link"):
        write([MODULE], tmp_path, tmp_path, force=True)
    assert target.read_text() == "mine\n"


def test_a_folder_in_place_of_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "net.py").mkdir()
    with pytest.raises(InputError, match="is not a file"):
        write([MODULE], tmp_path, tmp_path, force=True)


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine\n")
    with pytest.raises(InputError, match="cannot be written"):
        write([MODULE], tmp_path / "out", tmp_path / "out")
    assert (tmp_path / "out").read_text() == "mine\n"


def test_an_unwritable_folder_is_an_error_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if os.geteuid() == 0:  # permissions do not stop the root user, so the refusal of the system is put in its place
        monkeypatch.setattr(os, "open", _refuse)
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(InputError, match="cannot be written: permission denied") as caught:
            write([MODULE], tmp_path, tmp_path)
    finally:
        tmp_path.chmod(0o700)
    assert caught.value.remedy == "another folder with -o, or the permissions of this one"
    assert not list(tmp_path.iterdir())


def _refuse(path: Path, *_rest: object) -> int:
    raise PermissionError(13, "Permission denied", str(path))


def test_a_disk_that_fails_between_two_files_leaves_the_old_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write([MODULE, DOCUMENT], tmp_path, tmp_path)
    before = texts(tmp_path)
    replace, calls = os.replace, []

    def fail_at_the_second(source: Path, target: Path) -> None:
        calls.append(target)
        if len(calls) == 2:
            raise OSError(28, "No space left on device", str(target))
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail_at_the_second)
    with pytest.raises(InputError, match="no space left on device"):
        write([Artifact("net.py", "x = 2\n"), Artifact("derivation.md", "# Other\n")], tmp_path, tmp_path)
    assert len(calls) >= 2
    assert texts(tmp_path) == before


def test_a_new_file_has_the_mode_of_any_new_file(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("")
    write([MODULE], tmp_path, tmp_path)
    assert (tmp_path / "net.py").stat().st_mode == plain.stat().st_mode


def test_the_seal_is_the_same_in_another_process() -> None:
    code = "from codegen.output import *; print(seal(Artifact('a.py', 'x = 1')), end='')"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    folder = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment, cwd=folder)
    assert run.stdout.decode() == seal(Artifact("a.py", "x = 1"))

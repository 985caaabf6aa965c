"""Emitted files: sealed, whole, in their folder, and never over something that a person has edited."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from codegen.output import Outcome, write
from codegen.seal import Artifact, sealed
from derive.errors import InputError

MODULE = Artifact("net.py", "x = 1\n")
DOCUMENT = Artifact("derivation.md", "# Title\n")


def texts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_are_written_and_then_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "net"
    first = write([MODULE, DOCUMENT], folder, tmp_path / "out")
    assert [item.outcome for item in first] == [Outcome.WRITTEN] * 2
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    second = write([MODULE, DOCUMENT], folder, tmp_path / "out")
    assert [item.outcome for item in second] == [Outcome.UNCHANGED] * 2
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert texts(folder) == {"net.py": sealed(MODULE), "derivation.md": sealed(DOCUMENT)}


def test_what_we_emitted_is_replaced(tmp_path: Path) -> None:
    write([MODULE], tmp_path, tmp_path)
    new = Artifact("net.py", "x = 2\n")
    assert write([new], tmp_path, tmp_path)[0].outcome is Outcome.WRITTEN
    assert (tmp_path / "net.py").read_bytes() == sealed(new)


@pytest.mark.parametrize("edit", ["y = 2\n", ""], ids=["edited", "emptied"])
def test_what_a_person_edited_is_kept_and_so_is_the_file_beside_it(tmp_path: Path, edit: str) -> None:
    write([MODULE, DOCUMENT], tmp_path, tmp_path)
    (tmp_path / "derivation.md").write_text(edit + sealed(DOCUMENT).decode() if edit else "")
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
    assert (tmp_path / "net.py").read_bytes() == sealed(MODULE)


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

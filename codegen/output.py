"""Files on disk: sealed, written all together or not at all, never over something that a person has edited.

An emitted file ends with its *seal*, a comment with the SHA-256 of everything above it. So a file says by itself that
chainscribe made it and that nobody has changed it since: after a copy, a git checkout or a change of line endings too
(line endings are counted as newlines). The seal guards against accidents; it is no signature.

    artifacts = [Artifact("mlp.py", text), Artifact("derivation.md", text)]
    write(artifacts, folder, root)    ->  what became of each
    is_sealed(text)                   ->  True for an emitted text that is unedited
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from derive.errors import InputError

# How a comment is written in each kind of file, and so where a seal can stand.
COMMENTS = {".py": ("# ", ""), ".md": ("<!-- ", " -->"), ".tex": ("% ", "")}
_SEALS = tuple(
    re.compile(f"{re.escape(opening)}chainscribe seal: sha256 ([0-9a-f]{{64}}){re.escape(closing)}")
    for opening, closing in COMMENTS.values()
)
# One plain file name: no separators, no leading dot or dash, nothing that a shell or Windows reads otherwise.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\Z")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Artifact:
    """A file to be: its name (no folder) and its text, without seal."""

    name: str
    text: str


class Outcome(Enum):
    """What became of one artifact."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Written:
    """A file and what became of it."""

    path: Path
    outcome: Outcome


def fingerprint(content: bytes) -> str:
    """The SHA-256 of a source file, in hexadecimal, as `sha256sum` prints it."""
    return hashlib.sha256(content).hexdigest()


def seal(artifact: Artifact) -> str:
    """The text of the artifact with its seal as the last line.

    >>> print(seal(Artifact("a.py", "x = 1")))
    x = 1
    # chainscribe seal: sha256 9e26bf369911c45c243c684147b23fc9e1dcfcf257d299a1c632016a6fcd33f4
    <BLANKLINE>
    """
    opening, closing = COMMENTS[_suffix(artifact.name)]
    body = _newlines(artifact.text).rstrip("\n") + "\n"
    return f"{body}{opening}chainscribe seal: sha256 {fingerprint(body.encode())}{closing}\n"


def is_sealed(text: str) -> bool:
    """True when the last line is the seal of exactly the lines above it, and nothing else."""
    text = _newlines(text)
    body, _, last = text.removesuffix("\n").rpartition("\n")
    found = next((match for match in (seal.fullmatch(last) for seal in _SEALS) if match), None)
    return found is not None and found[1] == fingerprint(f"{body}\n".encode())


def write(artifacts: Sequence[Artifact], folder: Path, root: Path, *, force: bool = False) -> tuple[Written, ...]:
    """Write the artifacts into `folder`, which is `root` or lies in it: all of them, or none.

    A file that already has these bytes is left alone. A file that is not ours, or was edited since it was emitted, is
    not overwritten without `force`. Raises InputError for that, for a name that leaves the folder, and for a folder
    that cannot be written.
    """
    contents = {_target(artifact.name, folder): seal(artifact).encode() for artifact in artifacts}
    if len(contents) < len(artifacts):
        raise InputError("two files of one build have the same name")
    try:
        _enter(folder, root)
        previous = {path: _previous(path, force) for path in contents}
        changed = [path for path, content in contents.items() if previous[path] != content]
        _replace({path: contents[path] for path in changed}, previous)
    except OSError as error:
        place = error.filename or str(folder)
        raise InputError(
            f"{place}: cannot be written: {(error.strerror or str(error)).lower()}",
            remedy="another folder with -o, or the permissions of this one",
        ) from error
    return tuple(Written(path, Outcome.WRITTEN if path in changed else Outcome.UNCHANGED) for path in contents)


def _newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _suffix(name: str) -> str:
    suffix = Path(name).suffix
    if suffix not in COMMENTS:
        raise ValueError(f"no comment is known for {name!r}; add its suffix to COMMENTS")
    return suffix


def _target(name: str, folder: Path) -> Path:
    if not _NAME.match(name) or _RESERVED.match(name):
        raise InputError(f"{name!r} is not a plain file name", remedy="letters, digits, _, - and dots, no folders")
    return folder / name


def _enter(folder: Path, root: Path) -> None:
    """Make the folder, unless it is a link that leads out of the root."""
    if not folder.resolve().is_relative_to(root.resolve()):
        raise InputError(f"{folder}: leads out of the output folder {root}", remedy="remove the link")
    folder.mkdir(parents=True, exist_ok=True)


def _previous(path: Path, force: bool) -> bytes | None:
    """What stands at the path now, None for nothing; an error when a person would lose something."""
    if path.is_symlink():
        raise InputError(f"{path}: is a link, and emitted files never replace links", remedy="remove the link")
    if not path.exists():
        return None
    if not path.is_file():
        raise InputError(f"{path}: is not a file", remedy="another folder with -o")
    content = path.read_bytes()
    if force:
        return content
    text = content.decode("utf-8", errors="replace")
    if not is_sealed(text):
        what = (
            "was edited since it was emitted" if "chainscribe seal: sha256 " in text else "was not made by chainscribe"
        )
        raise InputError(
            f"{path}: {what}, so it is not overwritten",
            remedy="another folder with -o, or --force to replace it",
        )
    return content


def _replace(contents: dict[Path, bytes], previous: dict[Path, bytes | None]) -> None:
    """Put every content in place of its file. The files are staged first, so what can fail fails before a change."""
    staged: dict[Path, Path] = {}
    done: list[Path] = []
    try:
        for path, content in contents.items():
            staged[path] = _stage(path, content)
        for path, temporary in staged.items():
            os.replace(temporary, path)
            done.append(path)
    except BaseException:
        for path in done:
            _restore(path, previous[path])
        raise
    finally:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)


def _stage(path: Path, content: bytes) -> Path:
    """A new file beside `path` with the content; readers of `path` never see half of it."""
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    # The mode is the one of an ordinary new file, so the umask of the user applies.
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def _restore(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    else:
        os.replace(_stage(path, content), path)

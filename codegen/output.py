"""Files on disk: sealed, written all together or not at all, never over something that a person has edited.

artifacts = [Artifact("mlp.py", text), Artifact("derivation.pdf", content)]
write(artifacts, folder, root)    ->  what became of each
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from codegen.seal import Artifact, has_seal, is_sealed, sealed
from derive.errors import InputError

# One plain file name: no separators, no leading dot or dash, nothing that a shell or Windows reads otherwise.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}\Z")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?\Z", re.IGNORECASE)


class Outcome(Enum):
    """What became of one artifact."""

    WRITTEN = "written"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Written:
    """A file and what became of it."""

    path: Path
    outcome: Outcome


def write(artifacts: Sequence[Artifact], folder: Path, root: Path, *, force: bool = False) -> tuple[Written, ...]:
    """Write the artifacts into `folder`, which is `root` or lies in it: all of them, or none.

    A file that already has these bytes is left alone. A file that is not ours, or was edited since it was emitted, is
    not overwritten without `force`. Raises InputError for that, for a name that leaves the folder, and for a folder
    that cannot be written.
    """
    contents = {_target(artifact.name, folder): sealed(artifact) for artifact in artifacts}
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
    if not is_sealed(content):
        what = "was edited since it was emitted" if has_seal(content) else "was not made by chainscribe"
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

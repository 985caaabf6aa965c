"""One file that a person has named for a report: written whole or not at all, and never over something of theirs."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from codegen.seal import Artifact, is_sealed, sealed
from derive.errors import InputError

# Formats that have comments, and so a place for the seal by which a later call knows its own, unedited work.
SEALED = ("md", "html")


def write_report(text: str, path: Path, format: str, *, force: bool = False) -> bool:
    """Write the report to `path`; False where the same bytes stand there already.

    A file that is not ours, or was edited since, is not overwritten without `force`; a report without a seal (text,
    JSON) replaces nothing without it. Raises InputError for that, and for a path that cannot be written.
    """
    printable = text.encode("utf-8", "backslashreplace").decode("utf-8")
    content = sealed(Artifact(f"report.{format}", printable)) if format in SEALED else printable.encode()
    try:
        previous = _previous(path, force)
        if previous == content:
            return False
        if previous is not None and not force and not is_sealed(previous):
            raise InputError(
                f"{path}: was not made by chainscribe or was edited since, so it is not overwritten",
                remedy="another name, or --force to replace it",
            )
        _replace(path, content)
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise InputError(f"{path}: cannot be written: {what}", remedy="another place with --output") from error
    return True


def _previous(path: Path, force: bool) -> bytes | None:
    """What stands at the path; None for nothing."""
    if path.is_symlink() and not force:
        raise InputError(f"{path}: is a link, and reports never replace links", remedy="remove the link")
    if not path.exists():
        return None
    if not path.is_file():
        raise InputError(f"{path}: is not a file", remedy="the name of a file to be")
    return path.read_bytes()


def _replace(path: Path, content: bytes) -> None:
    """Put the content in place of the file in one move; readers of the path never see half of it."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(name, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask

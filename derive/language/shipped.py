"""The networks that ship with the project, each a `.net` file."""

from __future__ import annotations

import difflib
from pathlib import Path

from derive.errors import InputError

FOLDER = Path(__file__).resolve().parent.parent / "networks"


def gallery() -> tuple[str, ...]:
    """The names of all networks, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.net")))


def gallery_path(name: str) -> Path:
    """The file of a network. InputError when there is none of that name."""
    names = gallery()
    if name in names:
        return FOLDER / f"{name}.net"
    similar = difflib.get_close_matches(name, names, 1)
    raise InputError(f"there is no network {name} in the gallery", None, similar[0] if similar else ", ".join(names))

"""From what was typed after `build` or `show` to a network file: a path, or a name of the gallery."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from derive.errors import InputError

if TYPE_CHECKING:
    from derive.network import Network


@dataclass(frozen=True)
class Source:
    """A network that was read, its file, and the SHA-256 of that file.

    Emitted files name the file without its folder: the same network gives the same bytes on every machine.
    """

    network: Network
    path: Path
    sha256: str

    @property
    def file(self) -> str:
        return self.path.name


def locate(word: str) -> Path:
    """The file that `word` means: a path when it looks like one, else a network of the gallery."""
    from derive.language import gallery, gallery_path

    if word.endswith(".net") or "/" in word or "\\" in word:
        return Path(word)
    if word in gallery():
        return Path(gallery_path(word))
    if Path(word).exists():
        return Path(word)
    close = get_close_matches(word, gallery(), n=3)
    raise InputError(
        f"{word!r} is no network of the gallery and no file",
        remedy=" or ".join(close) if close else "`chainscribe list` shows the gallery; a file ends with .net",
    )


def load(path: Path) -> Source:
    """Read the network in the file; InputError names every mistake in it."""
    from codegen.seal import fingerprint
    from derive.language import read

    if path.exists() and not (path.is_file() or path.is_dir()):
        # A pipe or a device can be read only once, or never ends; the hash and the network need the same bytes.
        raise InputError(f"{path} is no ordinary file", remedy="save the network in a .net file")
    network = read(path)
    return Source(network, path, fingerprint(path.read_bytes()))

"""LaTeX source in, PDF out, by the LaTeX of this machine: in a folder of its own, without a shell, in limited time."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from derive.errors import InputError

_SECONDS = 300
_INSTALL = "apt-get install latexmk texlive-latex-extra texlive-fonts-recommended, or --engine typst"
_CAREFUL = ("-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape")
# The identifier of a file is made of its folder and the time, unless it is given.
_UNMARKED = r"\pdftrailerid{}"
# Files are read and written in that folder alone, and the clock stands still.
_SURROUNDINGS = {"openin_any": "p", "openout_any": "p", "SOURCE_DATE_EPOCH": "0", "FORCE_SOURCE_DATE": "1"}


def compiled(source: str) -> bytes:
    """The PDF of a LaTeX document; InputError where LaTeX is missing, is too slow, or stops at an error."""
    if shutil.which("pdflatex") is None:
        raise InputError("--engine latex needs LaTeX, which is not installed", remedy=_INSTALL)
    with tempfile.TemporaryDirectory(prefix="chainscribe-latex-") as name:
        folder = Path(name)
        (folder / "document.tex").write_text(source, encoding="utf-8")
        for command in _commands():
            _run(command, folder)
        return (folder / "document.pdf").read_bytes()


def _commands() -> list[tuple[str, ...]]:
    """latexmk runs LaTeX as often as it has to; without it, twice is enough for our documents."""
    if shutil.which("latexmk"):
        return [("latexmk", "-norc", "-pdf", *_CAREFUL, f"-usepretex={_UNMARKED}", "document.tex")]
    return [("pdflatex", *_CAREFUL, "-jobname=document", _UNMARKED + r"\input{document.tex}")] * 2


def _run(command: tuple[str, ...], folder: Path) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**os.environ, **_SURROUNDINGS},
            stdin=subprocess.DEVNULL,
            # Nobody reads it, and a pipe would be waited for after the time is up: the log has the errors.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InputError(f"LaTeX did not end within {_SECONDS} seconds", remedy="--engine typst") from None
    if done.returncode != 0 or not (folder / "document.pdf").exists():
        raise InputError(f"LaTeX stops: {_complaint(folder)}", remedy=_INSTALL)


def _complaint(folder: Path) -> str:
    """The first error in the log, with the line that it is about."""
    log = folder / "document.log"
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    return " ".join([line for line in lines if line.startswith(("!", "l."))][:2]) or "it wrote no log"

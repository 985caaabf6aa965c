"""Build again whenever a file changes, until somebody interrupts it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from codegen.cli.message import told
from derive.errors import InputError

SECONDS = 0.3
State = tuple[int, int] | None


def watch(paths: Iterable[Path], build: Callable[[list[Path]], object]) -> None:
    """Call `build` with the paths that changed, each time that some did; a mistake in one is told, and waited for.

    Ends with KeyboardInterrupt.
    """
    states = {path: _state(path) for path in paths}
    count = f"{len(states)} files" if len(states) > 1 else str(next(iter(states)))
    click.echo(f"watching {count}; Ctrl-C ends it", err=True)
    while True:
        time.sleep(SECONDS)
        now = {path: _state(path) for path in states}
        # A file that is gone is being saved: many editors write a new one and rename it.
        changed = [path for path, state in now.items() if state is not None and state != states[path]]
        states |= {path: now[path] for path in changed}
        if not changed:
            continue
        try:
            build(changed)
        except InputError as error:
            told(error)


def _state(path: Path) -> State:
    """What changes when the file is written; None for no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size

"""Build again whenever a file changes, until somebody interrupts it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import click

from codegen.cli.message import told
from derive.errors import InputError

SECONDS = 0.3
State = tuple[int, int] | None


def states_of(paths: Iterable[Path]) -> dict[Path, State]:
    """How the files stand now."""
    return {path: _state(path) for path in paths}


def watch(since: Mapping[Path, State], build: Callable[[list[Path]], object]) -> None:
    """Call `build` with the paths that changed, each time that some did; a mistake in one is told, and waited for.

    since   how the files stood before they were built last, so that a change during that is seen

    What was not built because of a mistake in another file is built with the next change. Ends with KeyboardInterrupt.
    """
    states = dict(since)
    waiting: list[Path] = []
    count = f"{len(states)} files" if len(states) > 1 else str(next(iter(states)))
    click.echo(f"watching {count}; Ctrl-C ends it", err=True)
    while True:
        time.sleep(SECONDS)
        now = states_of(states)
        # A file that is gone is being saved: many editors write a new one and rename it.
        changed = [path for path, state in now.items() if state is not None and state != states[path]]
        states |= {path: now[path] for path in changed}
        if not changed:
            continue
        waiting = [path for path in states if path in changed or path in waiting]
        try:
            build(waiting)
            waiting = []
        except InputError as error:
            told(error)


def _state(path: Path) -> State:
    """What changes when the file is written; None for no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size

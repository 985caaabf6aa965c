"""Many networks made side by side, each in one of a few processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from codegen.cli.artifacts import Wish, artifacts
from codegen.cli.variant import Variant, changed

if TYPE_CHECKING:
    from codegen.cli.source import Source
    from codegen.seal import Artifact

Made = tuple[str, "list[Artifact]", tuple[str, ...]]
# With fewer networks, starting a process takes longer than it saves.
_FEWEST = 6


def made(sources: Sequence[Source], variant: Variant, wish: Wish) -> Iterator[Made]:
    """For every network its name, its files and what its derivation has to say, in the order of the sources."""
    workers = min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 8)
    if len(sources) < _FEWEST or workers < 2:
        yield from (_made(source, variant, wish) for source in sources)
        return
    # Imported here: every call of the command would wait for them, and few build so much.
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # New processes, not copies of this one: a compiler that already runs threads survives no copying.
    with ProcessPoolExecutor(workers, get_context("spawn"), _leave_interrupts_to_the_parent) as pool:
        tasks = [pool.submit(_made_from_file, source.path, variant, wish) for source in sources]
        try:
            for task in tasks:
                yield task.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _made(source: Source, variant: Variant, wish: Wish) -> Made:
    there = changed(source, variant)
    return there.network.name, *artifacts(there, wish)


def _made_from_file(path: Path, variant: Variant, wish: Wish) -> Made:
    from codegen.cli.source import load

    return _made(load(path), variant, wish)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)

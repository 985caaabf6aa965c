"""The person's file in a process of its own: an empty folder, no environment, limits on time, memory and output."""

from __future__ import annotations

import contextlib
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from derive.errors import InputError, Place, TimeLimitError
from derive.isolation import isolation
from derive.verification.code.arguments import Argument
from derive.verification.code.source import BackwardFunction

MEMORY = 4 << 30
MOST_OUTPUT = 2_000

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What the function returned at each point: nested lists whose leaves ["array", key] name arrays."""

    trees: tuple[Any, ...]
    arrays: Mapping[str, np.ndarray]


def run(
    function: BackwardFunction,
    arguments: Sequence[Argument],
    points: Sequence[Values],
    sizes: Sequence[str],
    timeout: float,
) -> Answer:
    """Call the function at every point. InputError where it raises, does not end, or ends the process.

    sizes   how a message names each point
    """
    with tempfile.TemporaryDirectory(prefix="chainscribe-", ignore_cleanup_errors=True) as folder:
        place = Path(folder)
        (place / "empty").mkdir()
        _write_task(place, function, arguments, points, timeout)
        code, output = _run(place, function, timeout)
        answer = _read(place)
    if answer is None:
        how = f"by {signal.Signals(-code).name}" if code < 0 else f"with exit code {code}"
        raise InputError(
            f"the process that ran {function.name} ended {how} before it answered{_said(output)}", function.place
        )
    if answer["error"] is not None:
        raise _raised(answer["error"], function, sizes, output)
    return Answer(tuple(answer["trees"]), answer["arrays"])


def _write_task(
    folder: Path,
    function: BackwardFunction,
    arguments: Sequence[Argument],
    points: Sequence[Values],
    timeout: float,
) -> None:
    arrays: dict[str, np.ndarray] = {}

    def key(value: Any) -> str:
        name = f"v{len(arrays)}"
        arrays[name] = np.asarray(value)
        return name

    calls = []
    for values in points:
        call: list[dict[str, Any]] = []
        for item in arguments:
            given = key(values[item.value]) if item.value else {name: key(values[name]) for name in item.group}
            call.append({"name": item.name, "positional": item.positional, "given": given})
        calls.append(call)
    np.savez(folder / "values.npz", **arrays)  # type: ignore[arg-type]
    task = {
        "file": str(function.path.resolve()),
        "function": function.name,
        "points": calls,
        "memory": MEMORY,
        "seconds": math.ceil(timeout) + 1,
    }
    (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")


def _run(folder: Path, function: BackwardFunction, timeout: float) -> tuple[int, str]:
    """The exit code and the last of what was printed. The process and all that it started are gone afterwards."""
    child = Path(__file__).with_name("child.py")
    # One thread for linear algebra: more would ask for more memory than these small arrays can need.
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    system = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH", "HOME", "LANG") if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, *isolation(), str(child), str(folder)],
        cwd=folder / "empty",
        env={**system, **threads},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    kept = bytearray()
    assert process.stdout is not None
    reader = threading.Thread(target=_keep_last, args=(process.stdout, kept), daemon=True)
    reader.start()
    try:
        code = process.wait(timeout)
    except subprocess.TimeoutExpired as error:
        raise TimeLimitError(
            f"{function.name} did not end within {timeout:g} s",
            function.place,
            "a longer --timeout, or look for a loop",
        ) from error
    finally:
        _kill(process)
        reader.join(timeout=2)
    return code, bytes(kept).decode("utf-8", errors="replace")


def _keep_last(stream: IO[bytes], kept: bytearray) -> None:
    """Read all that is printed, so that nobody waits, and keep only the end of it."""
    with contextlib.suppress(OSError, ValueError):
        while chunk := stream.read1(65536):  # type: ignore[attr-defined]
            kept += chunk
            del kept[:-MOST_OUTPUT]


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and everything in its group."""
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


def _read(folder: Path) -> dict[str, Any] | None:
    """The answer; None where there is none, or not a whole one."""
    try:
        answer = json.loads((folder / "answer.json").read_text(encoding="utf-8"))
        with np.load(folder / "answer.npz", allow_pickle=False) as arrays:
            return {"trees": answer["trees"], "error": answer["error"], "arrays": dict(arrays)}
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile, RecursionError):
        return None


def _raised(error: Mapping[str, Any], function: BackwardFunction, sizes: Sequence[str], output: str) -> InputError:
    what, line, point = str(error["what"]), error["line"], error["point"]
    if isinstance(line, int) and 0 < line <= len(function.lines):
        source = function.lines[line - 1]
        column = len(source) - len(source.lstrip()) + 1
        place = Place(function.path.name, line, column, max(1, len(source.strip())), source)
    else:
        place = function.place
    if not isinstance(point, int) or not 0 <= point < len(sizes):
        return InputError(
            f"the file could not be run: {what}{_said(output)}", place, "NumPy and the standard library alone"
        )
    return InputError(f"{function.name} raised {what} at {sizes[point]}{_said(output)}", place)


def _said(output: str) -> str:
    """The last line that was printed, for a message."""
    lines = [line for line in output.splitlines() if line.strip()]
    return f"; the last line that it printed: {lines[-1].strip()[:200]}" if lines else ""

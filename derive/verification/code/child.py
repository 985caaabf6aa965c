"""The script that runs a person's function in a process of its own: values come as .npz, and so do answers.

    python -I child.py FOLDER

FOLDER holds `task.json` and `values.npz`; `answer.json` and `answer.npz` are written beside them. Nothing of ours is
imported here, so that the person's file runs with NumPy and the standard library alone.
"""

from __future__ import annotations

import json
import sys
import traceback
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from typing import Any

import numpy as np

DEEPEST = 3
MOST_ENTRIES = 1_000_000
MOST_LEAVES = 500


def main(folder: Path) -> None:
    """Run the task and write down what came back, or what went wrong and where."""
    task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    limit(task["memory"], task["seconds"])
    arrays: dict[str, np.ndarray] = {}
    answer: dict[str, Any] = {"trees": [], "error": None}
    point = -1
    try:
        function = getattr(load(task["file"]), task["function"])
        with np.load(folder / "values.npz", allow_pickle=False) as values:
            for arguments in task["points"]:
                point += 1
                came = call(function, arguments, values)
                answer["trees"].append(tree(came, arrays))
    except BaseException as error:  # also sys.exit: whatever ends the function is told
        answer["error"] = told(error, task["file"], point)
    np.savez(folder / "answer.npz", **arrays)  # type: ignore[arg-type]
    (folder / "answer.json").write_text(json.dumps(answer), encoding="utf-8")


def limit(memory: int, seconds: int) -> None:
    """Bounds on memory, processor time and the size of files, where the system has them."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 1 << 28),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (OSError, ValueError):
            continue  # a stricter bound is in force, or this system has none of this kind


def load(file: str) -> Any:
    """The person's file as a module; its `if __name__ == "__main__"` does not run."""
    sys.dont_write_bytecode = True
    spec = spec_from_loader("checked_file", SourceFileLoader("checked_file", file))
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["checked_file"] = module
    spec.loader.exec_module(module)
    return module


def call(function: Any, arguments: list[dict[str, Any]], values: Any) -> Any:
    """The function on fresh copies of its arguments."""
    positional, named = [], {}
    for argument in arguments:
        given = argument["given"]
        value = {name: number(values[key]) for name, key in given.items()} if isinstance(given, dict) else None
        value = number(values[given]) if value is None else value
        if argument["positional"]:
            positional.append(value)
        else:
            named[argument["name"]] = value
    return function(*positional, **named)


def number(array: np.ndarray) -> Any:
    """An array; without axes, a number."""
    if array.ndim:
        return array
    return int(array) if array.dtype.kind == "i" else array[()]


def tree(came: Any, arrays: dict[str, np.ndarray], depth: int = 0) -> Any:
    """What came back as nested lists of ["array", key], ["dict", ...], ["tuple", ...], ["none"] or ["other", why]."""
    if came is None:
        return ["none"]
    if depth > DEEPEST or len(arrays) > MOST_LEAVES:
        return ["other", "nested too deeply, or too many things"]
    if hasattr(came, "_asdict"):
        came = came._asdict()
    if isinstance(came, dict):
        return ["dict", [[str(key), tree(value, arrays, depth + 1)] for key, value in came.items()]]
    if isinstance(came, tuple) or (isinstance(came, list) and not of_numbers(came)):
        return ["tuple", [tree(item, arrays, depth + 1) for item in came[:MOST_LEAVES]]]
    try:
        array = np.array(came)
    except Exception as error:
        return ["other", f"{type(came).__name__}: {error}"[:200]]
    if array.dtype.kind not in "fiub" or array.size > MOST_ENTRIES:
        what = f"an array of {array.size} {array.dtype}" if isinstance(came, np.ndarray) else type(came).__name__
        return ["other", what]
    key = f"r{len(arrays)}"
    arrays[key] = array.astype(np.float64) if array.dtype.kind in "iub" or array.dtype.itemsize > 8 else array
    return ["array", key]


def of_numbers(came: list[Any]) -> bool:
    """True for a list of numbers, or of such lists: it is meant as an array."""
    return all(of_numbers(item) if isinstance(item, list) else np.ndim(item) == 0 for item in came) and not any(
        item is None or isinstance(item, dict | str) for item in came
    )


def told(error: BaseException, file: str, point: int) -> dict[str, Any]:
    """What went wrong: the last line of the traceback, the line in the person's file, and at which values."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    if isinstance(error, SyntaxError) and error.filename == file:
        lines.append(error.lineno)
    last = "".join(traceback.format_exception_only(error)).strip().splitlines()
    return {"what": (last[-1] if last else type(error).__name__)[:400], "line": (lines or [None])[-1], "point": point}


if __name__ == "__main__":
    main(Path(sys.argv[1]))

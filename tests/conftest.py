"""What every test may use: a place of its own to run the command in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def chainscribe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run `chainscribe` in a process of its own, in an empty folder; answers exit code, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "codegen.cli", *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "100", **environment},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )

    return run


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Doctests are looked for in the packages; what lies beside the tests for their use is imported by them alone.

    (Some of it needs PyTorch, which is optional.)
    """
    beside = collection_path.suffix == ".py" and not collection_path.name.startswith("test_")
    return True if beside and collection_path.is_relative_to(ROOT / "tests") else None

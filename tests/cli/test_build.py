"""`chainscribe build --watch` and `--open`: it stays and builds again, and it opens what a reader would look at."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from codegen.cli.build import build

ROOT = Path(__file__).resolve().parents[2]
NETWORK = "network tiny\ndim N\ninput x[N]\ntarget y[N]\nparam w\na = w * x\nloss E = mean((a - y)**2)\n"


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """`build tiny.net --watch` in an empty folder, ended with the test."""
    (tmp_path / "tiny.net").write_text(NETWORK, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "codegen.cli", "build", "tiny.net", "--only", "py", "--watch"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    yield process
    process.kill()
    process.communicate()


def until(holds: Callable[[], bool]) -> bool:
    """Whether it comes to hold within a minute."""
    end = time.monotonic() + 60
    while not holds() and time.monotonic() < end:
        time.sleep(0.05)
    return holds()


def test_a_watched_network_is_built_again_after_each_change_and_mistakes_are_told(
    watched: subprocess.Popen[str], tmp_path: Path
) -> None:
    source, module = tmp_path / "tiny.net", tmp_path / "generated" / "tiny" / "tiny.py"
    assert watched.stderr is not None and "watching tiny.net" in watched.stderr.readline()
    first = module.read_bytes()
    source.write_text(NETWORK.replace("w * x", "w * x / undefined"), encoding="utf-8")
    assert "undefined" in watched.stderr.readline()
    assert module.read_bytes() == first
    changed = NETWORK.replace("w * x", "tanh(w * x)")
    (tmp_path / "new.net").write_text(changed, encoding="utf-8")
    os.replace(tmp_path / "new.net", source)
    assert until(lambda: b"tanh" in module.read_bytes())
    watched.send_signal(2)
    assert watched.wait(timeout=60) == 130


@pytest.mark.parametrize(
    ("arguments", "opened"),
    [
        (["neuron"], "out/neuron/derivation.md"),
        (["neuron", "--only", "py,tex"], "out/neuron/derivation.tex"),
        (["neuron", "mlp", "--only", "py"], "out"),
    ],
)
def test_what_a_reader_would_look_at_is_opened(
    arguments: list[str], opened: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    launched: list[str] = []
    monkeypatch.setattr(click, "launch", launched.append)
    result = CliRunner().invoke(build, [*arguments, "-o", "out", "--open"], catch_exceptions=False)
    assert result.exit_code == 0 and launched == [opened] and Path(opened).exists()

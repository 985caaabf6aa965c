"""`chainscribe build` of many networks, `--watch` and `--open`."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from codegen.cli import side_by_side, watch
from codegen.cli.artifacts import KINDS
from codegen.cli.build import READ, build
from codegen.cli.side_by_side import Made
from codegen.formats import FORMATS
from codegen.picture import KINDS as PICTURES
from derive.errors import InputError, InputErrors, Place
from tests.conftest import Command

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


def test_every_format_and_picture_is_a_kind_of_file_that_can_be_asked_for() -> None:
    assert sorted(KINDS) == sorted(["py", *FORMATS, *PICTURES]) == sorted(READ)
    assert all(format.suffix == f".{name}" for name, format in FORMATS.items())


def test_a_change_during_the_first_build_is_seen_and_a_mistake_delays_what_changed_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = tmp_path / "good.net", tmp_path / "bad.net"
    good.write_text("1")
    bad.write_text("1")
    before = watch.states_of([good, bad])
    good.write_text("22")
    bad.write_text("mistake")
    built: list[list[Path]] = []

    def build(paths: list[Path]) -> None:
        built.append(paths)
        if any("mistake" in path.read_text() for path in paths):
            raise InputError("a mistake")

    rounds = iter([lambda: None, lambda: bad.write_text("333"), lambda: good.write_text("4444")])

    def sleep(_seconds: float) -> None:
        try:
            next(rounds)()
        except StopIteration:
            raise KeyboardInterrupt from None

    monkeypatch.setattr(watch.time, "sleep", sleep)
    with pytest.raises(KeyboardInterrupt):
        watch.watch(before, build)
    assert built == [[good, bad], [good, bad], [good]]


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


MANY = ("neuron", "relu", "tanh", "mse", "mae", "huber", "linear")


def test_many_networks_are_made_side_by_side_and_come_out_as_one_by_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printed = []
    for folder, fewest in (("processes", 2), ("one", len(MANY) + 1)):
        monkeypatch.setattr(side_by_side, "_FEWEST", fewest)
        arguments = [*MANY, "-o", str(tmp_path / folder), "--only", "py,md,svg"]
        result = CliRunner().invoke(build, arguments, catch_exceptions=False)
        printed.append(result.output.replace(str(tmp_path / folder), "out"))
    assert printed[0] == printed[1]
    first, second = (
        {str(path.relative_to(tmp_path / name)): path.read_bytes() for path in (tmp_path / name).rglob("*.*")}
        for name in ("processes", "one")
    )
    assert len(first) == 4 * len(MANY) and first == second


def test_a_mistake_that_shows_only_when_files_are_made_is_told(chainscribe: Command, tmp_path: Path) -> None:
    done = chainscribe("build", *MANY, "--only", "pdf", "--font", "no font is called so")
    assert done.returncode == 2 and "no font is called so" in done.stderr and "Traceback" not in done.stderr
    assert not (tmp_path / "generated").exists()


def test_mistakes_reach_another_process_whole() -> None:
    place = Path("a.net")
    single = InputError("what", Place(str(place), 1, 2, 3, "source"), "remedy")
    for error in (single, InputErrors([single, InputError("other")])):
        assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_notes_come_in_the_order_of_the_networks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def made(*_: object) -> Iterator[Made]:
        yield from (("a", [], ("a: first",)), ("b", [], ("b: second",)))

    monkeypatch.setattr("codegen.cli.build.made", made)
    result = CliRunner().invoke(build, ["neuron", "-o", str(tmp_path)], catch_exceptions=False)
    assert result.output.index("a: first") < result.output.index("b: second")

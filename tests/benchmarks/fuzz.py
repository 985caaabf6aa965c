"""Damaged formulas and documents through the whole verifier: every exception but our own, the slowest, the memory.

    python tests/benchmarks/fuzz.py [--count 20000] [--seed 1] [--processes 2] [--slowest 20]
    python tests/benchmarks/fuzz.py --seed 1 --case 1234      one case once more, with what it says

Run by hand; exit code 1 where anything is found. Each process may take 3 GB. While a text is read, an audit hook sees
what Python opens, starts and connects to: a text may lead to networks of the gallery and nothing else.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import re
import resource
import signal
import sys
import time
import traceback
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from numpy.random import default_rng  # noqa: E402

import derive  # noqa: E402
from derive.errors import InputError  # noqa: E402
from derive.network import Network  # noqa: E402
from derive.verification.document import document_of  # noqa: E402
from derive.verification.points import MOST_NUMBERS, numbers_of_derivatives, small_sizes  # noqa: E402
from derive.verification.verdict import Outcome, Report  # noqa: E402
from tests.benchmarks.claims import records, verified  # noqa: E402
from tests.verification.mutations import damaged, damaged_document  # noqa: E402

MEMORY = 3 * 2**30
PATIENCE = 120  # seconds after which a case counts as one that does not end
SLOW = 1.0
FORBIDDEN = ("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "socket.", "urllib.", "ctypes.dlopen")
FORMULA = re.compile(r"\$\$(.+?)\$\$", re.DOTALL)


class NoEnd(BaseException):
    """A case that takes longer than PATIENCE."""


@dataclass(frozen=True)
class Seeds:
    """What is damaged: claims of the corpus, whole documents with their names, texts, formulas of the gallery."""

    claims: tuple[dict[str, Any], ...]
    documents: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]
    formulas: tuple[tuple[str, str], ...]

    @property
    def pieces(self) -> tuple[str, ...]:
        return (*(item["claim"] for item in self.claims), *(formula for _, formula in self.formulas[::7]))


@cache
def is_small(name: str) -> bool:
    """False for whole transformers and LeNet: one claim about them takes as long as a hundred others."""
    network, rng = network_named(name), default_rng(1)
    return numbers_of_derivatives(network, small_sizes(network, rng, (), 2)) <= MOST_NUMBERS


@cache
def network_named(name: str) -> Network:
    """A network of the gallery, read once."""
    return derive.read(derive.gallery_path(name))


@cache
def seeds() -> Seeds:
    """All seeds, in a fixed order."""
    folder = Path(derive.__file__).parent / "claims"
    documents = tuple(
        (path.name, path.read_text(encoding="utf-8"))
        for path in sorted(folder.iterdir())
        if path.suffix in (".md", ".tex", ".txt")
    )
    own = (ROOT / "tests" / "verification" / "texts.txt").read_text(encoding="utf-8")
    texts = tuple(
        "\n\n".join(line[2:] for line in part.splitlines()[1:] if line[:1] in "=+-~!") for part in own.split("\n## ")
    )
    formulas = []
    for path in sorted((ROOT / "generated").glob("*/derivation.md")):
        text = path.read_text(encoding="utf-8")
        if is_small(path.parent.name):
            formulas += [(path.parent.name, item.strip()) for item in FORMULA.findall(text)]
    return Seeds(tuple(records(False)), documents, tuple(filter(None, texts)), tuple(formulas))


@dataclass(frozen=True)
class Case:
    """One damaged text: a record of the corpus, a document, or a text about a network of the gallery or about none."""

    kind: str
    text: str
    record: dict[str, Any] | None = None
    network: str | None = None

    def report(self) -> Report:
        """What the verifier says."""
        if self.record is not None:
            return verified(self.record)
        network = network_named(self.network) if self.network else None
        name = f"damaged{self.kind}" if self.kind.startswith(".") else "damaged.md"
        return derive.verify(network, document_of(self.text, name))


def case(number: int, seed: int) -> Case:
    """The case of a number: the same text whenever it is asked for."""
    rng, known = random.Random(f"{seed}/{number}"), seeds()
    kind = rng.random()
    if kind < 0.55:
        record = dict(rng.choice(known.claims))
        record["claim"] = damaged(record["claim"], rng, known.pieces)
        return Case("claim", record["claim"], record)
    if kind < 0.63:
        name, text = rng.choice(known.documents)
        return Case(Path(name).suffix, damaged_document(text, rng, known.pieces))
    if kind < 0.66:
        _, text = rng.choice([item for item in known.documents if item[0].endswith(".md")])
        cells = [{"cell_type": "markdown", "source": part} for part in text.split("\n\n")]
        whole = json.dumps({"nbformat": 4, "cells": cells}, ensure_ascii=False, indent=1)
        return Case(".ipynb", damaged_document(whole, rng, known.pieces))
    if kind < 0.82:
        return Case("text", damaged_document(rng.choice(known.texts), rng, known.pieces))
    network, formula = rng.choice(known.formulas)
    return Case("formula", f"$$\n{damaged(formula, rng, known.pieces)}\n$$", network=network)


# One case


_effects: list[str] = []
_watching = False


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watching:
        return
    if event == "open":
        path, mode = str(arguments[0]), str(arguments[1] or "r")
        own = path.endswith((".py", ".pyc", ".so", ".net")) or "__pycache__" in path
        if not own or (any(letter in mode for letter in "wax+") and "__pycache__" not in path):
            _effects.append(f"opened {path} ({mode})")
    elif event.startswith(FORBIDDEN):
        _effects.append(f"{event} {arguments!r}"[:200])


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise NoEnd


def _found(number: int, seed: int) -> tuple[int, float, str, str, dict[str, int]]:
    """The case, its seconds, what is wrong with it, its text, and how its claims came out."""
    global _watching
    item = case(number, seed)
    _effects.clear()
    wrong, outcomes = "", dict.fromkeys([*(outcome.value for outcome in Outcome), "refused"], 0)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    begin = time.process_time()
    _watching = True
    try:
        for verdict in item.report().verdicts:
            outcomes[verdict.outcome.value] += 1
    except InputError:
        outcomes["refused"] += 1
    except NoEnd:
        wrong = f"no end after {PATIENCE} s"
    except BaseException:
        _watching = False  # a traceback reads the files of the program
        wrong = traceback.format_exc(limit=-6)
    finally:
        _watching = False
        signal.setitimer(signal.ITIMER_REAL, 0)
    seconds = time.process_time() - begin
    if _effects:
        wrong += "\n".join(_effects)
    return number, seconds, wrong, item.text, outcomes


def _begin() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _too_long)
    sys.addaudithook(_watch)
    derive.verify(derive.read(derive.gallery_path("mlp")), "dW2 = h.T @ dz2")  # what is loaded once is loaded now


def _numbered(pair: tuple[int, int]) -> tuple[int, float, str, str, dict[str, int], int]:
    found = _found(*pair)
    return (*found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def main() -> int:
    """Try all cases; print what is wrong as it is found, then the slowest and the memory."""
    parser = argparse.ArgumentParser(description="Damaged formulas and documents through the whole verifier.")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--slowest", type=int, default=20)
    parser.add_argument("--case", type=int)
    chosen = parser.parse_args()
    if chosen.case is not None:
        return _one(chosen.case, chosen.seed)
    begin, memory, wrong, slow = time.perf_counter(), 0, 0, 0
    slowest: list[tuple[float, int, str]] = []
    total: dict[str, int] = {}
    work = ((number, chosen.seed) for number in range(chosen.first, chosen.first + chosen.count))
    with multiprocessing.get_context("fork").Pool(chosen.processes, _begin) as pool:
        for done, item in enumerate(pool.imap_unordered(_numbered, work, 4), start=1):
            number, seconds, mistake, text, outcomes, peak = item
            memory, slow = max(memory, peak), slow + (seconds > SLOW)
            slowest = sorted([*slowest, (seconds, number, text)], reverse=True)[: chosen.slowest]
            for name, count in outcomes.items():
                total[name] = total.get(name, 0) + count
            if mistake:
                wrong += 1
                print(f"--- case {number}\n{text[:600]}\n{mistake}", flush=True)
            if done % 500 == 0:
                passed = time.perf_counter() - begin
                top = f"{slowest[0][0]:.2f} s (case {slowest[0][1]})"
                print(f"{done} in {passed:.0f} s, {wrong} wrong, {slow} above {SLOW:g} s, slowest {top}", flush=True)
    print(f"\n{chosen.count} cases in {time.perf_counter() - begin:.0f} s; claims: {total}")
    print(f"{wrong} wrong; {slow} took more than {SLOW:g} s; peak memory of a process {memory / 2**10:.0f} MB")
    for seconds, number, text in slowest:
        print(f"{seconds:6.2f} s  case {number}: {text[:160]!r}")
    return 1 if wrong else 0


def _one(number: int, seed: int) -> int:
    item = case(number, seed)
    print(item.kind, item.network or (item.record or {}).get("network", ""), item.text, sep="\n")
    _begin()
    _, seconds, wrong, _, outcomes = _found(number, seed)
    print(f"{seconds:.2f} s {outcomes}\n{wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

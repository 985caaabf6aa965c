"""How the verifier fares on the corpus of claims: what it confirms, refutes and names. Run by hand; prints a table.

python tests/benchmarks/claims.py [--held-out] [--wrong] [--names] [NOTATION ...]
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import derive  # noqa: E402
from derive.errors import InputError  # noqa: E402
from derive.verification.document.document import Document, Snippet  # noqa: E402
from derive.verification.verdict import Outcome, Report  # noqa: E402

CORPUS = ROOT / "tests" / "verification" / "corpus"


@dataclass(frozen=True)
class Tried:
    """A record of the corpus, and what came of it: an outcome and the mistake that was named."""

    record: dict[str, Any]
    outcome: str
    named: str
    detail: str
    seconds: float

    @property
    def right(self) -> bool:
        """True where a true claim holds, and a false one fails."""
        return self.outcome == ("holds" if self.record["truth"] else "fails")

    @property
    def named_rightly(self) -> bool:
        fair = self.record.get("mistake", [])
        return self.named in ([fair] if isinstance(fair, str) else fair)


def records(held_out: bool) -> list[dict[str, Any]]:
    """All records of the corpus, or those that are held out."""
    files = sorted(path for path in CORPUS.glob("*.toml") if (path.stem == "held_out") == held_out)
    return [record for path in files for record in tomllib.loads(path.read_text(encoding="utf-8"))["claims"]]


def document_for(record: dict[str, Any]) -> Document:
    """The claim and the formulas that stand before it, as a document."""
    context = record.get("context", [])
    lines = (*([context] if isinstance(context, str) else context), record["claim"])
    snippets = []
    for number, line in enumerate(lines, start=1):
        starts = tuple((number, column) for column in range(1, len(line) + 1))
        marked = bool(record.get("marked", False)) and number == len(lines)
        snippets.append(Snippet(line, record["surface"], record["id"], starts, lines, marked=marked))
    return Document(record["id"], lines, tuple(snippets))


def verified(record: dict[str, Any]) -> Report:
    """The report of a record."""
    network = None
    if "network" in record:
        network = derive.read(derive.gallery_path(record["network"]))
    elif "net" in record:
        network = derive.parse(record["net"])
    reading = record.get("reading", {})
    symbols = tuple(record.get("symbols", {}).items())
    return derive.verify(
        network, document_for(record), symbols=symbols, layout=reading.get("layout"), batch=reading.get("batch")
    )


def tried(record: dict[str, Any]) -> Tried:
    """What comes of one record: of its last line, the worst of its links."""
    begin = time.perf_counter()
    try:
        report = verified(record)
    except InputError as error:
        return Tried(record, "not understood", "", error.what, time.perf_counter() - begin)
    seconds = time.perf_counter() - begin
    last = len(document_for(record).lines)
    verdicts = [verdict for verdict in report.verdicts if verdict.claim.place.line == last]
    order = (Outcome.FAILS, Outcome.NOT_UNDERSTOOD, Outcome.UNDECIDED, Outcome.HOLDS)
    if not verdicts:
        return Tried(record, "not understood", "", "no claim was found", seconds)
    worst = min(verdicts, key=lambda verdict: order.index(verdict.outcome))
    named = worst.diagnosis.mistake.name if worst.diagnosis else ""
    sentence = f" [{worst.diagnosis.sentence}]" if worst.diagnosis else ""
    return Tried(record, worst.outcome.value, named, f"{worst.reason} {worst.reading}{sentence}", seconds)


def main(arguments: list[str]) -> None:
    """Print a table by notation, and with --wrong every record that did not come out right."""
    notations = [argument for argument in arguments if not argument.startswith("--")]
    chosen = [
        record for record in records("--held-out" in arguments) if not notations or record["notation"] in notations
    ]
    found = [tried(record) for record in chosen]
    if "--wrong" in arguments:
        for item in found:
            record = item.record
            unnamed = not record["truth"] and not item.named_rightly and "--names" in arguments
            if not item.right or unnamed:
                expected = "true" if record["truth"] else f"false: {record['mistake']}"
                print(f"{record['id']} ({record.get('network', 'own')}) {record['claim']}\n    {expected}")
                print(f"    {item.outcome} {item.named}: {item.detail}  {item.seconds:.2f} s")
    print(f"{'notation':20s}{'true':>6s}{'confirmed':>11s}{'false':>7s}{'refuted':>9s}{'named':>7s}{'accepted':>10s}")
    for notation in [*sorted({record["notation"] for record in chosen}), "all"]:
        group = [item for item in found if notation in ("all", item.record["notation"])]
        count: Counter[str] = Counter()
        for item in group:
            truth = item.record["truth"]
            count["true" if truth else "false"] += 1
            count["confirmed"] += truth and item.right
            count["refuted"] += not truth and item.right
            count["named"] += not truth and item.right and item.named_rightly
            count["accepted"] += not truth and item.outcome == "holds"
        cells = [count[name] for name in ("true", "confirmed", "false", "refuted", "named", "accepted")]
        print(f"{notation:20s}{cells[0]:6d}{cells[1]:11d}{cells[2]:7d}{cells[3]:9d}{cells[4]:7d}{cells[5]:10d}")
    print(f"{sum(item.seconds for item in found):.1f} s, the slowest {max(item.seconds for item in found):.2f} s")


if __name__ == "__main__":
    main(sys.argv[1:])

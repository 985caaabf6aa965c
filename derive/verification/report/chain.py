"""A statement with its verdicts: `a = b = c` is two claims, and a reader wants to know which link breaks first."""

from __future__ import annotations

from dataclasses import dataclass

from derive.verification.report.wording import counted, how
from derive.verification.verdict import Outcome, Report, Verdict


@dataclass(frozen=True)
class Row:
    """One line of a report: a formula with the relation before it, and the verdict on it.

    verdict   None where a side only begins a chain, or where the row stands for a chain whose links all hold
    how       the verdict in a few words
    short     the verdict in fewer, for a claim that holds
    """

    line: int
    outcome: Outcome | None
    relation: str
    formula: str
    how: str
    verdict: Verdict | None = None
    short: str = "holds"


@dataclass(frozen=True)
class Chain:
    """The verdicts on the links of one statement, in reading order; most statements have one link."""

    verdicts: tuple[Verdict, ...]

    @property
    def first_wrong(self) -> int | None:
        """Which of the verdicts is the first that fails."""
        wrong = (number for number, verdict in enumerate(self.verdicts) if verdict.outcome is Outcome.FAILS)
        return next(wrong, None)

    @property
    def outcome(self) -> Outcome:
        """The outcome of the whole: that of a link that fails, else of one that is open, else it holds."""
        outcomes = [verdict.outcome for verdict in self.verdicts]
        for outcome in (Outcome.FAILS, Outcome.NOT_UNDERSTOOD, Outcome.UNDECIDED):
            if outcome in outcomes:
                return outcome
        return Outcome.HOLDS


def chains(report: Report) -> tuple[Chain, ...]:
    """The verdicts of a report by statement: links of one text, one after the other, with rising numbers."""
    groups: list[list[Verdict]] = []
    for verdict in report.verdicts:
        before = groups[-1][-1].claim if groups else None
        claim = verdict.claim
        if before is not None and before.text == claim.text and before.link < claim.link:
            groups[-1].append(verdict)
        else:
            groups.append([verdict])
    return tuple(Chain(tuple(group)) for group in groups)


def rows(chain: Chain, *, each_link: bool = False) -> tuple[Row, ...]:
    """What a report shows of a statement: one row; for a chain with a link that does not hold, a row for each link."""
    first = chain.verdicts[0]
    if len(chain.verdicts) == 1:
        short = f"holds {first.remark}" if first.remark else "holds"
        return (Row(first.claim.place.line, first.outcome, "", _one_line(first.claim.text), how(first), first, short),)
    if chain.outcome is Outcome.HOLDS and not each_link:
        text, links = _one_line(first.claim.text), counted(len(chain.verdicts), "link")
        remarks = " ".join(dict.fromkeys(verdict.remark for verdict in chain.verdicts if verdict.remark))
        short = f"{links} hold{f' {remarks}' if remarks else ''}"
        return (Row(first.claim.place.line, Outcome.HOLDS, "", text, _together(chain), short=short),)
    shown = [Row(first.claim.place.line, None, "", _one_line(first.claim.left or first.claim.text), _broken(chain))]
    for number, verdict in enumerate(chain.verdicts):
        claim = verdict.claim
        if number and claim.left != chain.verdicts[number - 1].claim.right:
            shown.append(Row(claim.place.line, None, "", _one_line(claim.left or claim.text), ""))
        behind = chain.first_wrong is not None and number > chain.first_wrong
        words = how(verdict, behind_wrong=behind)
        right = _one_line(claim.right)
        shown.append(Row(claim.place.line, verdict.outcome, claim.relation, right, words, verdict))
    return tuple(shown)


def _together(chain: Chain) -> str:
    """How the links of a chain that holds were decided: `proved; both round to 0.26 (3 links)`."""
    ways = dict.fromkeys(how(verdict) for verdict in chain.verdicts)
    return f"{'; '.join(ways)} ({counted(len(chain.verdicts), 'link')})"


def _broken(chain: Chain) -> str:
    """Which link of a chain is the first wrong one."""
    if chain.first_wrong is None:
        return ""
    if chain.first_wrong == 0:
        return "the first link is wrong"
    return f"link {chain.first_wrong + 1} is the first wrong one"


def _one_line(formula: str) -> str:
    """A formula as it was written; one over several lines on one."""
    return " ".join(formula.split()) if "\n" in formula else formula

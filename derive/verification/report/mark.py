"""Where in what is shown of a claim its wrong part stands."""

from __future__ import annotations

from derive.errors import Place
from derive.verification.verdict import Outcome, Verdict


def wrong_part(verdict: Verdict) -> Place | None:
    """What a reader should look at in the source: what the diagnosis names, else the link; None where it holds."""
    if verdict.outcome is Outcome.HOLDS:
        return None
    if verdict.diagnosis is not None and verdict.diagnosis.place is not None:
        return verdict.diagnosis.place
    return verdict.claim.place


def worth_an_excerpt(verdict: Verdict) -> Place | None:
    """The wrong part, where somebody has named it and it is less than its line; to mark all of a line says nothing."""
    named = verdict.outcome is not Outcome.FAILS or (
        verdict.diagnosis is not None and verdict.diagnosis.place is not None
    )
    place = wrong_part(verdict)
    return place if named and place is not None and place.length < len(place.source.strip()) else None


def within(text: str, place: Place) -> tuple[int, int] | None:
    """Start and length of the place in a text that stands around it in its source line; None where it does not."""
    first, last = place.column - 1, place.column - 1 + place.length
    start = place.source.rfind(text, 0, first + len(text)) if text else -1
    if start < 0 or start > first or last > start + len(text):
        return None
    return first - start, place.length

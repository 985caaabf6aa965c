"""A gradient that lost one of the paths on which a value reaches the loss, or that counts one twice."""

from __future__ import annotations

from dataclasses import replace

from derive.errors import InputError
from derive.verification.diagnosis.bench import Bench, Setting
from derive.verification.diagnosis.lost_path import Cut, applied, cuts
from derive.verification.diagnosis.spelling import differentiated_by
from derive.verification.elaborate import elaborated
from derive.verification.value import DoesNotFit, Value
from derive.verification.verdict import Diagnosis, Mistake

_MOST_CUTS = 60


def lost_path(bench: Bench) -> Diagnosis | None:
    """The path without which the truth is what the claim says."""
    by = differentiated_by(bench.fixed, bench)
    if by is None or by not in bench.judge.names.network.tensors:
        return None
    claimed = [bench.value(bench.side, setting) for setting in bench.settings]
    for count, cut in enumerate(cuts(bench.judge.names.network, by)):
        if count >= _MOST_CUTS:
            return None
        if all(
            value is not None and _says(cut, value, setting, bench)
            for value, setting in zip(claimed, bench.settings, strict=True)
        ):
            return Diagnosis(Mistake.PATH, _sentence(cut, by, bench))
    return None


def _says(cut: Cut, claimed: Value, setting: Setting, bench: Bench) -> bool:
    altered = applied(cut, setting.point).values
    scope = replace(setting.scope, values=altered, letters=dict(setting.scope.letters))
    try:
        value = elaborated(bench.fixed, scope)
    except (DoesNotFit, InputError):
        return False
    return replace(setting, value=value).equals(claimed)


def _sentence(cut: Cut, by: str, bench: Bench) -> str:
    network = bench.judge.names.network
    if cut.times:
        return f"the path from {cut.paths[0].used} through {cut.paths[0].user} is counted twice"
    if cut.constant:
        held = " and ".join(cut.constant)
        verb = "depend" if len(cut.constant) > 1 else "depends"
        return f"the path through {held} is missing: {held} {verb} on {by} too"
    path = cut.paths[0]
    target = "the result" if network.is_layer else "the loss"
    if path.part is not None:
        return f"a path is missing: {path.user} depends on {path.used} in several ways, of which one was left out"
    return f"the path through {path.user} is missing: {path.used} reaches {target} through it too"

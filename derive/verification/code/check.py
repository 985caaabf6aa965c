"""A person's backward function against the derivation: one verdict for each array that it returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from derive.backward import differentiate
from derive.derivation import Derivation
from derive.network import Network
from derive.verification.code.arguments import match, supply
from derive.verification.code.cause import Cause, Search
from derive.verification.code.chain import unfolded
from derive.verification.code.planting import ForwardPlantation, Plantation
from derive.verification.code.points import Trial, trials
from derive.verification.code.process import run
from derive.verification.code.replay import both_passes, replay
from derive.verification.code.returned import Returned, named, tensor_of
from derive.verification.code.source import BackwardFunction, read_function
from derive.verification.code.verdicts import Compared, compared, unnamed, verdict
from derive.verification.verdict import Claim, Outcome, Report, Verdict

SEED = 0


def verify_code(network: Network, path: Path, function: str | None = None, timeout: float = 60) -> Report:
    """Run the function of a file at random values and compare what it returns with the gradients of the network.

    This runs the file, in a process of its own. InputError where it cannot be read or run, where a parameter has no
    value, or where nothing comes back.
    """
    wanted = read_function(Path(path), function)
    derivation = differentiate(network)
    arguments = match(wanted, supply(derivation))
    found, left_out = trials(derivation, np.random.default_rng(SEED))
    answer = run(wanted, arguments, [trial.supplied for trial in found], [trial.told for trial in found], timeout)
    came = named(wanted, derivation, answer)
    more = _also_declared(came, derivation)
    if more:
        # Another gradient came than those that were asked for, by an input say. The values stay what they are.
        derivation = differentiate(replace(network, wrt=(*network.wrt, *more)))
        found, _ = trials(derivation, np.random.default_rng(SEED))
    told = {name for argument in arguments for name in (argument.value, *argument.group)}
    return _report(wanted, derivation, found, came, left_out, frozenset(told))


def _also_declared(came: Sequence[Returned], derivation: Derivation) -> tuple[str, ...]:
    """What is declared and has no adjoint yet, though a gradient by it came back."""
    known = {adjoint.of.name for adjoint in derivation.adjoints}
    asked = dict.fromkeys(item.of for item in came if not item.is_result)
    return tuple(name for name in asked if name not in known and derivation.source.declaration(name) is not None)


def _report(
    function: BackwardFunction,
    derivation: Derivation,
    found: Sequence[Trial],
    came: Sequence[Returned],
    left_out: Sequence[str],
    given: frozenset[str],
) -> Report:
    arrays = {item.text: compared(item, derivation, found) for item in came}
    causes, ended_early = _causes(derivation, [array for array in arrays.values() if array is not None], found, given)
    told: set[str] = set()
    verdicts = []
    for item in came:
        array = arrays[item.text]
        right = array.name if array is not None else ""
        claim = Claim(item.text, function.returns, left=item.text, right=right)
        if array is None:
            verdicts.append(unnamed(claim, derivation))
            continue
        judged = verdict(claim, array, derivation, causes, told)
        verdicts.append(_with_place(judged, function, derivation, _mistaken(array.name, causes)))
        told |= {cause.planted.name for cause in causes if array.name in cause.explains}
    names = {item.of for item in came}
    parameters = [tensor.name for tensor in derivation.source.parameters]
    verdicts += [_not_returned(function, name) for name in parameters if name not in names]
    others = [name for name in derivation.wanted if name not in names and name not in parameters]
    notes = [*left_out, *(f"no gradient by {name} came back, so none was compared" for name in others)]
    if ended_early:
        notes.append("the search for the mistake ended before everything was tried")
    return Report(
        function.path.name,
        tuple(verdicts),
        network=derivation.source.name,
        lines=function.lines,
        notes=tuple(notes),
    )


def _mistaken(name: str, causes: Sequence[Cause]) -> str:
    """Where the mistake behind an array was made: in which value or adjoint."""
    return next((cause.planted.name for cause in causes if name in cause.explains), name)


def _with_place(judged: Verdict, function: BackwardFunction, derivation: Derivation, name: str) -> Verdict:
    """The verdict that points at the expression of the file that computes `name`, where there is one."""
    of = {adjoint.tensor.name: adjoint.of.name for adjoint in derivation.adjoints}.get(name)
    found = [
        item.place
        for item in function.computed
        if item.name == name
        or (of and (item.is_key or item.name != of) and tensor_of(item.name, derivation, is_key=item.is_key) == of)
    ]
    if judged.outcome is not Outcome.FAILS or not found:
        return judged
    if judged.diagnosis is None:
        return replace(judged, claim=replace(judged.claim, place=found[-1]))
    return replace(judged, diagnosis=replace(judged.diagnosis, place=found[-1]))


def _causes(
    derivation: Derivation, arrays: Sequence[Compared], found: Sequence[Trial], told: frozenset[str]
) -> tuple[tuple[Cause, ...], bool]:
    """The mistakes behind the arrays that have the right shapes and are no transposed ones; whether time ran out.

    told    names of the values that the function was given: in those it cannot be mistaken
    """
    fitting = [array for array in arrays if array.fits and (array.holds or array.of_axes() is None)]
    wrong = [array.name for array in fitting if not array.holds]
    if not wrong:
        return (), False
    whole = unfolded(derivation)
    came = {array.name: array.came for array in fitting}
    gradients = {array.name: array.came for array in fitting if not array.item.is_result}
    backward = Search(Plantation(whole), replay(whole, found), found, gradients)
    forward = Search(ForwardPlantation(whole, told), both_passes(whole, found), found, came)
    # A wrong loss speaks for a mistake on the way to it; right forward values leave the way back.
    causes = () if any(name not in gradients for name in wrong) else backward.run()
    if {name for cause in causes for name in cause.explains} < set(wrong):
        first = forward.one_for_all(wrong)
        causes = (first,) if first is not None else causes or backward.run()
    return causes, backward.ended_early or forward.ended_early


def _not_returned(function: BackwardFunction, name: str) -> Verdict:
    claim = Claim(f"{function.name}(...): the gradient by {name}", function.returns)
    return Verdict(claim, Outcome.UNDECIDED, f"no gradient by {name} came back")

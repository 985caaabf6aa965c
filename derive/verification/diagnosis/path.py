"""A gradient that lost one of the paths on which a value reaches the loss, or that counts one twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from derive.arrays import Held
from derive.arrays.values import STEP
from derive.errors import InputError
from derive.network import Network
from derive.verification.diagnosis.bench import Bench, Setting
from derive.verification.diagnosis.contribution import contribution
from derive.verification.diagnosis.lost_path import Cut, Path, applied, cuts, is_diagonal, uses
from derive.verification.diagnosis.spelling import differentiated_by, said, spelled
from derive.verification.diagnosis.spots import is_sum
from derive.verification.elaborate import elaborated
from derive.verification.formula.tree import Chain, Derivative, Node
from derive.verification.scope import Scope
from derive.verification.value import DoesNotFit, Value
from derive.verification.verdict import Diagnosis, Mistake

# The work that may be done in looking for a path: each try moves all entries of a value.
_MOST_CUTS = 60
_MOST_ENTRIES = 1_500
_ZERO = 1e-12


def lost_path(bench: Bench) -> Diagnosis | None:
    """The path without which the truth is what the claim says."""
    by = differentiated_by(bench.fixed, bench)
    network = bench.judge.names.network
    if by is None or by not in network.tensors or network.tensors[by].within is not None:
        return None
    claimed = [bench.value(bench.side, setting) for setting in bench.settings]
    pairs = [(value, setting) for value, setting in zip(claimed, bench.settings, strict=True) if value is not None]
    if (
        not pairs
        or len(pairs) < len(claimed)
        or not any(np.any(np.abs(value.data.array) > _ZERO) for value, _ in pairs)
    ):
        return None  # without all its paths any gradient is 0
    several = tuple(uses(network, by))
    for path in several if len(several) > 1 else ():
        for times in (-1, 1):
            if all(_differs_by(path, times, by, value, setting, bench) for value, setting in pairs):
                completed = _completed(path, bench) if times < 0 else None
                correction = "" if completed is None else said(completed, bench)
                return Diagnosis(_mistake(path, times < 0, bench), _direct(path, times, bench), correction)
    entries = pairs[0][1].point.values.array(by).size
    most = min(_MOST_CUTS, _MOST_ENTRIES // entries)
    for count, cut in enumerate(cuts(network, by)):
        if count >= most:
            return None
        if all(_says(cut, value, setting, bench) for value, setting in pairs):
            return Diagnosis(_mistake(cut.paths[0], not cut.times, bench), _sentence(cut, by, bench))
    return None


def _mistake(path: Path, is_lost: bool, bench: Bench) -> Mistake:
    """A lost path; the term of i = j, where an entry depends on its own one and on all."""
    diagonal = is_lost and is_diagonal(path, bench.judge.names.network)
    return Mistake.DELTA if diagonal else Mistake.PATH


def _says(cut: Cut, claimed: Value, setting: Setting, bench: Bench) -> bool:
    """True when the claim is the truth without the paths that are cut."""
    altered = replace(setting.scope, values=applied(cut, setting.point).values)
    return _is(claimed, altered, setting, bench)


def _differs_by(path: Path, times: int, by: str, claimed: Value, setting: Setting, bench: Bench) -> bool:
    """True when the claim is the truth and so many times what one use of the value sends back."""
    gradient = setting.point.gradient(by) + times * contribution(path, setting.point)
    return _is(claimed, _with_gradient(setting, by, gradient), setting, bench)


def _with_gradient(setting: Setting, by: str, gradient: np.ndarray) -> Scope:
    """The scope of a point at which the gradient of the loss by a value is this one."""
    point, values = setting.point, setting.scope.values
    network = values.network
    moved = values.moved(by)
    result = network.results[0]
    base = values.array(result)
    weights = np.ones(())
    if network.is_layer:
        weights = point.upstream[result] / np.sum(point.upstream[result] ** 2)
    step = np.multiply.outer(weights, gradient) * (1j * STEP)
    held = {name: values.held[name] for name in network.results}
    held[result] = Held(base.reshape(base.shape + (1,) * gradient.ndim) + step)
    changed = replace(moved, held={**moved.held, **held})
    return setting.scope.with_values(replace(values, jacobians={**values.jacobians, by: changed}))


def _is(claimed: Value, scope: Scope, setting: Setting, bench: Bench) -> bool:
    """True when the side that stays has the claimed value in another scope."""
    try:
        value = elaborated(bench.fixed, replace(scope, letters=dict(setting.scope.letters)))
    except (DoesNotFit, InputError):
        return False
    return replace(setting, value=value).equals(claimed)


def _direct(path: Path, times: int, bench: Bench) -> str:
    network = bench.judge.names.network
    stepped = {name: item for item in network.recurrences for name in item.members}
    same = path.used in stepped and stepped.get(path.user) is stepped[path.used]
    through = f"the {'next' if stepped[path.used].step < 0 else 'previous'} step of {path.user}" if same else path.user
    if times > 0:
        return f"the path from {path.used} through {through} is counted twice"
    if path.part:
        return _of_several(path, network)
    target = "the result" if network.is_layer else "the loss"
    return f"the path through {through} is missing: {path.used} reaches {target} through it too"


def _completed(path: Path, bench: Bench) -> Node | None:
    """The claim with the missing term ∂E/∂u ∂u/∂v, where that reads as it should."""
    fixed, loss = bench.fixed, bench.judge.names.loss
    if not isinstance(fixed, Derivative) or fixed.of is None or loss is None or path.part:
        return None
    sign = "*" if bench.surface == "plain" else ""
    side = bench.side
    operands, signs = (side.operands, side.signs) if isinstance(side, Chain) and is_sum(side) else ((side,), ())
    for user in spelled(path.user, bench):
        term = Chain((Derivative(fixed.of, user), Derivative(user, fixed.by)), (sign,))
        made = Chain((*operands, term), (*signs, "+"))
        if bench.true(made):
            return made
    return None


def _of_several(path: Path, network: Network) -> str:
    if is_diagonal(path, network):
        own = f"an entry of {path.user} depends on the same entry of {path.used} by itself too"
        return f"the case of equal subscripts is left out, {own}"
    return f"a path is missing: {path.user} depends on {path.used} in several ways, of which one was left out"


def _sentence(cut: Cut, by: str, bench: Bench) -> str:
    if cut.times:
        return f"the path from {cut.paths[0].used} through {cut.paths[0].user} is counted twice"
    if cut.constant:
        held = " and ".join(cut.constant)
        verb = "depend" if len(cut.constant) > 1 else "depends"
        return f"the path through {held} is missing: {held} {verb} on {by} too"
    path = cut.paths[0]
    if path.part:
        return _of_several(path, bench.judge.names.network)
    target = "the result" if bench.judge.names.network.is_layer else "the loss"
    return f"the path through {path.user} is missing: {path.used} reaches {target} through it too"

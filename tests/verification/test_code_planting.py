"""What mistakes are planted into: unfolded adjoints, which agree with the derivation."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

import derive
from derive.arrays import stepwise
from derive.cost import loose_letters
from derive.language import gallery, gallery_path
from derive.verification.code.chain import unfolded
from derive.verification.code.planting import Plantation
from derive.verification.code.points import Trial, trials
from derive.verification.code.replay import both_passes
from tests.derivations import derived

# The plain loops of the oracle take seconds for these.
SLOW = {
    "lenet",
    "conv2d",
    "gpt",
    "gpt_tied",
    "group_norm",
    "residual_tower",
    "cross_attention",
    "causal_attention",
    "attention",
}

derivation_of = cache(lambda name: derived(derive.read(gallery_path(name))))


@cache
def trials_of(name: str) -> tuple[tuple[Trial, ...], tuple[str, ...]]:
    """The points at which a function for this network would be compared."""
    return trials(derivation_of(name), np.random.default_rng(0))


@pytest.mark.parametrize("name", gallery())
def test_the_unfolded_adjoint_is_the_chain_rule_of_the_derivation(name: str) -> None:
    derivation = derivation_of(name)
    whole = unfolded(derivation)
    for adjoint in derivation.adjoints:
        for step in adjoint.steps:
            if step.rule == "local derivatives":
                assert step.after == whole.equations[adjoint.tensor.name].right


@pytest.mark.parametrize("name", [name for name in gallery() if name not in SLOW])
def test_unfolded_adjoints_have_the_values_of_the_derived_ones(name: str) -> None:
    derivation = derivation_of(name)
    whole = unfolded(derivation)
    found, _ = trials_of(name)
    for trial in found:
        if not trial.clear:
            continue
        for tensor, at in stepwise(tuple(whole.equations.values()), trial.at, whole.recurrences(whole.equations)):
            expected = trial.at.array(tensor)
            scale = max(1e-3, float(np.max(np.abs(expected), initial=0.0)))
            assert np.max(np.abs(at.array(tensor) - expected), initial=0.0) <= 1e-8 * scale, tensor


@pytest.mark.parametrize("name", [name for name in gallery() if name not in SLOW])
def test_what_follows_from_a_right_equation_is_right(name: str) -> None:
    derivation = derivation_of(name)
    found, _ = trials_of(name)
    passes = both_passes(unfolded(derivation), found[:1])
    for equation in passes.equations.values():
        following = dict(passes.with_equation(equation, 0))
        assert tuple(sorted(following)) == tuple(sorted(passes.following(equation.tensor.name)))
        for tensor, array in following.items():
            expected = found[0].at.array(tensor)
            scale = max(1e-3, float(np.max(np.abs(expected), initial=0.0)))
            assert np.max(np.abs(array - expected), initial=0.0) <= 1e-8 * scale, tensor


@pytest.mark.parametrize("name", ["mlp", "batch_norm", "rnn", "lstm", "attention_single_head", "conv2d", "vae"])
def test_a_planted_equation_is_one_of_its_letters_and_differs(name: str) -> None:
    derivation = derivation_of(name)
    whole = unfolded(derivation)
    plantation = Plantation(whole)
    for tensor, equation in whole.equations.items():
        planted = plantation.of(tensor)
        assert len({item.equation.right for item in planted}) == len(planted) > 5
        for item in planted:
            assert item.sentence and item.name == tensor
            assert loose_letters(item.equation.right) <= set(equation.letters)


def test_points_have_other_sizes_both_signs_and_one_row() -> None:
    derivation = derivation_of("mlp_relu")
    found, left_out = trials(derivation, np.random.default_rng(0))
    assert not left_out
    assert len({tuple(trial.sizes.items()) for trial in found}) == len(found) >= 4
    assert any(trial.sizes["N"] == 1 for trial in found)
    first = found[0]
    assert len(set(first.sizes.values())) == len(first.sizes)
    for name in ("z1", "z2"):
        signs = np.sign(np.concatenate([trial.at.array(name).ravel() for trial in found]))
        assert {-1.0, 1.0} <= set(signs.tolist())

"""A network written out entry by entry computes what the network computes, with the same gradients."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import codegen
import derive
from codegen.cli.build import build
from derive.errors import InputError
from derive.evaluate import evaluate_derivation, evaluate_network
from derive.example import declared_sizes, declared_values, with_values
from derive.expansion import expanded
from derive.network import Network
from derive.sample import sample, upstream
from derive.verification.verdict import Outcome
from derive.written_out import TooManyTerms, Writer

# Of each kind one: matrices, labels, steps, windows, tokens, cases, maxima, heads, facts, a layer.
CASES = [
    ("mlp", {"N": 2, "D": 3, "H": 1, "K": 2}),
    ("mlp", {"N": 1, "D": 1, "H": 1, "K": 2}),
    ("rnn", {"N": 1, "T": 3, "D": 2, "H": 1, "K": 2}),
    ("conv1d", None),
    ("embedding", {"V": 3, "D": 2, "N": 1, "T": 2}),
    ("multiclass_hinge", None),
    ("batch_norm", {"N": 3, "D": 2}),
    ("max_pool", {"N": 1, "C": 1, "R": 1, "S": 2}),
    ("class_weights", None),
    ("cross_entropy_labels", {"N": 3, "K": 2}),
    ("residual_tower", {"N": 1, "L": 2, "D": 1, "H": 2, "K": 2}),
]


def scalars(network: Network, sizes: dict[str, int], arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The entries of arrays under the names that they have in the network written out."""
    named = expanded(network, sizes)
    found: dict[str, np.ndarray] = {}
    flat = iter([item.tensor.name for item in named.declarations])
    kept = {item.tensor.name for item in named.declarations}
    for item in network.declarations:
        for place in itertools.product(*(range(size) for size in arrays[item.tensor.name].shape)):
            name = next(flat)
            assert name in kept
            found[name] = arrays[item.tensor.name][place]
    return found


@pytest.mark.parametrize(("name", "sizes"), CASES, ids=[f"{name} {place}" for place, (name, _) in enumerate(CASES)])
def test_written_out_it_gives_the_same_values_and_gradients(name: str, sizes: dict[str, int] | None) -> None:
    network = derive.read(derive.gallery_path(name))
    free = {item.symbol.name for item in network.dimensions if item.formula is None}
    given = {size: number for size, number in (sizes or {}).items() if size in free}
    sizes = declared_sizes(with_values(network, given))
    chosen = {size: sizes[size] for size in free}
    rng = np.random.default_rng(1)
    arrays = sample(network, sizes, rng)
    named = expanded(network, chosen)
    entries = scalars(network, chosen, arrays)
    before = evaluate_network(network, arrays, sizes)
    after = evaluate_network(named, entries, {})
    results = np.concatenate([np.ravel(before[result]) for result in network.results])
    assert [float(after[result]) for result in named.results] == pytest.approx(results.tolist(), rel=1e-9)
    whole, parts = derive.differentiate(network), derive.differentiate(named)
    back = upstream(network, sizes, rng) if network.is_layer else {}
    handed = {tensor.name: back[result] for tensor, result in zip(whole.upstream, network.results, strict=False)}
    flat = np.concatenate([np.ravel(back[result]) for result in network.results]) if back else np.zeros(0)
    each = {tensor.name: flat[place] for place, tensor in enumerate(parts.upstream)}
    gradients = evaluate_derivation(whole, {**arrays, **handed}, sizes)
    of_entries = evaluate_derivation(parts, {**entries, **each}, {})
    compared = 0
    declared = iter(named.declarations)
    for item in network.declarations:
        for place in itertools.product(*(range(size) for size in arrays[item.tensor.name].shape)):
            entry = next(declared).tensor.name
            if item.tensor.name not in whole.wanted or not any(a.of.name == item.tensor.name for a in whole.adjoints):
                continue
            reached = any(adjoint.of.name == entry for adjoint in parts.adjoints)
            found = float(of_entries[parts[entry].tensor.name]) if reached else 0.0
            assert found == pytest.approx(float(gradients[whole[item.tensor.name].tensor.name][place]), abs=1e-9)
            compared += 1
    assert compared


def test_entries_are_named_and_counted_as_people_do() -> None:
    network = derive.read(derive.gallery_path("mlp"))
    named = expanded(network, {"N": 1, "D": 2, "H": 2, "K": 2})
    assert str(named.equations[0]) == "z1_1 = W1_11*x_1 + W1_21*x_2 + b1_1"
    assert named.dimensions == ()
    assert [item.tensor.name for item in named.declarations][:4] == ["x_1", "x_2", "y_1", "y_2"]
    assert named.declaration("y_1").facts == ("binary",)  # type: ignore[union-attr]
    long = expanded(derive.read(derive.gallery_path("linear")), {"N": 1, "D": 12, "H": 1})
    assert "x_12" in long.tensors
    assert "x_1" in long.tensors


def test_names_that_exist_already_are_left_alone() -> None:
    text = 'network clash "Two z1"\ndim N = 2\ninput x[N]\nparam x_1, w\nloss E = sum(w*x) + x_1\n'
    named = expanded(derive.parse(text), {})
    names = [item.tensor.name for item in named.declarations]
    assert len(set(names)) == len(names) == 4
    assert declared_values(with_values(named)) is not None


def test_a_recurrence_is_unrolled_from_its_beginning() -> None:
    head = 'network r "Steps"\ndim T = 3\ninput x[T], h0\nparam u, w\n'
    text = head + "h[t] = tanh(u*x[t] + w*h[t-1])\nh[-1] = h0\nloss E = h[T-1]**2\n"
    named = expanded(derive.parse(text), {})
    assert [str(equation) for equation in named.equations] == [
        "h_1 = tanh(h0*w + u*x_1)",
        "h_2 = tanh(h_1*w + u*x_2)",
        "h_3 = tanh(h_2*w + u*x_3)",
        "E = h_3**2",
    ]


def test_labels_become_cases_and_known_ones_entries() -> None:
    text = 'network l "Labels"\ndim K = 3\ninput y in K{value}\nparam z[K]\nloss E = -z[y]\n'
    cases = expanded(derive.parse(text.format(value="")), {}).equations[-1].right
    assert str(cases) == "-where(y == 0, z_1, where(y == 1, z_2, z_3))"
    known = expanded(derive.parse(text.format(value=" = 1")), {}).equations[-1].right
    assert str(known) == "-z_2"


def test_maxima_keep_their_first_place_and_conditions_are_decided() -> None:
    text = 'network m "Extremes"\ndim N = 3\ninput x[N]\nparam w\nloss E = w*max(x[n] for n if n >= 1) + w*min(x)\n'
    (loss,) = expanded(derive.parse(text), {}).equations
    assert str(loss.right) == "max(x_2, x_3)*w + min(min(x_1, x_2), x_3)*w"


def test_a_sum_with_too_many_terms_is_refused() -> None:
    network = derive.parse('network s "A sum"\ndim N = 50\ninput x[N]\nparam w\nloss E = sum(w*x)\n')
    right = network.equations[-1].right
    assert len(Writer({"N": 50}).of(right, {}).args) == 50
    with pytest.raises(TooManyTerms):
        Writer({"N": 50}, most=60).of(right, {})


@pytest.mark.parametrize(
    ("sizes", "what", "remedy"),
    [
        ({}, "nothing says how large N", "--sizes N=2,D=3,H=3,K=3"),
        ({"N": 1}, "too many entries", "--sizes N=1,D=2,H=2,K=2"),
        ({"N": 1, "Z": 3}, "no size Z", "N, D, H, K"),
    ],
)
def test_what_cannot_be_written_out_says_what_to_try(sizes: dict[str, int], what: str, remedy: str) -> None:
    with pytest.raises(InputError) as error:
        expanded(derive.read(derive.gallery_path("mlp")), sizes)
    assert what in str(error.value)
    assert remedy in str(error.value.remedy)


def test_every_claim_of_an_expanded_document_holds(tmp_path: Path) -> None:
    head = 'network unit "One unit"\ndim N, D\ninput x[N, D]\ntarget y[N]\nparam w[D], b\n'
    network = derive.parse(head + "h = sigmoid(x @ w + b)\nloss E = mean((h - y)**2)\n")
    derivation = derive.differentiate(expanded(with_values(network, {"N": 2, "D": 3}), {}))
    path = tmp_path / "expanded.md"
    path.write_text(str(codegen.document(derivation, digits=6)), encoding="utf-8")
    report = derive.verify(derivation.network, path)
    assert [verdict for verdict in report.verdicts if verdict.outcome is not Outcome.HOLDS] == []
    assert len(report.verdicts) > 40


def test_entries_are_read_back_by_both_of_their_labels() -> None:
    named = expanded(derive.read(derive.gallery_path("mlp")), {"N": 1, "D": 2, "H": 2, "K": 2})
    (right,) = derive.verify(named, r"$z_{1,1} = x_1 W_{1,11} + x_2 W_{1,21} + b_{1,1}$").verdicts
    (wrong,) = derive.verify(named, r"$z_{1,1} = x_1 W_{1,11} + x_2 W_{1,12} + b_{1,1}$").verdicts
    assert (right.outcome, wrong.outcome) == (Outcome.HOLDS, Outcome.FAILS)


# The command ----------------------------------------------------------------------------------------------------------


def test_the_command_writes_worked_and_expanded_documents(tmp_path: Path) -> None:
    options = ["mlp", "--numbers", "--expand", "--sizes", "N=1,D=2,H=1,K=2", "--digits", "4", "--steps", "3"]
    result = CliRunner().invoke(build, [*options, "--rate", "0.25", "--only", "md,py", "-o", str(tmp_path)])
    assert result.exit_code == 0, result.output
    folder = tmp_path / "mlp_worked_expanded"
    text = (folder / "derivation.md").read_text(encoding="utf-8")
    assert "3 steps of gradient descent" in text
    assert r"\alpha = 0.25" in text
    assert "W1_1 = " in (folder / "mlp_worked_expanded.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["mlp", "--sizes", "D=2"], "--numbers or --expand"),
        (["mlp", "--expand", "--sizes", "D:2"], "write D=2,H=3"),
        (["mlp", "--expand", "--sizes", "D=0"], "write D=2,H=3"),
        (["mlp", "--numbers", "--digits", "0"], "1<=x<=15"),
        (["mlp", "--numbers", "--rate", "-1"], "x>0"),
    ],
)
def test_wrong_options_are_refused_with_a_remedy(options: list[str], words: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(build, [*options, "-o", str(tmp_path)])
    assert result.exit_code == 2
    assert words in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (["mlp", "--steps", "3"], "does not declare all of its values"),
        (["elu", "--numbers", "--steps", "3"], "it has no loss to descend"),
    ],
)
def test_steps_need_values_and_a_loss(options: list[str], what: str, tmp_path: Path) -> None:
    result = CliRunner().invoke(build, [*options, "-o", str(tmp_path)])
    assert isinstance(result.exception, InputError)
    assert what in str(result.exception)
    assert not list(tmp_path.iterdir())

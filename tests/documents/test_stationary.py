"""Where documents say a gradient is zero, it is; where they say a loss is largest or smallest, nothing beats it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import derive
from codegen.block import Block, Display, Heading, Math, Paragraph, Steps
from codegen.formats.markdown.text import text as markdown
from codegen.notation.plain import plain
from codegen.outline.page import Page, page
from codegen.outline.stationary import stationary
from derive.evaluate import evaluate_derivation
from derive.language import gallery, gallery_path, read
from tests.derivations import small_case

HEAD = 'network small "Small"\ndim N, K = 4\n'
CROSS_ENTROPY = HEAD + "target y[N, K] sums_to_one positive\ninput p[N, K] sums_to_one positive\nwrt p\n"
BOLTZMANN = (
    HEAD.replace("N, ", "") + "input e[K], p[K] sums_to_one positive\nwrt p\nloss F = sum(p * e) + sum(p * log(p))"
)


def written(text: str) -> Page:
    return page(derive.differentiate(derive.parse(text)), {}, linear=True)


def of_the_gallery(name: str) -> Page:
    return page(derive.differentiate(read(gallery_path(name))), {}, linear=True)


def lines(blocks: list[Block]) -> list[str]:
    """Every formula of the section in a line of its own, and the prose between them."""
    found: list[str] = []
    for block in blocks:
        if isinstance(block, Display):
            found += [f"{plain(left)} = {plain(right)}" for left, right, _ in block.rows]
        elif isinstance(block, Steps):
            found += [f"{plain(block.left)} = {plain(row.formula)}" for row in block.rows]
        elif isinstance(block, Paragraph):
            found.append("".join(plain(p.formula) if isinstance(p, Math) else str(p) for p in block.text))
    return found


def prose(blocks: list[Block]) -> str:
    return " ".join(markdown(block.text) for block in blocks if isinstance(block, Paragraph))


def at(here: Page, values: dict[str, np.ndarray], sizes: dict[str, int]) -> dict[str, np.ndarray]:
    return evaluate_derivation(here.derivation, values, sizes)


def test_entropy_is_largest_where_all_are_equally_likely() -> None:
    here = of_the_gallery("entropy")
    found = lines(stationary(here))
    assert "p[k] = 1/K" in found and "H = log(K)" in found and "H is largest" in " ".join(found)
    best = at(here, {"p": np.full(5, 1 / 5)}, {"K": 5})
    assert abs(best["H"] - np.log(5)) < 1e-12 and np.ptp(best["dp"]) < 1e-12
    for row in np.random.default_rng(0).dirichlet(np.ones(5), size=200):
        assert at(here, {"p": row}, {"K": 5})["H"] < best["H"]


def test_entropy_of_a_softmax_is_largest_at_equal_logits() -> None:
    here = of_the_gallery("softmax_entropy")
    found = lines(stationary(here))
    assert "p[n,k] = 1/K" in found and any("Equal entries of z" in line for line in found)
    values = at(here, {"z": np.full((2, 5), 0.7)}, {"N": 2, "K": 5})
    assert np.abs(values["dz"]).max() < 1e-12 and abs(values["H"] - np.log(5)) < 1e-12


def test_cross_entropy_is_smallest_at_the_target() -> None:
    here = written(CROSS_ENTROPY + "loss E = mean(cross_entropy(p, y))")
    found = lines(stationary(here))
    assert "p[n,k] = y[n,k]" in found and "E is smallest" in " ".join(found)
    rng = np.random.default_rng(1)
    y, others = rng.dirichlet(np.ones(4), size=3), rng.dirichlet(np.ones(4), size=(100, 3))
    best = at(here, {"y": y, "p": y}, {"N": 3, "K": 4})["E"]
    assert all(at(here, {"y": y, "p": p}, {"N": 3, "K": 4})["E"] > best for p in others)


def test_a_divergence_is_zero_where_both_are_the_same() -> None:
    found = lines(stationary(of_the_gallery("kl_divergence")))
    assert "p[n,k] = q[n,k]" in found and "E = 0" in found


def test_free_energy_is_smallest_at_the_boltzmann_distribution() -> None:
    here = written(BOLTZMANN)
    found = lines(stationary(here))
    assert "F is smallest" in " ".join(found)
    (row,) = [line for line in found if line.startswith("p[k] =") and "Σ" in line]
    assert row == "p[k] = exp(-e[k]) / (Σ_l exp(-e[l]))"
    e = np.array([0.3, -1.0, 2.0])
    p = np.exp(-e) / np.exp(-e).sum()
    best = at(here, {"e": e, "p": p}, {"K": 3})
    assert np.ptp(best["dp"]) < 1e-12 and abs(best["F"] + np.log(np.exp(-e).sum())) < 1e-12


UNCONSTRAINED: dict[str, tuple[str, str, Callable[[dict[str, np.ndarray]], np.ndarray]]] = {
    "mse": ("a", "a[n,k] = y[n,k]", lambda v: v["y"]),
    "gaussian_nll m": ("m", "m[n] = y[n]", lambda v: v["y"]),
    "gaussian_nll lv": ("lv", "lv[n] = log((y[n] - m[n])²)", lambda v: np.log((v["y"] - v["m"]) ** 2)),
    "gaussian_variance m": ("m", "m = (Σ_n y[n]) / N", lambda v: v["y"].mean()),
    "gaussian_variance v": ("v", "v = (Σ_n (y[n] - m)²) / N", lambda v: ((v["y"] - v["m"]) ** 2).mean()),
}


@pytest.mark.parametrize("name", UNCONSTRAINED)
def test_the_gradient_is_zero_where_the_document_says(name: str) -> None:
    network, (of, line, place) = name.split()[0], UNCONSTRAINED[name]
    here = of_the_gallery(network)
    assert line in lines(stationary(here))
    drawn = small_case(here.derivation.source, np.random.default_rng(3))
    values = {**drawn.values, of: np.asarray(place(drawn.values), dtype=float)}
    assert np.abs(evaluate_derivation(here.derivation, values, drawn.sizes)[f"d{of}"]).max() < 1e-12


@pytest.mark.parametrize(
    "text",
    [
        # At y = 0 and y = 1 the quotient (p - y)/(p (1 - p)) is zero nowhere.
        HEAD + "input p[N]\ntarget y[N] binary\nwrt p\nloss E = mean(binary_cross_entropy(p, y))",
        # A one-hot row lies on the edge, where a second derivative says nothing.
        HEAD + "input z[N, K]\ntarget y[N, K] one_hot\nwrt z\np = softmax(z)\nloss E = mean(cross_entropy(p, y))",
        HEAD + "input a[N]\ntarget y[N]\nwrt a\nloss E = mean(abs(a - y))",
        HEAD + "input a[N]\nwrt a\nloss E = sum(a**3 - a)",
        HEAD + "input a[N]\nwrt a\nloss E = sum(exp(a))",
        HEAD + "input a[N]\nwrt a\nloss E = sum(a)**2",
        HEAD + "input a[N]\noutput y = a**2",
        # These jump where no derivative sees it, or follow a derivative that is not theirs.
        HEAD + "input a[N]\nwrt a\nloss E = sum((a - 1)**2 + 10*step(a))",
        HEAD + "input a[N]\nwrt a\nloss E = sum(where(a[n] > 1, a[n]**2 - 10, a[n]**2) for n)",
        HEAD + "input a[N]\nwrt a\nloss E = sum(a[n]**2 - 10*[a[n] > 1] for n)",
        HEAD + "input a[N]\nwrt a\nf(u) = u**2 + 3*step(u - 1)\nloss E = sum(f(a))",
        HEAD + "input a[N]\nwrt a\nloss E = sum(a*stop(a) - a**2)",
        HEAD + "input a[N]\nwrt a\nb = round(a)\nloss E = sum(a**2) - sum(b)",
    ],
)
def test_nothing_is_said_where_nothing_is_solved(text: str) -> None:
    assert stationary(written(text)) == []


def test_a_maximum_is_not_called_a_minimum() -> None:
    assert "largest" in prose(stationary(written(HEAD + "input a[N], b[N]\nwrt a\nloss E = sum(a*b) - sum(a**2)")))


@pytest.mark.parametrize("name", gallery())
def test_the_section_has_a_heading_where_there_is_one(name: str) -> None:
    blocks = stationary(of_the_gallery(name))
    assert not blocks or (isinstance(blocks[0], Heading) and len(blocks) > 1)


@pytest.mark.parametrize("loss", ["a - log(a**2)", "a + 1/a**2"])
def test_a_minimum_beside_a_pole_is_not_called_the_smallest_value(loss: str) -> None:
    # Both go to minus infinity on the left.
    told = prose(stationary(written(f"{HEAD}input a[N]\nwrt a\nloss E = sum({loss})")))
    assert "a minimum, as far as this entry goes" in told and "smallest" not in told


def test_what_may_be_zero_is_said_of_rows_too() -> None:
    text = "input c[N], p[K] sums_to_one positive\nwrt p\nloss F = sum(c**2) * sum(p * log(p))"
    found = lines(stationary(written(HEAD + text)))
    assert "F is smallest as long as Σ_n c[n]² is not 0. There" in " ".join(found)


def test_a_positive_parameter_has_to_be_positive_where_its_solution_may_be_zero() -> None:
    rayleigh = "\nparam v positive\np[n] = y[n] / v * exp(-y[n]**2 / (2*v))\nloss E = -log(prod(p))"
    told = lines(stationary(written(HEAD + "target y[N] positive" + rayleigh)))
    assert told[1] == "v = (Σ_n y[n]²) / (2·N)" and "as long as" not in " ".join(told)
    told = lines(stationary(of_the_gallery("gaussian_variance")))
    assert any(line.startswith("as long as that is positive. The second derivative") for line in told)


def test_a_multiplier_gets_a_name_that_looks_like_no_other() -> None:
    text = "const λ = 2, nu = 3, κ = 1\ninput p[K] sums_to_one positive\nwrt p\nloss F = λ * nu * κ * sum(p * log(p))"
    found = lines(stationary(written(HEAD.replace("N, ", "") + text)))
    assert any(line.endswith("= lambda1") for line in found)

"""The Hessian times a vector is the change of the gradient along that vector."""

from __future__ import annotations

import numpy as np
import pytest

from derive.backward import differentiate
from derive.binding import bind
from derive.errors import InputError
from derive.evaluate import evaluate_derivation
from derive.hessian import hvp
from derive.index import Index
from derive.language import gallery_path, parse, read
from derive.operators import Sum
from derive.sample import sample, sizes_for
from tests.agreement import relative_error

SMOOTH = ("mlp", "softmax_loss", "quadratic_mlp", "worked_example", "logistic_regression", "residual")
STEP = 1e-4


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("ones", [(), ("N",)])
def test_the_product_is_the_slope_of_the_gradient_along_the_vector(name: str, ones: tuple[str, ...]) -> None:
    network = read(gallery_path(name))
    second = hvp(network)
    rng = np.random.default_rng(3)
    sizes = sizes_for(network, rng, ones=ones)
    values = sample(second, sizes, rng)
    products = evaluate_derivation(differentiate(second), values, sizes)
    first, twice = differentiate(network), differentiate(second)

    def gradients(step: float) -> dict[str, np.ndarray]:
        moved = {key: values[key] + step * values["v_" + key] for key in first.wanted}
        found = evaluate_derivation(first, {**values, **moved}, sizes)
        return {key: found[first[key].tensor.name] for key in first.wanted}

    above, below = gradients(STEP), gradients(-STEP)
    for key in first.wanted:
        expected = (above[key] - below[key]) / (2 * STEP)
        assert relative_error(products[twice[key].tensor.name], expected) < 1e-6, key


def test_the_hessian_of_softmax_with_cross_entropy_is_diag_p_minus_p_p() -> None:
    network = parse(
        """network t "softmax with cross-entropy, one row"
        dim K
        input a[K]
        target y[K] one_hot
        wrt a
        p = softmax(a)
        loss C = cross_entropy(p, y)
        """
    )
    derivation = differentiate(hvp(network))
    (k,) = derivation["a"].letters
    p, v = (derivation.network.tensors[name] for name in ("p", "v_a"))
    inner = Index("m", k.size)
    assert derivation["a"].equation.right == p[k] * (v[k] - bind(Sum, p[inner] * v[inner], [inner]))


def test_a_layer_has_no_loss_to_differentiate_twice() -> None:
    with pytest.raises(InputError, match="linear_batch is a layer"):
        hvp(read(gallery_path("linear_batch")))

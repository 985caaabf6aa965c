"""Small networks, made node by node, for the tests of documents."""

from __future__ import annotations

from sympy import Integer, Rational

from derive.activations import SIGMOID
from derive.binding import bind
from derive.entry import Constant, Tensor
from derive.equation import Equation
from derive.functions import apply, log
from derive.index import Index, dimension
from derive.layers import layer_norm, softmax
from derive.network import Declaration, Dimension, NamedConstant, Network
from derive.operators import Sum

N, D, H, K = (dimension(name) for name in "NDHK")
n, i, j, k = Index("n", N), Index("i", D), Index("j", H), Index("k", K)


def perceptron(facts: tuple[str, ...] = ("one_hot",), title: str = "Two-layer perceptron", about: str = "") -> Network:
    """Sigmoid, softmax, cross-entropy."""
    x, y = Tensor("x", (N, D)), Tensor("y", (N, K))
    W1, b1, W2, b2 = Tensor("W1", (D, H)), Tensor("b1", (H,)), Tensor("W2", (H, K)), Tensor("b2", (K,))
    z1, h, z2, p, E = (
        Tensor("z1", (N, H)),
        Tensor("h", (N, H)),
        Tensor("z2", (N, K)),
        Tensor("p", (N, K)),
        Tensor("E"),
    )
    equations = (
        Equation(z1, (n, j), bind(Sum, x[n, i] * W1[i, j], [i]) + b1[j]),
        Equation(h, (n, j), SIGMOID(z1[n, j])),
        Equation(z2, (n, k), bind(Sum, h[n, j] * W2[j, k], [j]) + b2[k]),
        Equation(p, (n, k), softmax(z2[n, k], k)),
        Equation(E, (), -bind(Sum, y[n, k] * log(p[n, k]), [n, k]) / N),
    )
    declarations = (
        Declaration(x, "input"),
        Declaration(y, "target", facts),
        *(Declaration(tensor, "param") for tensor in (W1, b1, W2, b2)),
    )
    sizes = (Dimension(N), Dimension(D, 784), Dimension(H, 128), Dimension(K, 10))
    return Network("mlp", title, sizes, (), declarations, equations, ("E",), about=about)


def rectifier() -> Network:
    """A kink, an own value of three letters, a Greek constant, and a tensor that is read twice."""
    x, w, y, lv, r, E = (
        Tensor("x", (N, D)),
        Tensor("w", (D,)),
        Tensor("y", (N,)),
        Tensor("lv", (N,)),
        Tensor("r'", (N,)),
        Tensor("E"),
    )
    eps = Constant("ε")
    equations = (
        Equation(lv, (n,), bind(Sum, x[n, i] * w[i], [i]) + eps),
        Equation(r, (n,), apply("max", lv[n], 0)),
        Equation(E, (), bind(Sum, (r[n] + lv[n] / 2 - y[n]) ** 2, [n]) / N),
    )
    declarations = (Declaration(x, "input"), Declaration(y, "target"), Declaration(w, "param"))
    constants = (NamedConstant(eps, Rational(1, 100000)),)
    return Network("rectifier", "Rectifier", (Dimension(N), Dimension(D)), constants, declarations, equations, ("E",))


def normalisation() -> Network:
    """A layer: its backward pass is given the gradient of its output."""
    x, g, b, y = Tensor("x", (N, D)), Tensor("g", (D,)), Tensor("b", (D,)), Tensor("y", (N, D))
    m, v, xhat = Tensor("m", (N,)), Tensor("v", (N,)), Tensor("xhat", (N, D))
    eps = Constant("eps")
    equations = (
        Equation(m, (n,), bind(Sum, x[n, i], [i]) / D),
        Equation(v, (n,), bind(Sum, (x[n, i] - m[n]) ** 2, [i]) / D),
        Equation(xhat, (n, i), (x[n, i] - m[n]) / (v[n] + eps) ** Rational(1, 2)),
        Equation(y, (n, i), g[i] * xhat[n, i] + b[i]),
    )
    declarations = (Declaration(x, "input"), Declaration(g, "param"), Declaration(b, "param"))
    constants = (NamedConstant(eps, Rational(1, 100000)),)
    sizes = (Dimension(N), Dimension(D))
    return Network("norm", "Layer norm", sizes, constants, declarations, equations, ("y",), is_layer=True)


def neuron() -> Network:
    """One neuron with values for a worked example, whose numbers are easy to work out by hand."""
    x, w, t, a, E = (Tensor(name) for name in ("x", "w", "t", "a", "E"))
    equations = (
        Equation(a, (), w[()] * x[()]),
        Equation(E, (), (a[()] - t[()]) ** 2 / 2),
    )
    declarations = (
        Declaration(x, "input", value=Rational("0.5")),
        Declaration(t, "target", value=Integer(1)),
        Declaration(w, "param", value=Rational("0.8")),
    )
    return Network("neuron", "One neuron", (), (), declarations, equations, ("E",), learning_rate=Rational("0.1"))


NETWORKS = {"perceptron": perceptron, "rectifier": rectifier, "normalisation": normalisation, "neuron": neuron}
__all__ = ["NETWORKS", "layer_norm", "neuron", "normalisation", "perceptron", "rectifier"]

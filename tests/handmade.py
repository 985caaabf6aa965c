"""Networks made as records, without the language: recurrences, product axes, windows and masks."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Integer, S, floor, sqrt

from derive.activations import SIGMOID, TANH
from derive.binding import bind
from derive.entry import Tensor
from derive.equation import Equation
from derive.functions import exp
from derive.index import Index, dimension
from derive.network import Declaration, Dimension, Network, Recurrence
from derive.operators import Compare, Logic, Maximum, Sum, Where

N, T, D, H, L = (dimension(name) for name in "NTDHL")
B, K, C, M, F, R = (dimension(name) for name in "BKCMFR")
n, t, u, i, j, k, layer = (Index(*pair) for pair in zip("ntuijkl", (N, T, T, D, H, H, L), strict=True))
LAST = S.NegativeOne


def network(
    name: str,
    sizes: Sequence[Dimension],
    declared: dict[str, tuple[Tensor, ...]],
    equations: tuple[Equation, ...],
    recurrences: tuple[Recurrence, ...] = (),
    result: str = "E",
    wrt: tuple[str, ...] = (),
) -> Network:
    """A network with a loss called E, or a layer with another result."""
    declarations = tuple(
        Declaration(tensor, role)  # type: ignore[arg-type]
        for role, tensors in declared.items()
        for tensor in tensors
    )
    return Network(
        name, "", tuple(sizes), (), declarations, equations, (result,), result != "E", wrt, recurrences=recurrences
    )


def dimensions(*symbols: Expr) -> tuple[Dimension, ...]:
    return tuple(Dimension(symbol) for symbol in symbols)


def at(tensor: Tensor, left: tuple[Expr, ...], letters: tuple[Index, ...], right: Expr) -> Equation:
    """An equation whose left side is more than its letters."""
    return Equation(tensor, letters, right, "", left)


def summed(body: Expr, *letters: Index) -> Expr:
    return bind(Sum, body, letters)


def rnn() -> Network:
    """z[n,t] = x[n,t] Wx + h[n,t-1] Wh + b, h = tanh(z), h[-1] = h0; the loss reads every step."""
    x, h0, y = Tensor("x", (N, T, D)), Tensor("h0", (N, H)), Tensor("y", (N, T, H))
    wx, wh, b = Tensor("Wx", (D, H)), Tensor("Wh", (H, H)), Tensor("b", (H,))
    z, h = Tensor("z", (N, T, H)), Tensor("h", (N, T, H))
    pre = summed(x[n, t, i] * wx[i, j], i) + summed(h[n, t - 1, k] * wh[k, j], k) + b[j]
    recurrence = Recurrence(T, -1, ("z", "h"), (1, 1), (at(h, (n, LAST, j), (n, j), h0[n, j]),))
    loss = Equation(Tensor("E"), (), summed((h[n, t, j] - y[n, t, j]) ** 2, n, t, j) / (N * T))
    steps = (Equation(z, (n, t, j), pre), Equation(h, (n, t, j), TANH(z[n, t, j])))
    declared = {"input": (x, h0), "target": (y,), "param": (wx, wh, b)}
    return network("rnn", dimensions(N, T, D, H), declared, (*steps, loss), (recurrence,), wrt=("x", "h0"))


def lstm() -> Network:
    """Four gates side by side on one product axis; the loss reads the last state."""
    x, h0, c0, y = Tensor("x", (T, N, D)), Tensor("h0", (N, H)), Tensor("c0", (N, H)), Tensor("y", (N, H))
    w, v, b = Tensor("W", (D, 4 * H)), Tensor("U", (H, 4 * H)), Tensor("b", (4 * H,))
    a, c, h = Tensor("a", (T, N, 4 * H)), Tensor("c", (T, N, H)), Tensor("h", (T, N, H))
    i_, f, g, o = (Tensor(name, (T, N, H)) for name in "ifgo")
    q = Index("q", 4 * H)
    pre = summed(x[t, n, i] * w[i, q], i) + summed(h[t - 1, n, k] * v[k, q], k) + b[q]
    gates = tuple(
        Equation(gate, (t, n, j), (TANH if gate is g else SIGMOID)(a[t, n, place * H + j]))
        for place, gate in enumerate((i_, f, g, o))
    )
    kept = Equation(c, (t, n, j), f[t, n, j] * c[t - 1, n, j] + i_[t, n, j] * g[t, n, j])
    state = Equation(h, (t, n, j), o[t, n, j] * TANH(c[t, n, j]))
    ends = tuple(at(state, (LAST, n, j), (n, j), first[n, j]) for state, first in ((h, h0), (c, c0)))
    members = ("a", "i", "f", "g", "o", "c", "h")
    loss = Equation(Tensor("E"), (), summed((h[T - 1, n, j] - y[n, j]) ** 2, n, j) / N)
    equations = (Equation(a, (t, n, q), pre), *gates, kept, state, loss)
    declared = {"input": (x, h0, c0), "target": (y,), "param": (w, v, b)}
    recurrence = Recurrence(T, -1, members, (0,) * len(members), ends)
    return network("lstm", dimensions(T, N, D, H), declared, equations, (recurrence,), wrt=("x", "h0", "c0"))


def deep() -> Network:
    """A perceptron of depth L, whose parameters are stacked: a layer."""
    x, w, b = Tensor("x", (N, H)), Tensor("W", (L, H, H)), Tensor("b", (L, H))
    z, a, y = Tensor("z", (L, N, H)), Tensor("a", (L, N, H)), Tensor("y", (N, H))
    pre = summed(a[layer - 1, n, k] * w[layer, k, j], k) + b[layer, j]
    recurrence = Recurrence(L, -1, ("z", "a"), (0, 0), (at(a, (LAST, n, j), (n, j), x[n, j]),))
    equations = (
        Equation(z, (layer, n, j), pre),
        Equation(a, (layer, n, j), SIGMOID(z[layer, n, j])),
        Equation(y, (n, j), 2 * a[L - 1, n, j]),
    )
    declared = {"input": (x,), "param": (w, b)}
    return network("deep", dimensions(L, N, H), declared, equations, (recurrence,), result="y")


def downwards() -> Network:
    """g[t] = tanh(x[t] + w g[t+1]), g[T] = g0: computed from the last step to the first."""
    x, g0, w, g = Tensor("x", (T, H)), Tensor("g0", (H,)), Tensor("w", (H,)), Tensor("g", (T, H))
    recurrence = Recurrence(T, 1, ("g",), (0,), (at(g, (T, j), (j,), g0[j]),))
    equations = (
        Equation(g, (t, j), TANH(x[t, j] + w[j] * g[t + 1, j])),
        Equation(Tensor("E"), (), summed(g[t, j] ** 2, t, j)),
    )
    declared = {"input": (x, g0), "param": (w,)}
    return network("downwards", dimensions(T, H), declared, equations, (recurrence,), wrt=("x", "g0"))


def convolution() -> Network:
    """Stride 2, padding 1: y[n,m,r] = sum(x[n,c,2*r+u-1] k[m,c,u]) + b[m]; what lies outside counts as 0."""
    x, w, b = Tensor("x", (N, C, H)), Tensor("k", (M, C, F)), Tensor("b", (M,))
    y = Tensor("y", (N, M, R))
    r, m, c, v = Index("r", R), Index("m", M), Index("c", C), Index("v", F)
    place = 2 * r + v - 1
    inside = Logic("and", Compare("<=", Integer(0), place), Compare("<", place, H))
    body = Where(inside, x[n, c, place], S.Zero) * w[m, c, v]
    sizes = (*dimensions(N, C, M, H, F), Dimension(R, None, floor((H + 2 - F) / 2) + 1))
    equations = (Equation(y, (n, m, r), summed(body, c, v) + b[m]),)
    return network("convolution", sizes, {"input": (x,), "param": (w, b)}, equations, result="y")


def pooling() -> Network:
    """The largest of each block of two: y[n,r] = max(x[n,2*r+u] for u)."""
    x, y = Tensor("x", (N, 2 * R)), Tensor("y", (N, R))
    r, v = Index("r", R), Index("v", 2)
    equations = (Equation(y, (n, r), bind(Maximum, x[n, 2 * r + v], [v])),)
    return network("pooling", dimensions(N, R), {"input": (x,)}, equations, result="y")


def attention() -> Network:
    """Causal attention with H heads of width K side by side on one product axis."""
    q, v = Tensor("q", (B, T, H * K)), Tensor("v", (B, T, H * K))
    s, p, y = Tensor("S", (B, H, T, T)), Tensor("P", (B, H, T, T)), Tensor("y", (B, T, H * K))
    b, h, e, w = Index("b", B), Index("h", H), Index("e", K), Index("w", T)
    score = summed(q[b, t, h * K + e] * q[b, u, h * K + e], e) / sqrt(K)
    total = summed(Where(Compare("<=", w, t), exp(s[b, h, t, w]), S.Zero), w)
    equations = (
        Equation(s, (b, h, t, u), score),
        Equation(p, (b, h, t, u), Where(Compare("<=", u, t), exp(s[b, h, t, u]) / total, S.Zero)),
        at(y, (b, t, h * K + e), (b, t, h, e), summed(p[b, h, t, u] * v[b, u, h * K + e], u)),
    )
    return network(
        "attention", (*dimensions(B, T), Dimension(H, 2), Dimension(K)), {"input": (q, v)}, equations, result="y"
    )


HANDMADE = {made.name: made for made in (rnn(), lstm(), deep(), downwards(), convolution(), pooling(), attention())}

"""Losses written as likelihoods, and what algebra makes of each: the same loss as textbooks print it.

name -> (declarations, the loss as a likelihood, the loss as it is known)
"""

from __future__ import annotations

HEAD = 'network loss "A loss"\ndim N, D = 3, K = 4\n'

LIKELIHOODS: dict[str, tuple[str, str, str]] = {
    "Gaussian": (
        "input x[N, D], s\ntarget y[N]\nparam w[D], b\nmu = x @ w + b\n",
        "p[n] = exp(-(y[n] - mu[n])**2 / (2*s**2)) / sqrt(2*pi*s**2)\nL = prod(p[n] for n)\nloss E = -log(L)",
        "loss E = sum((y - mu)**2) / (2*s**2) + N * log(2*pi*s**2) / 2",
    ),
    "Gaussian, mean over all entries, spread learned": (
        "input m[N, D]\ntarget y[N, D]\nparam s\nwrt m\n",
        "p = exp(-(y - m)**2 / (2*s**2)) / sqrt(2*pi*s**2)\nloss E = -mean(log(p))",
        "loss E = mean((y - m)**2) / (2*s**2) + log(2*pi*s**2) / 2",
    ),
    "Gaussian, logarithm of the variance learned": (
        "input m[N], lv[N]\ntarget y[N]\nwrt m, lv\n",
        "p = exp(-(y - m)**2 / (2*exp(lv))) / sqrt(2*pi*exp(lv))\nloss E = -mean(log(p))",
        "loss E = sum((y - m)**2 / (2*exp(lv)) + lv / 2) / N + log(2*pi) / 2",
    ),
    "Gaussian, variance learned": (
        "target y[N]\nparam m, v positive\n",
        "loss E = -log(prod(exp(-(y - m)**2 / (2*v)) / sqrt(2*pi*v)))",
        "loss E = sum((y - m)**2) / (2*v) + N * log(2*pi*v) / 2",
    ),
    "Bernoulli": (
        "input x[N, D]\ntarget y[N] binary\nparam w[D], b\nq = sigmoid(x @ w + b)\n",
        "L = prod(q[n]**y[n] * (1 - q[n])**(1 - y[n]) for n)\nloss E = -log(L) / N",
        "loss E = -mean(y*log(q) + (1 - y)*log(1 - q))",
    ),
    "Bernoulli, case by case": (
        "input z[N]\ntarget y[N] in 2\nwrt z\nq = sigmoid(z)\n",
        "loss E = -log(prod(where(y[n] == 1, q[n], 1 - q[n]) for n))",
        "loss E = -sum(log(where(y[n] == 1, q[n], 1 - q[n])) for n)",
    ),
    "categorical": (
        "input x[N, D]\ntarget y[N, K] one_hot\nparam W[D, K], b[K]\nq = softmax(x @ W + b)\n",
        "L = prod(prod(q[n,k]**y[n,k] for k) for n)\nloss E = -log(L) / N",
        "loss E = mean(cross_entropy(q, y))",
    ),
    "categorical, with labels": (
        "input x[N, D]\ntarget y[N] in K\nparam W[D, K]\nq = softmax(x @ W)\n",
        "loss E = -log(prod(q[n,y[n]] for n))",
        "loss E = sum(cross_entropy(q, y))",
    ),
    "Laplace": (
        "const b = 2\ninput m[N]\ntarget y[N]\nwrt m\n",
        "p[n] = exp(-abs(y[n] - m[n]) / b) / (2*b)\nL = prod(p)\nloss E = -log(L)",
        "loss E = sum(abs(y - m)) / b + N * log(2*b)",
    ),
    "Poisson": (
        "input r[N] positive\ntarget y[N]\nwrt r\n",
        "L = prod(r[n]**y[n] * exp(-r[n]) for n)\nloss E = -log(L)",
        "loss E = sum(r - y*log(r))",
    ),
    "Poisson, with an exponential in front": (
        "input x[N, D]\ntarget y[N]\nparam w[D]\nz = x @ w\nr = exp(z)\n",
        "L = prod(r[n]**y[n] * exp(-r[n]) for n)\nloss E = -log(L)",
        "loss E = sum(r - y*z)",
    ),
    "exponential": (
        "input r[N] positive\ntarget y[N]\nwrt r\n",
        "loss E = -log(prod(r[n] * exp(-r[n]*y[n]) for n))",
        "loss E = sum(r*y - log(r))",
    ),
    "Student's t, without its constant": (
        "const ν = 3\ninput m[N], s\ntarget y[N]\nwrt m\n",
        "p[n] = (1 + (y[n] - m[n])**2 / (ν*s**2))**(-(ν + 1)/2)\nloss E = -log(prod(p))",
        "loss E = (ν + 1) * sum(log(1 + (y - m)**2 / (ν*s**2))) / 2",
    ),
    "mixture of Gaussians": (
        "target y[N]\nparam m[K], w[K] positive\n",
        "f[n] = sum(w[k] * exp(-(y[n] - m[k])**2 / 2) for k)\nL = prod(f)\nloss E = -log(L)",
        "f[n] = sum(w[k] * exp(-(y[n] - m[k])**2 / 2) for k)\nloss E = -sum(log(f))",
    ),
    "two products": (
        "input m[N], z[N, K]\ntarget y[N], t[N] in K\nwrt m, z\nq = softmax(z)\n",
        "L = prod(exp(-(y[n] - m[n])**2) for n) * prod(q[n,t[n]] for n)\nloss E = -log(L)",
        "loss E = sum((y - m)**2) - sum(log(q[n,t[n]]) for n)",
    ),
    "geometric mean": (
        "input q[N] positive\nwrt q\n",
        "loss E = log(prod(q)**(1/N))",
        "loss E = mean(log(q))",
    ),
}


def as_likelihood(name: str) -> str:
    """The network with the loss as a likelihood."""
    declarations, likelihood, _ = LIKELIHOODS[name]
    return HEAD + declarations + likelihood


def as_loss(name: str) -> str:
    """The network with the loss as it is known."""
    declarations, _, loss = LIKELIHOODS[name]
    return HEAD + declarations + loss

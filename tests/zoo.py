"""Networks and layers of many kinds, beyond the gallery: whatever is found in papers and fits the language."""

from __future__ import annotations

ZOO: dict[str, str] = {
    "layer norm": """
        dim N, D
        const eps = 1e-2
        input x[N, D]
        param g[D], b[D]
        m = mean(x, over=D)
        v = mean((x - m)**2, over=D)
        xhat = (x - m) / sqrt(v + eps)
        output y = g * xhat + b
    """,
    "batch norm, in index form": """
        dim N, D
        const eps = 1e-2
        input x[N, D]
        param g[D], b[D]
        m[d] = mean(x[n,d] for n)
        v[d] = mean((x[n,d] - m[d])**2 for n)
        xhat[n,d] = (x[n,d] - m[d]) / sqrt(v[d] + eps)
        output y[n,d] = g[d] * xhat[n,d] + b[d]
    """,
    "layer norm in one call": """
        dim N, D
        input x[N, D]
        param g[D], b[D]
        output y = layer_norm(x, g, b, eps=0.1)
    """,
    "batch norm in one call": """
        dim N, D
        input x[N, D]
        param g[D], b[D]
        output y = batch_norm(x, g, b, eps=0.1)
    """,
    "rms norm": """
        dim N, D
        input x[N, D]
        param g[D]
        output y = rms_norm(x, g, eps=0.1)
    """,
    "rows of length one": """
        dim N, D
        input x[N, D]
        output y = normalize(x)
    """,
    "attention": """
        dim B, T, D, K
        input x[B, T, D]
        param Wq[D, K], Wk[D, K], Wv[D, K]
        q = x @ Wq
        k = x @ Wk
        v = x @ Wv
        S[b,t,u] = sum(q[b,t,e] * k[b,u,e] for e) / sqrt(K)
        P[b,t,u] = exp(S[b,t,u]) / sum(exp(S[b,t,w]) for w)
        output y[b,t,e] = sum(P[b,t,u] * v[b,u,e] for u)
    """,
    "attention of two inputs with a temperature": """
        dim T, U, D
        input x[T, D], z[U, D]
        param c
        S = x @ z.T * exp(c)
        output y = softmax(S) @ z
    """,
    "contrastive loss": """
        dim N, D, E
        input a[N, D], b[N, D]
        param W[D, E], c
        u = normalize(a @ W)
        v = normalize(b @ W)
        S[n,m] = exp(c) * sum(u[n,e] * v[m,e] for e)
        loss L = -mean(log(exp(S[n,n]) / sum(exp(S[n,m]) for m)) for n)
    """,
    "mean of embeddings, by integer label": """
        dim N, T, V, D, K
        input tok[N, T] in V
        target t[N] in K
        param E[V, D], W[D, K], b[K]
        v[n,d] = mean(E[tok[n,u], d] for u)
        z = v @ W + b
        p[n,k] = exp(z[n,k]) / sum(exp(z[n,l]) for l)
        loss C = -sum(log(p[n,t[n]]) for n) / N
    """,
    "log softmax at the label": """
        dim N, D, K
        input x[N, D]
        target t[N] in K
        param W[D, K]
        z = x @ W
        loss C = -mean(log_softmax(z)[n, t[n]] for n)
    """,
    "variational autoencoder": """
        dim N, D, H, Z
        input x[N, D], ε[N, Z]
        param We[D, H], be[H], Wm[H, Z], Wv[H, Z], Wd[Z, D], bd[D]
        h  = tanh(x @ We + be)
        μ  = h @ Wm
        lv = h @ Wv
        z  = μ + exp(lv / 2) * ε
        r  = sigmoid(z @ Wd + bd)
        recon[n] = sum((x[n,d] - r[n,d])**2 for d)
        kl[n] = -sum(1 + lv[n,k] - μ[n,k]**2 - exp(lv[n,k]) for k) / 2
        loss E = mean(recon + kl)
    """,
    "knowledge distillation": """
        dim N, D, K
        const T = 2
        input x[N, D], q[N, K] sums_to_one
        param W[D, K]
        p = softmax(x @ W / T)
        loss E = T**2 * mean(kl(q, p))
    """,
    "gated linear unit": """
        dim N, D, H
        input x[N, D]
        param W[D, H], V[D, H]
        output y = (x @ W) * sigmoid(x @ V)
    """,
    "bilinear form": """
        dim N, D, E
        input x[N, D], z[N, E]
        param A[D, E]
        output s[n] = sum(x[n,i] * A[i,j] * z[n,j] for i, j)
    """,
    "quadratic form of a symmetric matrix": """
        dim N, D
        input x[N, D], A[D, D] symmetric
        param c[D]
        output s[n] = sum((x[n,i] + c[i]) * A[i,j] * (x[n,j] + c[j]) for i, j)
    """,
    "maximum of several linear pieces": """
        dim N, D, H, K
        input x[N, D]
        param W[D, H, K]
        z[n,h,k] = sum(x[n,d] * W[d,h,k] for d)
        output y[n,h] = max(z[n,h,k] for k)
    """,
    "pairwise hinge": """
        dim N, M, D
        input x[N, D], z[M, D]
        param w[D]
        s = x @ w
        r = z @ w
        loss E = mean(max(0, 1 - s[n] + r[m]) for n, m)
    """,
    "support vector machine": """
        dim N, D
        const C = 0.3
        input x[N, D]
        target y[N] signs
        param w[D], b
        m = y * (x @ w + b)
        loss E = sum(w**2) / 2 + C * sum(relu(1 - m))
    """,
    "logistic loss by signs": """
        dim N, D
        input x[N, D]
        target y[N] signs
        param w[D]
        m = y * (x @ w)
        loss E = mean(log(1 + exp(-m)))
    """,
    "poisson regression": """
        dim N, D
        input x[N, D]
        target y[N] positive
        param w[D]
        η = x @ w
        loss E = mean(exp(η) - y * η)
    """,
    "huber regression with a prior": """
        dim N, D
        input x[N, D]
        target y[N]
        param w[D], b
        a = x @ w + b
        loss E = mean(huber(a, y, delta=0.7)) + sum(abs(w)) / 10
    """,
    "a power of two tensors": """
        dim N
        input x[N] positive
        param a[N], s
        output y = x**a + (1 + x)**s
    """,
    "products along a row": """
        dim N, D
        input x[N, D]
        param w[D]
        output y[n] = prod(x[n,i] + w[i] for i) + prod(1 + x[n,i]**2 for i)
    """,
    "cases by a condition": """
        dim N, D
        input x[N, D]
        param w[D], c
        z = w * x
        output y = where(z > c and z < 2 * c + 1, z**2, where(not z > c, z - c, c))
    """,
    "a condition on letters": """
        dim N, D
        input x[N, D]
        param W[D, D]
        output y[n,i] = sum(W[i,j] * x[n,j] for j if j <= i)
    """,
    "the entry at the largest place": """
        dim N, D
        input x[N, D], z[N, D]
        param w[D]
        a[n,i] = x[n,i] * w[i]
        output y[n] = z[n, argmax(a[n,i] for i)] * a[n, argmax(a[n,i] for i)]
    """,
    "a stopped gradient": """
        dim N
        input x[N]
        target y[N]
        param w
        a = w * x
        b = stop(a)
        loss E = mean((b - y) * a)
    """,
    "sums of exponentials, nested": """
        dim N, D, K
        input x[N, D, K]
        param w[K]
        z[n,d,k] = x[n,d,k] * w[k]
        a = logsumexp(z)
        output y = logsumexp(a)
    """,
    "two outputs, one of them read again": """
        dim N, D, H
        input x[N, D]
        param W[D, H]
        output h = tanh(x @ W)
        output s[n] = sum(h[n,j]**2 for j)
    """,
    "gradients of inputs too": """
        dim N, D
        input x[N, D], h0[N]
        param w[D]
        wrt x, h0
        loss E = mean((x @ w + h0)**2)
    """,
    "a softmax over the first axis": """
        dim N, D
        input x[N, D]
        param w[D]
        a = softmax(x * w, over=N)
        output y[d] = sum(a[n,d] * x[n,d] for n)
    """,
    "factorisation machine": """
        dim N, D, K
        input x[N, D]
        param w[D], V[D, K], b
        q[n,f] = sum(V[i,f] * x[n,i] for i)**2 - sum(V[i,f]**2 * x[n,i]**2 for i)
        output y[n] = b + sum(w[i] * x[n,i] for i) + sum(q[n,f] for f) / 2
    """,
    "a kernel of distances": """
        dim N, M, D
        input x[N, D]
        param c[M, D], s[M]
        r[n,m] = sum((x[n,i] - c[m,i])**2 for i)
        output y = exp(-r * s**2)
    """,
    "a mixture of experts": """
        dim N, D, H, E
        input x[N, D]
        param G[D, E], W[E, D, H]
        g = softmax(x @ G)
        output y[n,h] = sum(g[n,e] * x[n,d] * W[e,d,h] for e, d)
    """,
    "a mixture of gaussians": """
        dim N, K, D
        input x[N, D]
        param a[K], m[K, D], s[K]
        logp[n,k] = a[k] - sum((x[n,d] - m[k,d])**2 for d) * exp(-2*s[k]) / 2 - D * s[k]
        loss E = -mean(log(sum(exp(logp[n,k]) for k)) for n)
    """,
    "a gradient that depends on nothing": """
        dim N, D
        param w[N, D]
        loss E = mean(w) / 2
    """,
    "outputs that share nothing": """
        dim N, D
        input x[N, D]
        param w[D]
        h[i,n] = x[n,i]
        output y = tanh(w)
        output z = h - 1
    """,
    "an integer axis": """
        dim N
        input x[N, 3]
        param W[3, 2], b[2]
        h = sigmoid(x @ W + b)
        loss E = mean(h[n,0] * x[n,2] - h[n,1]**2 for n)
    """,
    "clipped and rounded parts": """
        dim N
        input x[N]
        param w, v
        a = clip(w * x, -0.5, 0.5)
        b = floor(v) * x
        loss E = mean((a - b)**2)
    """,
    "two letters side by side on one axis": """
        dim N, D, H
        input x[N, D]
        target t[N] in D
        param w[H]
        v[n] = x[n, t[n]]
        q[n,(i,j)] = tanh(x[n,i] * w[j])
        s[n,j] = sum(q[n,(i,j)]**2 for i)
        output y = tanh(v)
        output z = tanh(s)
    """,
    "means of means": """
        dim N, D
        input x[N, D]
        param w[D]
        z = x * w
        c = z - mean(z, over=D)
        e = c - mean(c, over=N)
        loss E = sum(e**2) + var(z)
    """,
}  # fmt: skip


def text(name: str) -> str:
    """One of them as a file of the language."""
    lines = [line.strip() for line in ZOO[name].strip().splitlines()]
    return "\n".join(("network zoo", *lines, ""))

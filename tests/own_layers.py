"""Layers and models that nobody has put into the gallery, as a user would write them: recurrences, windows, masks."""

from __future__ import annotations

OWN_LAYERS: dict[str, str] = {
    "minimal gated unit": """
        dim T, N, D, H
        input x[T, N, D], h0[N, H]
        target y[N, H]
        param Wf[D, H], Uf[H, H], Wc[D, H], Uc[H, H]
        f[t] = sigmoid(x[t] @ Wf + h[t-1] @ Uf)
        c[t] = tanh(x[t] @ Wc + (f[t] * h[t-1]) @ Uc)
        h[t] = (1 - f[t]) * h[t-1] + f[t] * c[t]
        h[-1] = h0
        loss E = mean((h[T-1] - y)**2)
    """,
    "leaky integrator": """
        dim T, H
        input x[T, H]
        param w[H], a
        h[t,j] = (1 - sigmoid(a)) * h[t-1,j] + sigmoid(a) * tanh(w[j] * x[t,j])
        h[-1,j] = 0
        output y[t,j] = h[t,j]
    """,
    "linear attention with a decaying memory": """
        dim T, K, V
        input q[T, K], k[T, K], v[T, V]
        param c
        M[t,i,j] = sigmoid(c) * M[t-1,i,j] + k[t,i] * v[t,j]
        M[-1,i,j] = 0
        output y[t,j] = sum(q[t,i] * M[t,i,j] for i)
    """,
    "gated causal convolution, dilated": """
        dim N, T, C, O, F = 2
        input x[N, T, C]
        param a[F, C, O], b[F, C, O]
        u[n,t in T,o] = sum((x[n,t-2*s,c] else 0) * a[s,c,o] for s, c)
        g[n,t in T,o] = sum((x[n,t-2*s,c] else 0) * b[s,c,o] for s, c)
        output y = tanh(u) * sigmoid(g)
    """,
    "normalisation over neighbouring channels": """
        dim N, C
        input x[N, C]
        param k
        s[n,c in C] = sum((x[n,c+u-1] else 0)**2 for u in 3)
        output y = x / (1 + k**2 + s)**0.75
    """,
    "forward algorithm of a conditional random field": """
        dim T, S
        input x[T, S]
        param A[S, S], b[S]
        f[t,s] = log(sum(exp(f[t-1,r] + A[r,s]) for r)) + x[t,s]
        f[0,s] = b[s] + x[0,s]
        loss Z = log(sum(exp(f[T-1,s]) for s))
    """,
    "residual flow of any depth with shared parameters": """
        dim N, L, H
        input x[N, H]
        param W[H, H], b[H], s[L]
        a[l] = a[l-1] + s[l] * tanh(a[l-1] @ W + b)
        a[-1] = x
        output y = a[L-1]
    """,
    "attention with a penalty on distance": """
        dim T, D
        input x[T, D]
        param W[D, D], m
        S[t,u] = sum(x[t,i] * W[i,j] * x[u,j] for i, j) - exp(m) * (t - u)
        P = softmax(S, over=u if u <= t)
        output y[t,i] = sum(P[t,u] * x[u,i] for u)
    """,
    "squashed capsules": """
        dim N, C, D
        input x[N, C, D]
        param W[C, D, D]
        v[n,c,e] = sum(x[n,c,d] * W[c,d,e] for d)
        s[n,c] = sum(v[n,c,d]**2 for d) + 0.1
        output y[n,c,d] = s[n,c] / (1 + s[n,c]) * v[n,c,d] / sqrt(s[n,c])
    """,
    "a recurrence in each direction": """
        dim T, D, H
        input x[T, D]
        param W[D, H], V[D, H], u[H], v[H]
        f[t,j] = tanh(sum(x[t,i] * W[i,j] for i) + u[j] * f[t-1,j])
        f[-1,j] = 0
        b[t,j] = tanh(sum(x[t,i] * V[i,j] for i) + v[j] * b[t+1,j])
        b[T,j] = 0
        output y = f * b
    """,
    "discounted returns": """
        dim N, T
        input r[N, T]
        param g, w[T]
        G[n,t] = w[t] * r[n,t] + sigmoid(g) * G[n,t+1]
        G[n,T] = 0
        loss E = mean(G[n,0]**2 for n)
    """,
    "pixel shuffle": """
        dim N, C, R, S, F = 2
        input x[N, C*F*F, R, S]
        param a[C], w[F, F]
        output y[n,c,(r,u),(s,v)] = a[c] * w[u,v] * x[n,(c,u,v),r,s]
    """,
    "pieces of an image as tokens": """
        dim N, R, S, P = 2, E
        input x[N, R*P, S*P]
        param W[P, P, E], b[E]
        output z[n,(r,s),e] = sum(x[n,(r,u),(s,v)] * W[u,v,e] for u, v) + b[e]
    """,
    "smoothness of neighbours": """
        dim N, T
        input x[N, T]
        param w[T]
        a = w * x
        loss E = mean(((a[n,t+1] else a[n,t]) - a[n,t])**2 for n, t)
    """,
    "autoencoder with one matrix for both ways": """
        dim N, D, H
        input x[N, D]
        param W[D, H], b[H], c[D]
        h = sigmoid(x @ W + b)
        r = sigmoid(h @ W.T + c)
        loss E = mean((r - x)**2)
    """,
    "mean over what a mask keeps": """
        dim N, T, D, K
        input x[N, T, D], keep[N, T] binary
        param W[D, K]
        m[n,d] = sum(keep[n,t] * x[n,t,d] for t) / (1 + sum(keep[n,t] for t))
        output y = m @ W
    """,
    "label smoothing by Iverson brackets": """
        dim N, D, K
        const ε = 0.1
        input x[N, D]
        target y[N] in K
        param W[D, K]
        q[n,k in K] = (1 - ε) * [k == y[n]] + ε / K
        loss E = mean(-sum(q[n,k] * log_softmax(x @ W)[n,k] for k) for n)
    """,
    "states of a stack of two recurrences": """
        dim T, D, H
        input x[T, D]
        param W[D, H], U[H, H], V[H, H]
        a[t,j] = tanh(sum(x[t,i] * W[i,j] for i) + sum(a[t-1,k] * U[k,j] for k))
        a[-1,j] = 0
        b[t,j] = tanh(a[t,j] + sum(b[t-1,k] * V[k,j] for k))
        b[-1,j] = 0
        loss E = mean(b**2)
    """,
    "weighted products of neighbours in a ring of windows": """
        dim N, R
        input x[N, R*2]
        param w[2, 2]
        output y[n,r] = sum(w[u,v] * x[n,(r,u)] * x[n,(r,v)] for u, v)
    """,
    "overlapping maxima": """
        dim N, H = 5, R = (H - 3)//2 + 1
        input x[N, H]
        param w[H]
        a = w * x
        output y[n,r in R] = max((a[n,2*r+u] else -inf) for u in 3)
    """,
}  # fmt: skip


def text(name: str) -> str:
    """One of them as a file of the language."""
    lines = [line.strip() for line in OWN_LAYERS[name].strip().splitlines()]
    return "\n".join(("network own", *lines, ""))

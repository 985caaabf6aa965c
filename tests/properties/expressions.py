"""Random index expressions over a few letters, for the laws of binding."""

from __future__ import annotations

from hypothesis import strategies as st
from sympy import Expr, Integer

from derive.binding import bind
from derive.entry import Tensor
from derive.functions import exp
from derive.index import Index, dimension
from derive.operators import Compare, Delta, Maximum, Product, Sum, Where

N, D = dimension("N"), dimension("D")
SIZES = {"N": 2, "D": 3}
LETTERS = tuple(Index(name, D) for name in "ijkl")
ROWS = tuple(Index(name, N) for name in "nm")
X, V = Tensor("x", (N, D)), Tensor("v", (D,))

letters = st.sampled_from(LETTERS)
rows = st.sampled_from(ROWS)
leaves: st.SearchStrategy[Expr] = st.one_of(
    st.builds(lambda n, i: X[n, i], rows, letters),
    st.builds(lambda i: V[i], letters),
    st.builds(lambda i, j: Delta(i, j), letters, letters),
    st.integers(-2, 3).map(Integer),
)


def _larger(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    some = st.lists(letters | rows, min_size=1, max_size=2, unique=True)
    return st.one_of(
        st.builds(lambda a, b: a + b, inner, inner),
        st.builds(lambda a, b: a * b, inner, inner),
        st.builds(lambda a: exp(a / 4), inner),
        st.builds(lambda a, i, b: Where(Compare("<", a, V[i]), a, b), inner, letters, inner),
        st.builds(lambda body, over: bind(Sum, body, over), inner, some),
        st.builds(lambda body, letter: bind(Product, body, [letter]), inner, letters),
        st.builds(lambda body, letter: bind(Maximum, body, [letter]), inner, letters | rows),
    )


expressions: st.SearchStrategy[Expr] = st.recursive(leaves, _larger, max_leaves=7)

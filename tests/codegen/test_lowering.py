"""Array statements have the values that their index equations have, computed by loops."""

from __future__ import annotations

import random
from collections.abc import Iterable

import numpy as np
import pytest
from sympy import Expr, Integer, Rational, S

from codegen.check import check_statements
from codegen.interpret import run
from codegen.lower.equation import lower_equation
from codegen.lower.lowered import Surroundings
from codegen.program import Statement
from codegen.targets.numpy.printer import Printer
from derive.binding import bind, free_letters
from derive.entry import Entry, Tensor
from derive.equation import Equation
from derive.evaluate.passes import evaluate_equation
from derive.functions import apply, exp
from derive.index import Index, dimension
from derive.operators import Compare, Delta, Logic, Maximum, Minimum, Product, Sum, Where, iverson

N, D, H, K = map(dimension, "NDHK")
n, m, i, j, k, v = (
    Index("n", N), Index("m", N), Index("i", D), Index("j", H), Index("k", K), Index("v", K),
)  # fmt: skip
x, W, z, b, s = Tensor("x", (N, D)), Tensor("W", (D, H)), Tensor("z", (N, H)), Tensor("b", (H,)), Tensor("s", (N,))
g, A, c, V = Tensor("g", (D,)), Tensor("A", (D, D)), Tensor("c", ()), Tensor("V", (H, K))
y, E, u, p = Tensor("y", (N,), K), Tensor("E", (K, D)), Tensor("u", (N, D)), Tensor("p", (N, K))
X, Z = Tensor("X", (N, K, D)), Tensor("Z", (N, K, H))
L = Tensor("L", (N, N), K)
ALL = (x, W, z, b, s, g, A, c, V, y, E, u, p, X, Z, L)
ZERO, ONE = Integer(0), Integer(1)


def total(body: Expr, *letters: Index) -> Expr:
    return bind(Sum, body, letters)


EXPRESSIONS: dict[str, tuple[tuple[Index, ...], Expr]] = {
    "linear": ((n, j), total(x[n, i] * W[i, j], i) + b[j]),
    "weight gradient": ((i, j), total(x[n, i] * z[n, j], n)),
    "transposed weight gradient": ((j, i), total(x[n, i] * z[n, j], n)),
    "input gradient": ((n, i), total(z[n, j] * W[i, j], j)),
    "bias gradient": ((j,), total(z[n, j], n)),
    "matrix times vector": ((n,), total(x[n, i] * g[i], i)),
    "vector times matrix": ((j,), total(g[i] * W[i, j], i)),
    "dot": ((), total(g[i] * g[i], i)),
    "outer": ((i, j), g[i] * b[j]),
    "three factors": ((n, i), total(x[n, i] * W[i, j] * z[n, j], j)),
    "chain": ((n, k), total(x[n, i] * W[i, j] * V[j, k], i, j)),
    "chain summed": ((), total(x[n, i] * W[i, j] * z[n, j], n, i, j)),
    "scaled rows": ((i, j), total(x[n, i] * s[n] * z[n, j], n)),
    "scaled columns": ((n, j), total(x[n, i] * g[i] * W[i, j], i)),
    "row dot": ((n,), total(x[n, i] * u[n, i], i)),
    "private letters": ((), total(x[n, i] * z[n, j], n, i, j)),
    "quotient inside": ((n,), total(x[n, i] * u[n, i] / (1 + A[i, i] ** 2), i)),
    "divided rows": ((n, i), x[n, i] / (1 + s[n] ** 2)),
    "two letters": ((i, j), total(X[n, k, i] * Z[n, k, j], n, k)),
    "batched": ((n, i, j), total(X[n, k, i] * Z[n, k, j], k)),
    "batched transposed": ((n, j, i), total(X[n, k, i] * Z[n, k, j], k)),
    "rank three times matrix": ((n, k, j), total(X[n, k, i] * W[i, j], i)),
    "rank three gradient": ((n, k, i), total(Z[n, k, j] * W[i, j], j)),
    "batch in the middle": ((k, i, j), total(X[n, k, i] * Z[n, k, j], n)),
    "sum of a constant": ((j,), total(b[j], n)),
    "mean of a constant": ((), total(s[n], n, i) / N),
    "split sum": ((n, j), total(x[n, i] * W[i, j] + b[j] / D, i)),
    "squares": ((), total((x[n, i] - s[n]) ** 2, n, i) / (2 * N)),
    "trace": ((), total(A[i, i], i)),
    "diagonal": ((i,), A[i, i] * g[i]),
    "transpose": ((i, n), x[n, i]),
    "broadcast": ((n, j), b[j]),
    "broadcast a column": ((n, j), s[n]),
    "broadcast a number": ((n, j), Rational(3, 2) + ZERO),
    "size as a value": ((), N * ONE),
    "embedding": ((n, i), E[y[n], i]),
    "picked": ((n,), p[n, y[n]]),
    "picked from two": ((n, m), p[n, y[m]]),
    "one place": ((n,), x[n, 0] + x[n, D - 1]),
    "first row": ((i,), x[0, i]),
    "one-hot": ((n, k), p[n, k] - Delta(y[n], k)),
    "scatter": ((k, i), total(Delta(y[n], k) * x[n, i], n)),
    "scatter scaled": ((i, k), -2 * total(Delta(y[n], k) * x[n, i] * s[n] / N, n)),
    "scatter through a sum": ((k, i), total(Delta(y[n], k) * z[n, j] * W[i, j], n, j)),
    "scatter of pairs": ((k, i), total(Delta(L[n, m], k) * x[n, i], n, m)),
    "scatter of numbers": ((k,), total(Delta(L[m, n], k) * s[n], n, m)),
    "scatter of ones": ((k,), total(Delta(y[n], k), n)),
    "labels that agree": ((n, m), Delta(y[n], y[m])),
    "contracted delta": ((n,), total(Delta(y[n], k) * p[n, k], k)),
    "identity": ((i, Index("l", D)), Delta(i, Index("l", D))),
    "one minus one-hot": ((n, k), 1 - Delta(y[n], k)),
    "relu": ((n, j), apply("max", z[n, j], ZERO)),
    "relu slope": ((n, j), z[n, j] * iverson(Compare(">", z[n, j], ZERO))),
    "mask times number": ((n, j), 2 * iverson(Compare(">", z[n, j], ZERO))),
    "mask squared": ((n, j), iverson(Compare(">", z[n, j], ZERO)) * iverson(Compare("<", z[n, j], ONE))),
    "numbers by case": ((n, j), Where(Compare("<=", z[n, j], ZERO), Integer(2), Rational(1, 3))),
    "negated mask": ((n, j), Where(Compare("<=", z[n, j], ZERO), ZERO, ONE)),
    "logic": (
        (n, j),
        Where(Logic("or", Compare(">", z[n, j], ONE), Logic("not", Compare(">", b[j], ZERO))), s[n], ONE),
    ),
    "causal": ((n, m), Where(Compare("<=", m, n), s[m], ZERO)),
    "letter as a value": ((n, i), (i + 1) * x[n, i]),
    "label as a value": ((n,), y[n] * s[n]),
    "maximum": ((n,), bind(Maximum, x[n, i], [i])),
    "minimum": ((i,), bind(Minimum, x[n, i], [n])),
    "product": ((n,), bind(Product, x[n, i], [i])),
    "softmax": ((n, k), exp(p[n, k]) / total(exp(p[n, v]), v)),
    "powers": ((n, i), x[n, i] ** 3 + x[n, i] ** 4 - x[n, i] ** 7 + (1 + x[n, i] ** 2) ** Rational(-3, 2)),
    "general power": ((n, i), (1 + x[n, i] ** 2) ** Rational(1, 3)),
    "number factors": ((n, i), -3 * x[n, i] / 4 + Rational(1, 1000) * u[n, i]),
    "scalars": ((), c[()] ** 2 / (1 + c[()] ** 2)),
}


def arrays(sizes: dict[str, int], seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    shape = {t.name: tuple(sizes[str(axis)] for axis in t.axes) for t in ALL}
    return {t.name: rng.standard_normal(shape[t.name]) if t.within is None
            else rng.integers(0, sizes[str(t.within)], shape[t.name]) for t in ALL}  # fmt: skip


def lowered(equation: Equation) -> Statement:
    where = Surroundings(ranks={t.name: place for place, t in enumerate(ALL)}, parameters=frozenset(("W", "V", "b")))
    statement = lower_equation(equation, where)
    check_statements([statement], {t.name: t.axes for t in ALL})
    return statement


def printed_value(
    statement: Statement, values: dict[str, np.ndarray], sizes: dict[str, int], dtype: type
) -> np.ndarray:
    text = Printer({t.name: t.axes for t in ALL}).text(statement.operation)
    helpers = {"np": np, "dtype": np.dtype(dtype), "_sum_by_label": sum_by_label}
    return np.asarray(eval(text, {**helpers, **sizes, **values}))


def sum_by_label(labels: np.ndarray, rows: np.ndarray, size: int) -> np.ndarray:
    rows = np.broadcast_to(rows, (*labels.shape, *rows.shape[labels.ndim :]))
    return np.stack([rows[labels == k].sum(axis=0) for k in range(size)]).astype(rows.dtype)


def equation_of(letters: Iterable[Index], right: Expr) -> Equation:
    letters = tuple(letters)
    return Equation(Tensor("result", tuple(letter.size for letter in letters)), letters, right)


SIZES = [
    {"N": 3, "D": 4, "H": 5, "K": 2},
    {"N": 5, "D": 2, "H": 3, "K": 4},
    {"N": 1, "D": 3, "H": 2, "K": 5},
    {"N": 2, "D": 1, "H": 3, "K": 1},
]


@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_statement_has_the_values_of_the_loops(name: str, sizes: dict[str, int]) -> None:
    equation = equation_of(*EXPRESSIONS[name])
    values = arrays(sizes)
    statement = lowered(equation)
    expected = evaluate_equation(equation, values, sizes)
    np.testing.assert_allclose(run((statement,), values, sizes)["result"], expected, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(printed_value(statement, values, sizes, np.float64), expected, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_float32_stays_float32(name: str) -> None:
    sizes = SIZES[0]
    values = {key: array if array.dtype.kind == "i" else np.asarray(array, np.float32)
              for key, array in arrays(sizes).items()}  # fmt: skip
    assert printed_value(lowered(equation_of(*EXPRESSIONS[name])), values, sizes, np.float32).dtype == np.float32


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_no_einsum_where_a_product_or_a_reduction_says_it(name: str) -> None:
    text = Printer({t.name: t.axes for t in ALL}).text(lowered(equation_of(*EXPRESSIONS[name])).operation)
    assert "einsum" not in text


@pytest.mark.parametrize("seed", range(150))
def test_random_sums_of_products_have_the_values_of_the_loops(seed: int) -> None:
    rng = random.Random(seed)
    letters = [n, i, j, k]
    plain = [t for t in ALL if t.within is None and t is not A]
    of = {N: n, D: i, H: j, K: k}
    factors = [Entry(t, *(of[axis] for axis in t.axes)) for t in rng.choices(plain, k=rng.randint(1, 4))]
    body: Expr = S.One
    for factor in factors:
        body *= rng.choice((factor, factor, factor + 2, 1 / (2 + factor**2), factor - rng.choice(factors)))
    summed = [letter for letter in letters if rng.random() < 0.5]
    free = [letter for letter in letters if letter in free_letters(body) and letter not in summed]
    rng.shuffle(free)
    equation = equation_of(free, bind(Sum, body, summed) * rng.choice((1, -1, Rational(1, 2), 3 / N)))
    sizes = rng.choice(SIZES)
    values = arrays(sizes, seed)
    statement = lowered(equation)
    expected = evaluate_equation(equation, values, sizes)
    np.testing.assert_allclose(run((statement,), values, sizes)["result"], expected, rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(printed_value(statement, values, sizes, np.float64), expected, rtol=1e-9, atol=1e-10)

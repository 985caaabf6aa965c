"""The builder makes what the text makes."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from sympy import Rational

import derive
from derive.errors import InputError
from derive.language import gallery_path, read


def test_the_builder_and_the_file_make_equal_networks() -> None:
    built = (
        derive.Network("custom_activation", "A function that the reader defines")
        .dim(N=None, D=8, H=16, K=2)
        .const(c=2)
        .input("x[N, D]")
        .target("y[N, K]")
        .param("W1[D, H]", "b1[H]")
        .param("W2[H, K]", "b2[K]")
        .function("snake(u) = u + sin(c*u)**2 / c")
        .equation("z = x @ W1 + b1", "h = snake(z)")
        .equation("a = h @ W2 + b2")
        .loss("E = mean((a - y)**2)")
        .build()
    )
    assert built == read(gallery_path("custom_activation"))


def test_values_may_be_arrays_lists_and_fractions() -> None:
    built = (
        derive.Network("t")
        .dim("N", F="2*N")
        .input("x[N]", value=np.array([0.1, 2.0]))
        .input("s", value=Fraction(1, 3))
        .param("w[N, N]", value=[[1, 2], [3, 1e-5]])
        .learning_rate(0.5)
        .wrt("x")
        .loss("E = s*sum(x @ w)*F")
        .build()
    )
    values = {item.tensor.name: item.value for item in built.declarations}
    assert values["x"] == (Rational(1, 10), 2)
    assert values["s"] == Rational(1, 3)
    assert values["w"] == ((1, 2), (3, Rational(1, 100000)))
    assert built.learning_rate == Rational(1, 2)
    assert built.wrt == ("x",)


def test_a_mistake_has_its_place_in_the_assembled_text() -> None:
    builder = derive.Network("t").dim("N").input("x[N]").param("w").loss("E = sum(x)*v")
    with pytest.raises(InputError) as caught:
        builder.build()
    assert caught.value.place is not None
    assert builder.text.split("\n")[caught.value.place.line - 1] == "loss E = sum(x)*v"


def test_a_piece_cannot_smuggle_in_another_line() -> None:
    with pytest.raises(InputError):
        derive.Network("t").input("x\nparam w").wrt("x").loss("E = x**2").build()


def test_importing_derive_does_not_import_sympy() -> None:
    code = "import sys, derive, derive.language as l; l.gallery(); print('sympy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"

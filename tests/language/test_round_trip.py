"""A network survives being printed: in the form in which it was written, and in index form."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from derive import language
from derive.language import gallery, gallery_path, parse, read, write
from derive.network import Network

REFERENCE = Path(language.__file__).with_name("REFERENCE.md").read_text(encoding="utf-8")
EXAMPLES = {match.split()[1]: match for match in re.findall(r"```net\n(.*?)```", REFERENCE, re.DOTALL)}
FORMULAS = (
    "(x + 1)/(2*N)", "2*(x + 1)*(x - 2)", "(x + 1)/(x - 2)/3", "3*x*(x + 1)/2", "-(x + 1)*(x + 2)", "x**-2", "-x/3",
    "1/sqrt(x**2 + eps)", "sqrt(2)*x", "x**(1/3)", "exp(x**2)/pi", "where(x > 0 or not x < -1, x, -inf)",
    "max(x, 0) - min(x, W)", "huber(x, W, delta=2)", "leaky_relu(x)", "f(x) + x", "var(x, over=D)*W",
    "prod(max(x[n,i] for n) for i)", "sum(x[n,i]*x[m,i] for n, m, i)", "x[:,argmax(x[0])]", "x - x[0]", "x.T",
    "sum(i*x[n,i] for n, i)", "1.5e-3*x", "(1 + x)*N*D", "x*(1 - x)/(2*N*(1 + x))",
)  # fmt: skip


def _network(formula: str) -> Network:
    return parse(
        f"network t\ndim N, D = 3\nconst eps = 1e-5\ninput x[N, D]\nparam W[N, D]\nf(u) = u*sin(eps*u)\n"
        f"output y = {formula}\noutput z = W + x\n"
    )


@pytest.mark.parametrize("name", gallery())
def test_the_text_of_a_gallery_network_reads_back_as_the_same_network(name: str) -> None:
    network = read(gallery_path(name))
    again = parse(network.text)
    assert again == network
    assert again.text == network.text
    assert again.about == network.about


@pytest.mark.parametrize("name", gallery())
def test_a_gallery_network_written_in_index_form_is_the_same_network(name: str) -> None:
    network = read(gallery_path(name))
    assert parse(write(network)) == network


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_survives_both_ways_of_printing(formula: str) -> None:
    network = _network(formula)
    assert parse(network.text) == network
    assert parse(write(network)) == network


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_the_reference_are_read(name: str) -> None:
    network = parse(EXAMPLES[name])
    assert parse(network.text) == network
    assert parse(write(network)) == network


def test_every_gallery_network_says_what_it_teaches() -> None:
    for name in gallery():
        network = read(gallery_path(name))
        assert network.name == name
        assert network.title != name
        assert network.about.endswith(".")


@pytest.mark.parametrize(
    "title", ['say "so"', "back\\slash", '"""', "{{ x }} {% x %}", "\\end{document} % $x$", "ε ✓ 한국어"]
)
def test_any_title_survives(title: str) -> None:
    network = replace(read(gallery_path("neuron")), title=title)
    assert parse(write(network)).title == title
    assert parse(parse(write(network)).text).title == title


def test_letters_that_clash_with_tensors_are_spelled_anew() -> None:
    network = parse("network t\ndim N, D\ninput x[N, D]\nparam w[D]\nn[d] = sum(x[n,d]*w[d] for n)\nloss E = sum(n)\n")
    assert parse(write(network)).equations[-1] == network.equations[-1]

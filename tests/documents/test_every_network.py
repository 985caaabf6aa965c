"""Documents of networks of every kind can be written: portable Markdown, balanced TeX, text for the terminal."""

from __future__ import annotations

import html
import re
from collections import Counter

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given, note, settings

from codegen.emit import listing
from codegen.formats import FORMATS
from codegen.formats.markdown.portable import formulas
from codegen.formats.terminal import describe
from codegen.outline import outline
from derive.backward import differentiate
from derive.language import parse
from tests import profiles  # noqa: F401  (registers them)
from tests.properties.networks import networks
from tests.zoo import ZOO, text

# A document takes a second and more.
FEW = settings(settings.get_profile("default"), max_examples=15)

# What lies behind one function or another, each with a form of its own on paper.
FORMS = {
    "one over an exponential": "output y = 1 / exp(2 * a * x)",
    "one over a function": "output y = 1 / cosh(a * x)",
    "logarithm of a sigmoid": "output y = log(sigmoid(2 * a * x))",
    "divergence of two softmaxes": "output y = kl(softmax(x), softmax(a * x))",
    "root of an absolute value": "output y = sqrt(abs(x * a))",
    "mean under a condition": "loss E = mean(a * x[n] for n if x[n] > 0)",
    "limits that no notation says": "target y[N] positive\np = softmax(a * x)\nloss E = mean(y * log(y / p))",
}


def form(name: str) -> str:
    """A small network around one of the forms."""
    return f"network form\ndim N\ninput x[N]\nparam a\n{FORMS[name]}\n"


def check(source: str) -> None:
    """Write the documents of a network in every format; AssertionError for one that its readers would misread."""
    derivation = differentiate(parse(source))
    document = outline(derivation, listing(derivation))
    for format in FORMATS.values():
        written = format.render(document)
        assert format.violations(written) == [], format.name
        if format.name == "md":
            page = html.unescape(cmarkgfm.github_flavored_markdown_to_html(written, options=Options.CMARK_OPT_UNSAFE))
            blocks, inline = formulas(written)
            assert all(unbalanced(formula) == [] for formula in (*blocks, *inline))
            assert all(f"$$\n{formula}\n$$" in page for formula in blocks)
            assert all(f"${formula}$" in page for formula in inline)
        elif format.name == "tex":
            assert unbalanced(written) == []
    reached = [item.of.name for item in derivation.adjoints if item.of.name in derivation.wanted]
    assert describe(derivation, reached, 100).endswith("\n")


def unbalanced(tex: str) -> list[str]:
    """What is opened and not closed in TeX: braces, brackets that stretch, environments, dollar signs."""
    plain = re.sub(r"\\[\\{}$%]", "", re.sub(r"(?<!\\)%.*", "", tex))
    found = [] if plain.count("{") == plain.count("}") else ["{"]
    found += [] if len(re.findall(r"\\left\b", plain)) == len(re.findall(r"\\right\b", plain)) else [r"\left"]
    found += [] if plain.count("$") % 2 == 0 else ["$"]
    begun, ended = (Counter(re.findall(rf"\\{word}\{{(\w+)\}}", plain)) for word in ("begin", "end"))
    return found + sorted((begun - ended) + (ended - begun))


@pytest.mark.parametrize("name", ZOO)
def test_networks_of_the_zoo_have_documents(name: str) -> None:
    check(text(name))


@pytest.mark.parametrize("name", FORMS)
def test_forms_of_all_kinds_have_a_notation(name: str) -> None:
    check(form(name))


@FEW
@given(networks(largest=4))
def test_random_networks_have_documents(source: str) -> None:
    note(source)
    check(source)


@FEW
@given(networks(largest=3, stepwise=True))
def test_random_networks_of_steps_have_documents(source: str) -> None:
    note(source)
    check(source)


@pytest.mark.parametrize(
    ("tex", "left_open"),
    [("{a", "{"), (r"\left( a", r"\left"), ("a $b", "$"), (r"\begin{cases} a", "cases"), (r"\{ $a_{1}$ \}", "")],
)
def test_the_check_sees_what_is_left_open(tex: str, left_open: str) -> None:
    assert unbalanced(tex) == ([left_open] if left_open else [])

"""Documents show how a likelihood becomes a loss: every rule by its name, and what no gradient depends on."""

from __future__ import annotations

import pytest

import derive
from codegen.block import Display, Heading, Math, Paragraph, Steps
from codegen.formats import FORMATS
from codegen.formats.terminal.describe import describe
from codegen.notation.formula import Name
from codegen.notation.plain import plain
from codegen.outline import outline
from codegen.outline.page import Page, page
from codegen.outline.restated import restated
from derive.language import gallery_path, read
from tests.likelihoods import HEAD, LIKELIHOODS, as_likelihood


def section(text: str) -> Page:
    return page(derive.differentiate(derive.parse(text)), {}, linear=True)


def prose(here: Page) -> str:
    texts = [block.text for block in restated(here) if isinstance(block, Paragraph | Heading)]
    return " ".join("".join(plain(p.formula) if isinstance(p, Math) else str(getattr(p, "text", p)) for p in text)
                    for text in texts)  # fmt: skip


def steps(here: Page) -> list[tuple[str, str]]:
    (chain,) = [block for block in restated(here) if isinstance(block, Steps)]
    return [(plain(row.formula), "".join(str(piece) for piece in row.reason if isinstance(piece, str)).strip())
            for row in chain.rows]  # fmt: skip


def test_the_gaussian_chain_names_its_rules() -> None:
    here = page(derive.differentiate(read(gallery_path("gaussian_likelihood"))), {}, linear=True)
    assert [reason for _, reason in steps(here)] == [
        "",
        "substitute",
        "substitute",
        "logarithm of a running product",
        "logarithm of a quotient",
        "logarithm of a power",
        "logarithm of an exponential",
        "minus into the sum",
        "one sum for each",
        "move out of the sum",
    ]
    assert steps(here)[-1][0] == "((Σ_n (y[n] - mu[n])²) / s² + N·log(2·π·s²)) / 2"


def test_what_was_written_is_shown_as_people_write_it() -> None:
    here = section(as_likelihood("Bernoulli"))
    rows = [plain(right) for block in restated(here) if isinstance(block, Display) for _, right, _ in block.rows]
    assert rows[0] == "Π_n q[n]^y[n]·(1 - q[n])^(1 - y[n])"
    here = section(as_likelihood("Gaussian"))
    rows = [plain(right) for block in restated(here) if isinstance(block, Display) for _, right, _ in block.rows]
    assert rows[0].endswith("/ √(2·π·s²)")


def test_a_term_that_no_gradient_depends_on_is_named() -> None:
    told = prose(section(as_likelihood("Gaussian")))
    assert "N·log(2·π·s²) / 2 does not depend on w or b, so it moves the loss and changes no gradient" in told
    assert "What is left to be made small is Σ_n (y[n] - mu[n])²" in told


def test_a_term_that_is_learned_is_not_called_constant() -> None:
    assert "does not depend" not in prose(section(as_likelihood("Gaussian, variance learned")))


def test_a_fact_that_was_needed_is_said() -> None:
    text = HEAD + "target y[N] in K\nparam q[N, K] positive\nloss E = -log(prod(q[n,y[n]] for n))"
    assert "given that the entries of q are positive" in prose(section(text))


def test_what_stands_in_the_way_is_said() -> None:
    text = HEAD + "target y[N] in K\nparam q[N, K]\nloss E = -log(prod(q[n,y[n]] for n))"
    told = prose(section(text))
    assert "nothing says that q[n,y[n]] is never negative" in told and "positive" in told


def test_there_is_no_section_without_such_a_logarithm() -> None:
    here = page(derive.differentiate(read(gallery_path("softmax_loss"))), {})
    assert restated(here) == []


def test_the_terminal_shows_it_too() -> None:
    told = describe(derive.differentiate(derive.parse(as_likelihood("Laplace"))), "m", width=100)
    assert told.startswith("What the loss becomes") and "logarithm of a quotient" in told


@pytest.mark.parametrize("name", LIKELIHOODS)
def test_documents_of_likelihoods_are_sound(name: str) -> None:
    document = outline(derive.differentiate(derive.parse(as_likelihood(name))), {})
    for format in FORMATS.values():
        assert format.violations(format.render(document)) == []


KAPPA = HEAD + "input x[N], k{fact}\nparam m\nloss E = -log(prod(exp(k * cos(x[n] - m)) for n))"


def test_a_factor_of_unknown_sign_is_called_a_weight_only_where_it_is_positive() -> None:
    # With a negative factor the rest has to be made large.
    assert "only says how much the rest counts, as long as it is positive." in prose(section(KAPPA.format(fact="")))
    assert "only says how much the rest counts." in prose(section(KAPPA.format(fact=" positive")))
    assert "only says how much the rest counts." in prose(section(as_likelihood("Gaussian")))


def test_a_product_is_called_never_formed_only_where_none_is_left() -> None:
    text = HEAD + "input x[N]{more}\nparam m\nL = prod(exp(-(x[n] - m)**2) for n)\nloss E = -log(L){plus}"
    assert "is never formed" in prose(section(text.format(more="", plus="")))
    assert "is never formed" not in prose(section(text.format(more="", plus=" + L")))
    assert "is never formed" not in prose(section(text.format(more=", z[N]", plus=" + m*log(prod(z * exp(z)))")))


def test_several_missing_signs_are_said_in_the_plural() -> None:
    text = HEAD + "input x[N], u[N]\nparam a\nloss E = -log(prod(a * x[n] * exp(-u[n]) for n))"
    told = prose(section(text))
    assert "a and x[n] are never negative. If they were declared" in told


def test_a_number_that_is_called_like_a_word_is_set_as_mathematics() -> None:
    here = section(HEAD + "input x[N]\nparam a positive\nloss E = -log(prod(a * exp(-a * x[n]) for n))")
    texts = [block.text for block in restated(here) if isinstance(block, Paragraph)]
    (told,) = [text for text in texts if any("given that the number " in str(piece) for piece in text)]
    assert Math(Name("a")) in told

"""What an author says to the checker: settings, marked claims, symbols."""

from __future__ import annotations

import pytest

from derive.verification.document import document_of

PAIRS = (("network", "mlp"), ("layout", "column"), ("batch", "one"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<!-- chainscribe: network = mlp, layout = column, batch = one -->", "markdown"),
        ("<!--\nchainscribe: network = mlp\nlayout: column; batch = 'one'\n-->\n", "markdown"),
        ("words <!-- chainscribe: network = mlp --> words\n\n<!--chainscribe:layout=column,batch=one-->", "markdown"),
        ("---\ntitle: x\nchainscribe:\n  network: mlp\n  layout: column\n  batch: one\nother: y\n---\n", "markdown"),
        ("---\nchainscribe: network = mlp, layout = column, batch = one\n---", "markdown"),
        ("---\nchainscribe: {network: mlp, layout: column, batch: one}\n---", "markdown"),
        ("% chainscribe: network = mlp, layout = column\n$a$ % chainscribe: batch = one", "latex"),
        ("%chainscribe: network=mlp\n\\begin{document}\n% chainscribe: layout=column,batch=one", "latex"),
        ("# chainscribe: network = mlp, layout = column, batch = one\na = b", "plain"),
        ("# chainscribe: network = mlp, layout = column, batch = one\n$a = b$", "markdown"),
    ],
)
def test_settings(text: str, kind: str) -> None:
    document = document_of(text, "notes", kind)  # type: ignore[arg-type]
    assert document.settings == PAIRS and not document.errors


def test_a_setting_without_a_value_is_told() -> None:
    (error,) = document_of("<!-- chainscribe: network = mlp, column -->", kind="markdown").errors
    assert "column" in str(error) and error.place is not None and error.place.column == 34


@pytest.mark.parametrize(
    ("text", "kind", "claim", "surface"),
    [
        ("claim: E_total falls by about 0.006", "markdown", "E_total falls by about 0.006", "plain"),
        ("- **Claim:** E falls by 0.1.", "markdown", "E falls by 0.1", "plain"),
        ("**Claim 3**: $E$ falls", "markdown", "E falls", "plain"),
        ("*Claim*: `dW = x`", "markdown", "dW = x", "plain"),
        ("words\nclaim: $\\frac12 = 3$\nwords", "markdown", "\\frac12 = 3", "latex"),
        ("<!-- claim: E_{total} falls by 0.00073556 -->", "markdown", "E_{total} falls by 0.00073556", "latex"),
        ("% claim: E_{total} falls by 0.1.", "latex", "E_{total} falls by 0.1", "latex"),
        ("Text.\nclaim: $E$ falls", "latex", "E falls", "plain"),
        ("claim: E falls by 0.1", "plain", "E falls by 0.1", "plain"),
        ("# claim: E falls by 0.1", "plain", "E falls by 0.1", "plain"),
    ],
)
def test_a_marked_claim_is_what_follows_the_colon(text: str, kind: str, claim: str, surface: str) -> None:
    (snippet,) = document_of(text, "notes", kind).snippets  # type: ignore[arg-type]
    assert (snippet.text, snippet.surface, snippet.marked) == (claim, surface, True)
    line, column = snippet.starts[0]
    assert snippet.lines[line - 1][column - 1] == claim[0]


def test_a_claim_without_a_sentence_is_told() -> None:
    (error,) = document_of("claim:", kind="markdown").errors
    assert error.what == "a claim without a sentence"


def test_words_that_begin_with_claim_are_no_claim() -> None:
    assert not document_of("claims: many\nWe claim: nothing\nclaimed = 3", kind="markdown").snippets


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("| symbol | means |\n|---|---|\n| $a^{(1)}$ | `h` |\n| \\(\\delta\\) | dz |\n", "markdown"),
        ("x\n\nMeans | Symbol\n:-:|---\n$h$ | a^{(1)}\ndz | $\\delta$", "markdown"),
        ("> | **Symbol** | n | Means |\n> |--|--|--|\n> | a^{(1)} | 1 | h |\n> | $\\delta$ | 2 | dz. |", "markdown"),
        ("% symbol: a^{(1)} means h\n% symbol: $\\delta$ = dz", "latex"),
        ("# symbol: a^{(1)} means h\n# symbol: \\delta means dz", "plain"),
    ],
)
def test_symbols(text: str, kind: str) -> None:
    document = document_of(text, "notes", kind)  # type: ignore[arg-type]
    assert [(symbol, means) for symbol, means, _ in document.symbols] == [("a^{(1)}", "h"), ("\\delta", "dz")]
    assert not document.errors and not document.snippets
    for symbol, _, place in document.symbols:
        assert place.source[place.column - 1 : place.column - 1 + place.length] == symbol


def test_a_bar_inside_a_formula_is_none_between_cells() -> None:
    document = document_of("| symbol | means |\n|---|---|\n| $|x|$ | a\\|b |", kind="markdown")
    assert [(symbol, means) for symbol, means, _ in document.symbols] == [("|x|", "a\\|b")]


def test_a_symbol_without_a_meaning_is_told() -> None:
    document = document_of("| symbol | means |\n|---|---|\n| $a$ | |\n| | h |\n| $b$ |\n", kind="markdown")
    assert [error.place and error.place.line for error in document.errors] == [3, 4, 5]

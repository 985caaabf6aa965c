"""Names of the language as mathematics, and never as mark-up."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codegen.formats.markdown.portable import violations
from codegen.notation.latex import name
from codegen.notation.symbol import GREEK

NAMES = [
    ("x", "x", "x_{nk}"),
    ("z1", "z_1", "z_{1,nk}"),
    ("z12", "z_{12}", "z_{12,nk}"),
    ("h'", "h'", "h_{nk}'"),
    ("W1''", "W_1''", "W_{1,nk}''"),
    ("eps", r"\varepsilon", r"\varepsilon_{nk}"),
    ("ε", r"\varepsilon", r"\varepsilon_{nk}"),
    ("Σ", r"\Sigma", r"\Sigma_{nk}"),
    ("Κ", r"\mathrm K", r"\mathrm K_{nk}"),  # a Greek capital kappa
    ("Κhat", r"\hat{\mathrm K}", r"\hat{\mathrm K_{nk}}"),
    ("mu2", r"\mu_2", r"\mu_{2,nk}"),
    ("xhat", r"\hat x", r"\hat x_{nk}"),
    ("mu_hat", r"\hat \mu", r"\hat \mu_{nk}"),
    ("y_bar", r"\bar y", r"\bar y_{nk}"),
    ("lv", r"\mathit{lv}", r"\mathit{lv_{nk}}"),
    ("x_max", r"x_{\mathrm{max}}", r"x_{\mathrm{max},nk}"),
    ("_x", "x", "x_{nk}"),
    ("_", r"\mathit{blank}", r"\mathit{blank_{nk}}"),
]


@pytest.mark.parametrize(("text", "alone", "with_subscripts"), NAMES)
def test_a_name_becomes_a_symbol(text: str, alone: str, with_subscripts: str) -> None:
    assert name(text) == alone
    assert name(text, "nk") == with_subscripts


@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"[^\W\d][\w]{0,8}'{0,2}", fullmatch=True))
def test_every_name_is_harmless_in_markdown_and_tex(text: str) -> None:
    printed = name(text, "nk")
    assert violations(f"${printed}$\n") == []
    # The only commands are those that this notation uses itself.
    commands = set(re.findall(r"\\([A-Za-z]+)", printed))
    assert commands <= {"mathit", "mathrm", "hat", "bar", "tilde", *GREEK_COMMANDS}
    assert printed.count("{") == printed.count("}")


GREEK_COMMANDS = {*GREEK, "varepsilon", "varphi"}

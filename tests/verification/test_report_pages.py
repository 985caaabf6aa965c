"""Reports as Markdown, HTML and data: every claim is there, and what a stranger wrote stays text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import given
from hypothesis import strategies as st

from derive.errors import Place
from derive.verification.report import as_data, as_html, as_markdown, as_text
from derive.verification.report.mathematics import mathematics
from derive.verification.report.style import STYLE
from derive.verification.report.surface import surface
from derive.verification.verdict import Claim, Definition, Diagnosis, Mistake, Outcome, Report, Verdict, Witness
from tests.verification import reports as r

VOID = {"meta"}
MATHML = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "munder",
    "mover", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded",
}  # fmt: skip
OF_A_PAGE = {
    "html", "head", "meta", "title", "style", "body", "main", "section", "header", "h1", "h2", "p", "code", "ul", "li",
    "a", "article", "div", "span", "pre", "mark", "dl", "dt", "dd",
}  # fmt: skip
OF_MARKDOWN = {
    "h1", "h2", "h3", "p", "strong", "code", "pre", "ul", "li", "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
# What begins mark-up somewhere: HTML, Markdown, TeX, tables, links.
SIGNS = ("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;b&gt;", "-->", "<!--", "`", "```",
         "|", "\\|", "$", "$$", "*", "_", "**", "[a](http://b.c)", "](javascript:x)", "http://a.b/c", "www.a.bc",
         "~~", "#", "\n", "\\", "{", "}", "\\href{javascript:x}{y}", "%", "&", "\"", "'", "@user", "x_i", "x^{2}",
         "= ", "가", "\x1b[31m", "\u202e", "1. ", "- ", "> ", "\\begin{cases}", "\\\\", "\ud800", "\x00", "a",
         " ")  # fmt: skip
HOSTILE = st.lists(st.sampled_from(SIGNS), min_size=1, max_size=8).map("".join)


def report_of(text: str) -> Report:
    """A report with a stranger's text in every place that can hold one."""
    place = Place(text, 2, 1 + len(text) // 3, max(1, len(text) // 3), text)
    claim = Claim(text, place, text, "=", text)
    diagnosis = Diagnosis(Mistake.SIGN, text, text, place)
    verdicts = (
        Verdict(claim, Outcome.HOLDS, text, text),
        Verdict(claim, Outcome.FAILS, text, text, Witness(text, text, text, text), diagnosis),
        Verdict(Claim(text, place, text, text, text, 1), Outcome.FAILS, text, follows=True),
        Verdict(claim, Outcome.NOT_UNDERSTOOD, text, remedy=text),
    )
    return Report(text, verdicts, (Definition(text, place, text),), text, text, (text,))


class Tags(HTMLParser):
    """The tags of a page, their attributes and the text between them; a tag that is not closed is an error."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.ids: list[str] = []
        self.words = ""
        self.feed(page)
        self.close()
        assert not self.opened

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.opened.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_comment(self, data: str) -> None:
        assert data == " "


def rendered(markdown: str) -> Tags:
    """The Markdown as GitHub's own parser reads it, with HTML let through as far as it goes."""
    return Tags(cmarkgfm.github_flavored_markdown_to_html(markdown, Options.CMARK_OPT_UNSAFE))


def test_markdown_has_a_row_for_each_statement_in_reading_order() -> None:
    table = as_markdown(r.REPORT).split("## All claims")[1].split("##")[0]
    lines = [int(found) for found in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)]
    assert lines == [5, 6, 7, 7, 9, 13, 18, 19]
    assert re.findall(r"\| ([✓✗?∅]) ", table) == list("✓✗✓✗✗✓?∅")


def test_markdown_shows_latex_as_mathematics_and_plain_text_as_code() -> None:
    text = as_markdown(r.REPORT)
    assert r"| 5 | $\frac{\partial E}{\partial a} = 2 (a - y)$ | ✓ proved |" in text
    assert "| 18 | `db = dz.sum(axis=0)` | ? [undecided](#claim-7) |" in text


def test_markdown_has_a_section_for_each_mistake_with_its_source_line_and_carets() -> None:
    text = as_markdown(r.REPORT)
    assert re.findall(r"^### (.*)$", text, re.MULTILINE) == [
        "Line 6: sign", "Line 7: wrong digits", "Line 9: wrong or missing factor", "Line 18: undecided",
        "Line 19: not understood",
    ]  # fmt: skip
    assert "6 | $$\\frac{\\partial a}{\\partial z} = a (1 + a)$$\n  | " + " " * 39 + "^\n```" in text
    assert "- **should be**: $a (1 - a)$" in text


def test_links_in_pages_lead_to_what_they_name() -> None:
    markdown, page = as_markdown(r.REPORT), as_html(r.REPORT)
    for text in (markdown, page):
        targets = re.findall(r"\(#([\w-]+)\)|href=\"#([\w-]+)\"", text)
        names = [one or other for one, other in targets]
        assert names and all(text.count(f'id="{name}"') == 1 for name in names)


def test_two_reports_on_one_page_keep_their_names_apart() -> None:
    ids = Tags(as_html(r.REPORT, r.REPORT)).ids
    assert len(ids) == len(set(ids)) == 16


@given(HOSTILE)
def test_in_markdown_what_was_written_stays_text(text: str) -> None:
    page = rendered(as_markdown(report_of(text)))
    assert page.tags <= OF_MARKDOWN
    assert {name for name, _ in page.attributes} <= {"id", "href", "align", "lang"}
    assert all(value.startswith("#claim-") for name, value in page.attributes if name == "href")


@given(HOSTILE)
def test_in_markdown_a_table_keeps_its_columns(text: str) -> None:
    html = cmarkgfm.github_flavored_markdown_to_html(as_markdown(report_of(text)), Options.CMARK_OPT_UNSAFE)
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    # All claims, the links of one of them, and the definition, with their heads.
    assert len(rows) == 4 + 4 + 2 and all(len(re.findall("<t[hd]", row)) == 3 for row in rows)
    assert all(cell for row in rows[1:4] for cell in re.findall("<td>(.*?)</td>", row, re.DOTALL)[:1])


@given(HOSTILE)
def test_in_html_what_was_written_stays_text(text: str) -> None:
    page = Tags(as_html(report_of(text)))
    assert page.tags <= OF_A_PAGE | MATHML
    names = {name for name, _ in page.attributes}
    assert names <= {"lang", "charset", "name", "content", "http-equiv", "id", "class", "href", "display",
                     "stretchy", "mathvariant", "columnalign", "accent", "width", "form"}  # fmt: skip
    assert all(value.startswith("#claim-") for name, value in page.attributes if name == "href")
    assert "\x1b" not in page.words and "\u202e" not in page.words


@given(HOSTILE)
def test_data_survives_the_way_through_json(text: str) -> None:
    data = as_data(report_of(text))
    assert json.loads(json.dumps(data)) == data
    assert data["verdicts"][1]["diagnosis"]["sentence"] == text


def test_a_page_loads_nothing_and_runs_nothing() -> None:
    page = as_html(r.REPORT)
    assert "<script" not in page and "http:" not in page and "https:" not in page and "url(" not in page
    assert "Content-Security-Policy\" content=\"default-src 'none';" in page


def test_a_page_says_each_outcome_in_words_and_marks_the_wrong_part() -> None:
    page = as_html(r.REPORT)
    assert [found for found in re.findall(r"<mark>(.*?)</mark>", page)] == ["+", "38", "2 a^2", r"\lim_{h \to 0}"]
    for words in ("✓ proved", "✗ wrong: sign", "? undecided", "∅ not understood", "link 2 is the first wrong one"):
        assert words in page
    assert page.count("<article") == 8


def test_a_page_draws_what_was_understood_and_shows_what_was_written() -> None:
    page = as_html(Report("", (r.RIGHT, r.UNREAD)))
    right, unread = page.split("<article")[1:]
    assert "<math><mrow><mrow><mfrac>" in right and r">\frac{\partial E}{\partial a} = 2 (a - y)</code>" in right
    assert "<math" not in unread and r"<code>\lim_{h \to 0} \frac{f(x + h) - f(x)}{h}</code>" in unread


def test_a_link_of_a_chain_is_drawn_with_its_relation() -> None:
    page = as_html(Report("", r.CHAIN_VERDICTS))
    assert page.count("<math><mrow><mo>=</mo>") == 3


def test_data_has_all_verdicts_in_reading_order_with_their_places() -> None:
    data = as_data(r.REPORT)
    assert (data["version"], data["exit_code"]) == (1, 1)
    assert data["counts"] == {"holds": 5, "fails": 3, "undecided": 1, "not understood": 1}
    assert [verdict["text"] for verdict in data["verdicts"]] == [verdict.claim.text for verdict in r.REPORT.verdicts]
    sign = data["verdicts"][1]
    assert sign["diagnosis"]["mistake"] == "SIGN" and sign["diagnosis"]["place"] == {
        "line": 6,
        "column": 40,
        "length": 1,
    }
    assert sign["witness"] == {"left": "0.2311", "right": "1.0412", "where": "n = 1, j = 2", "sizes": "N = 3, H = 4"}
    assert data["definitions"][0]["meaning"] == "z, from the network"


def test_what_concerns_the_whole_is_noted_in_every_form() -> None:
    noted = replace(r.REPORT, notes=("nothing came back for x",))
    assert as_data(noted)["notes"] == ["nothing came back for x"]
    for shown in (as_text, as_markdown, as_html):
        assert shown(noted).count("note: nothing came back for x") == 1
        assert "nothing came back" not in shown(r.REPORT)


def test_a_notebook_may_choose_between_text_markdown_and_html() -> None:
    for shown in (r.REPORT, r.WRONG_SIGN):
        bundle = shown._repr_mimebundle_(include=None, exclude=None)
        assert list(bundle) == ["text/plain", "text/markdown", "text/html"]
        assert all("the sign before the second a is wrong" in text for text in bundle.values())
        assert "<html" not in bundle["text/html"] and "body" not in bundle["text/html"]


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        (r"\frac{a}{b}", r"$\frac{a}{b}$"),
        (r"W^{(1)}_{ij} = w_{kj}", r"$`W^{(1)}_{ij} = w_{kj}`$"),
        (r"\{x | y\} \, z", r"$\lbrace x \vert y\rbrace \thinspace z$"),
        (r"W^* * x", r"$W^\ast \ast x$"),
        (r"a[i] < b", r"$a\lbrack i\rbrack \lt b$"),
        (r"\sqrt[3]{x}", r"$\sqrt[3]{x}$"),
        (r"a &= b \\ &= c", r"$a = b = c$"),
        (r"\begin{cases} 1 & z > 0 \\ 0 & z < 0 \end{cases}",
         r"$\begin{cases} 1 & z \gt 0 \cr 0 & z \lt 0 \end{cases}$"),
        (r"\operatorname{diag}(v) \tag{3}", r"$\mathrm{diag}(v)$"),
        (r"\href{javascript:x}{y}", None),
        (r"\def\a{b} \a", None),
        (r"{a", None),
        ("a ` b", None),
        (r"\text{cost \$5}", None),
        ("", None),
    ],
)  # fmt: skip
def test_formulas_of_strangers_are_made_fit_for_markdown(formula: str, shown: str | None) -> None:
    assert mathematics(formula) == shown


@pytest.mark.parametrize(
    ("formula", "source", "notation"),
    [
        (r"\delta", r"\delta", "latex"),
        ("W_{1}", "W_{1}", "latex"),
        ("h_1 = 0.5", "so $h_1 = 0.5$", "latex"),
        ("h_1 = 0.5", "so h_1 = 0.5 and $x$", "plain"),
        ("s &= a", "s &= a", "latex"),
        ("dW = x.T @ dz", "dW = x.T @ dz", "plain"),
    ],
)
def test_the_notation_of_a_formula_is_found_where_nobody_says_it(formula: str, source: str, notation: str) -> None:
    assert surface(formula, Place("", 1, source.index(formula) + 1, len(formula), source)) == notation


def _luminance(colour: str) -> float:
    """The relative luminance of #rrggbb, as WCAG 2 defines it."""
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_text_of_a_page_stands_out_from_its_ground_in_light_dark_and_on_paper() -> None:
    palettes = [dict(re.findall(r"--([\w-]+): (#\w+)", part)) for part in STYLE.split("@media") if "--ink" in part]
    assert len(palettes) == 3
    for palette in palettes:
        for text in ("ink", "quiet", "holds", "fails", "undecided", "not-understood"):
            for ground in ("ground", "card", *(["mark"] if text == "ink" else [])):
                light, dark = sorted((_luminance(palette[text]), _luminance(palette[ground])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)


def test_a_text_without_claims_says_that_nothing_was_checked() -> None:
    for text in (as_markdown(Report("", ())), as_html(Report("", ()))):
        assert "no claims found, so nothing was checked" in text
    assert as_data(Report("", ()))["verdicts"] == []

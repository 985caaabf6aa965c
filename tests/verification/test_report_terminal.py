"""A report in the terminal: a line for each claim, carets below what is wrong, nothing that could harm it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derive.errors import Place
from derive.verification.report import as_text
from derive.verification.report.screen import Screen, printable
from derive.verification.verdict import Claim, Definition, Diagnosis, Mistake, Outcome, Report, Verdict
from tests.verification import reports as r

WIDTHS = st.integers(40, 140)


def cells(line: str) -> list[str]:
    """What stands in each column of a line; the second column of a wide character is empty."""
    found: list[str] = []
    for character in line:
        if unicodedata.combining(character):
            found[-1] += character
        else:
            found += [character, ""] if unicodedata.east_asian_width(character) in "WF" else [character]
    return found


def above_carets(text: str) -> list[str]:
    """What stands above each row of carets."""
    lines = text.split("\n")
    found = []
    for line, below in pairwise(lines):
        if re.fullmatch(r" *\^+", below):
            found.append("".join(cells(line)[below.index("^") : len(below)]))
    return found


def test_each_claim_has_its_line_in_reading_order() -> None:
    lines = as_text(r.REPORT).split("\n")
    starts = [line[:5] for line in lines if line[:1] in "✓✗?∅" and line.strip()]
    assert [start[0] for start in starts] == list("✓✗✓✗✓✗✓✓?∅")
    numbers = [int(found[1]) for line in lines if (found := re.match(r"[ ✓✗?∅] +(\d+)  ", line))]
    assert numbers == sorted(numbers) == [5, 6, 7, 7, 9, 13, 18, 19]


def test_a_confirmed_claim_is_one_line_with_how() -> None:
    assert as_text(Report("", (r.RIGHT,))).split("\n")[0] == (r"✓ 5  \frac{\partial E}{\partial a} = 2 (a - y)  proved")


def test_carets_stand_below_what_is_wrong() -> None:
    assert above_carets(as_text(r.REPORT)) == ["+", "38", "2 a^2", r"\lim_{h \to 0}"]


def test_a_failing_claim_says_mistake_correction_and_counter_example() -> None:
    text = as_text(Report("", (r.WRONG_SIGN,)))
    assert text.split("\n")[2:5] == [
        "         sign: the sign before the second a is wrong",
        "         should be: a (1 - a)",
        "         counter-example: with N = 3, H = 4, at n = 1, j = 2: left 0.2311, right 1.0412",
    ]


def test_a_chain_says_which_link_is_the_first_wrong_one_and_what_follows_from_it() -> None:
    text = as_text(Report("", r.CHAIN_VERDICTS))
    heads = [line.rstrip() for line in text.split("\n") if re.match(r"[✓✗]|   9", line) or line.startswith("  9")]
    assert [re.sub(r"  +", "  ", head) for head in heads] == [
        r"  9  \frac{\partial E}{\partial z}  link 2 is the first wrong one",
        "✓  = 2 (a - y) a (1 - a)  proved",
        "✗  = 2 a^2 - 2 a y (1 - a)  wrong or missing factor",
        "✓  = 2 a (a - y + a y)  proved, but from a wrong side",
    ]


@pytest.mark.parametrize(
    ("outcome", "follows", "words"),
    [
        (Outcome.FAILS, True, "follows from the mistake before it"),
        (Outcome.FAILS, False, "wrong; does not follow from the side before it"),
        (Outcome.HOLDS, True, "proved, but from a wrong side"),
        (Outcome.HOLDS, None, "proved"),
    ],
)
def test_a_link_behind_a_wrong_one_says_whether_it_follows(outcome: Outcome, follows: bool | None, words: str) -> None:
    last = Verdict(r.CHAIN[2], outcome, "proved" if outcome is Outcome.HOLDS else "", follows=follows)
    text = as_text(Report("", (*r.CHAIN_VERDICTS[:2], last)))
    row = next(line for line in text.split("\n") if "2 a (a - y + a y)" in line)
    assert row.endswith(f"  {words}")


def test_a_chain_that_holds_is_one_line_and_each_link_has_one_when_asked() -> None:
    held = tuple(replace(verdict, outcome=Outcome.HOLDS, reason="proved", diagnosis=None, witness=None, follows=None)
                 for verdict in r.CHAIN_VERDICTS)  # fmt: skip
    lines = as_text(Report("", held)).split("\n")
    assert lines[0].endswith("  proved (3 links)") and lines[2].startswith("3 claims: 3 hold (3 proved)")
    assert [line.split()[0] for line in as_text(Report("", held), verbose=True).split("\n")[:4]] == ["9", "✓", "✓", "✓"]


def test_how_a_claim_holds_is_said_in_fewer_words_where_it_has_no_room_unless_all_is_asked_for() -> None:
    long = Report("", (replace(r.RIGHT, reason="holds at 3 random points: " + "N = 2, D = 3; " * 8),))
    assert as_text(long).split("\n")[:2] == [r"✓ 5  \frac{\partial E}{\partial a} = 2 (a - y)  holds", ""]
    assert " ".join(as_text(long, verbose=True).split()).count("N = 2, D = 3;") == 8


def test_a_wrong_something_is_not_called_wrong_twice() -> None:
    diagnosis = Diagnosis(Mistake.ACTIVATION, "1 - h**2 is the derivative of tanh")
    text = as_text(Report("", (replace(r.WRONG_SIGN, diagnosis=diagnosis),)))
    assert text.split("\n")[0].endswith("  wrong activation derivative")


def test_what_was_wrong_in_code_before_is_not_explained_again() -> None:
    diagnosis = Diagnosis(Mistake.SIGN, "follows from the mistake in dz1", "dz1[n] = a[n]")
    text = as_text(Report("", (replace(r.WRONG_SIGN, diagnosis=diagnosis, follows=True),)))
    assert text.split("\n")[0].endswith("  follows from the mistake in dz1") and "should be" not in text


def test_two_equal_statements_are_two_claims_and_no_chain() -> None:
    assert as_text(Report("", (r.RIGHT, r.RIGHT))).count("proved\n") == 2


def test_the_end_says_what_it_comes_to_how_it_was_read_and_what_was_no_claim() -> None:
    assert as_text(r.REPORT).split("\n")[-4:-1] == [
        "10 claims: 5 hold (3 proved), 3 fail, 1 undecided, 1 not understood",
        "reading: column vectors, one example; network neuron",
        "2 formulas were taken as definitions (--verbose lists them)",
    ]
    verbose = as_text(r.REPORT, verbose=True)
    assert "--verbose" not in verbose
    assert re.search(r"^ +3  z = x W \+ b +z, from the network$", verbose, re.MULTILINE)


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        ((), "no claims found, so nothing was checked"),
        ((r.RIGHT,), "1 claim: 1 holds (1 proved)"),
        ((r.MATRIX,), "1 claim: 1 holds"),
        ((r.WRONG_SIGN,), "1 claim: 0 hold, 1 fails"),
        ((r.UNREAD, r.OPEN, r.OPEN), "3 claims: 0 hold, 2 undecided, 1 not understood"),
    ],
)
def test_the_summary_counts(verdicts: tuple[Verdict, ...], sentence: str) -> None:
    assert as_text(Report("", verdicts)).split("\n")[-2] == sentence


def test_a_wrong_part_outside_the_formula_as_shown_gets_its_source_line() -> None:
    diagnosis = Diagnosis(Mistake.FACTOR, "the factor is 3", "", r.place("2 a", "&= 2 a"))
    text = as_text(Report("", (replace(r.ALIGNED, outcome=Outcome.FAILS, diagnosis=diagnosis),)))
    assert "line 14: &= 2 a" in text and above_carets(text) == ["2 a"]


def test_a_terminal_that_does_not_know_the_signs_gets_words() -> None:
    text = as_text(r.REPORT, encoding="ascii")
    words = [line[:14].strip() for line in text.split("\n")[2:] if re.match(r"\S.{13} +\d+  |\S.{13} +=", line[:22])]
    assert words[:2] == ["holds", "fails"] and not set("✓✗∅…") & set(text)
    assert as_text(Report("", (r.RIGHT,)), encoding="cp949").startswith("holds ")


def test_colours_are_there_when_asked_for_and_change_nothing_else() -> None:
    coloured = as_text(r.REPORT, 100, True)
    assert "\x1b[31;1m✗\x1b[0m" in coloured and "\x1b[32;1m✓\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == as_text(r.REPORT, 100)


def failing(left: str, wrong: str, right: str, before: str = "$") -> Report:
    """A report of one claim `f = left wrong right` with a mark on what is wrong."""
    text = f"f = {left}{wrong}{right}"
    source = f"{before}{text}$"
    start = len(before) + 4 + len(left)
    return Report(
        "a.md",
        (
            Verdict(
                Claim(text, Place("a.md", 3, len(before) + 1, len(text), source), "f", "=", text[4:]),
                Outcome.FAILS,
                "",
                diagnosis=Diagnosis(Mistake.VALUE, "no", "", Place("a.md", 3, start + 1, len(wrong), source)),
            ),
        ),
    )


TEXTS = st.text(st.sampled_from("ab+-(){}\\^_ 가나다ｗ́"), max_size=120)


@given(TEXTS, st.text(st.sampled_from("xyz*가"), min_size=1, max_size=12), TEXTS, TEXTS, WIDTHS)
def test_whatever_is_left_out_the_carets_stand_below_the_wrong_part(
    left: str, wrong: str, right: str, before: str, width: int
) -> None:
    text = as_text(failing(left, wrong, right, before), width)
    (marked,) = above_carets(text)
    # A mark may follow on its last letter.
    assert marked.rstrip("\u0301") == wrong


@given(TEXTS, TEXTS, TEXTS, WIDTHS)
def test_rows_keep_within_the_terminal(left: str, right: str, before: str, width: int) -> None:
    for line in as_text(failing(left, "x", right, before), width).split("\n"):
        assert len(cells(line)) <= width


@given(st.text(max_size=40), WIDTHS)
def test_nothing_that_was_written_moves_the_cursor_or_turns_text_around(text: str, width: int) -> None:
    place = Place(text, 1, 1, max(1, len(text)), text)
    claim = Claim(text, place, text, "=", text)
    diagnosis = Diagnosis(Mistake.SIGN, text, text, place)
    verdicts = (
        Verdict(claim, Outcome.FAILS, text, text, None, diagnosis),
        Verdict(claim, Outcome.NOT_UNDERSTOOD, text, remedy=text),
    )
    shown = as_text(Report(text, verdicts, (Definition(text, place, text),), text, text), width, verbose=True)
    for character in set(shown) - {"\n"}:
        assert unicodedata.category(character) not in ("Cc", "Cs") or character == "\n"
        assert character not in "\u202a\u202b\u202d\u202e\u2066\u2067\u2028\u2029"
    assert all(line == line.rstrip() or not line.strip() or text for line in shown.split("\n"))


@given(st.text(max_size=60))
def test_making_a_text_printable_keeps_every_place(text: str) -> None:
    assert len(printable(text)) == len(text)


def test_hangul_that_was_taken_apart_is_as_wide_as_it_looks() -> None:
    assert Screen().columns(unicodedata.normalize("NFD", "기울기")) == Screen().columns("기울기") == 6

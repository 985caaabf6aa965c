"""`chainscribe verify`: what it takes for a file and what for a claim, what it prints and writes, how it ends."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import derive
import derive.verification.code
from codegen.cli import main
from codegen.cli.text_source import texts
from derive.errors import InputError
from derive.verification.document import Document
from derive.verification.verdict import Report
from tests.verification import reports as r

ROOT = Path(__file__).resolve().parents[2]
Command = Callable[..., "subprocess.CompletedProcess[str]"]

ONE_OF_EACH = {0: Report("a", (r.RIGHT,)), 1: Report("b", (r.WRONG_SIGN,)), 3: Report("c", (r.UNREAD,))}


class Run:
    """The command in this process, with a verifier that answers what it is told and remembers what it was asked."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.answers: list[Report | InputError] = [r.REPORT]
        self.asked: list[tuple[Any, Any, dict[str, Any]]] = []
        self.capsys = capsys
        monkeypatch.setitem(vars(derive), "verify", self._verify)
        monkeypatch.setattr(derive.verification.code, "verify_code", self._verify_code)

    def _verify(self, network: Any, text: Any, **options: Any) -> Report:
        self.asked.append((network, text, options))
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, InputError):
            raise answer
        return answer

    def _verify_code(self, network: Any, path: Path, function: str | None, timeout: float) -> Report:
        return self._verify(network, path, function=function, timeout=timeout)

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["verify", *arguments])
        out, err = self.capsys.readouterr()
        return int(ended.value.code or 0), out, err


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    (tmp_path / "notes.md").write_text("$a = b$\n", encoding="utf-8")
    return Run(monkeypatch, capsys)


def test_a_report_is_printed_and_its_worst_claim_is_the_exit_code(run: Run) -> None:
    code, out, err = run("notes.md", "--network", "mlp", "--layout", "column", "--batch", "one")
    assert (code, err) == (1, "")
    assert out.startswith("notes.md\n\n✓  5  ") and "10 claims: 5 hold (3 proved), 3 fail" in out
    ((network, text, options),) = run.asked
    assert network.name == "mlp" and text == Path("notes.md")
    assert options == {"symbols": (), "layout": "column", "batch": "one"}


@pytest.mark.parametrize(
    ("codes", "expected"), [([0], 0), ([1], 1), ([3], 3), ([0, 0], 0), ([0, 3], 3), ([3, 1], 1), ([3, 0], 3)]
)
def test_of_several_texts_the_worst_decides(run: Run, tmp_path: Path, codes: list[int], expected: int) -> None:
    files = [f"{number}.md" for number in range(len(codes))]
    for file in files:
        (tmp_path / file).write_text("x", encoding="utf-8")
    run.answers = [ONE_OF_EACH[code] for code in codes]
    assert run(*files)[0] == expected
    assert [text for _, text, _ in run.asked] == [Path(file) for file in files]


def test_bad_input_in_one_of_several_texts_is_told_with_the_others_and_nothing_is_printed(run: Run) -> None:
    run.answers = [InputError("first"), InputError("second")]
    code, out, err = run("notes.md", "a = b")
    assert (code, out) == (2, "") and "error: first" in err and "error: second" in err


@pytest.mark.parametrize(
    "claim",
    ["dW = x.T @ dz", r"\delta \approx p - y", "W → 0.4", "a<b", "p ≈ 0.3", "x = 1.md.5", "x = " + "1 + " * 200 + "1"],
)
def test_what_is_no_file_and_has_a_relation_is_a_claim(run: Run, claim: str) -> None:
    assert run(claim)[0] == 1
    assert run.asked[0][1] == claim


def test_claims_are_one_text_so_that_one_may_define_what_the_next_is_about(run: Run) -> None:
    run("z = w x", "notes.md", "--claim", "dz/dw = x", "--claim", "dz/dx = w")
    assert [text for _, text, _ in run.asked] == [Path("notes.md"), "z = w x\ndz/dw = x\ndz/dx = w"]


def test_a_file_is_a_file_even_where_its_name_looks_like_a_claim(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a=b").write_text("x", encoding="utf-8")
    run("a=b")
    assert run.asked[0][1] == Path("a=b")


def test_standard_input_is_read_as_a_document(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO("\ufeffWir: $E = \\frac12 (a - y)^2$".encode()))
    monkeypatch.setattr("sys.stdin", stream)
    run("-")
    document = run.asked[0][1]
    assert isinstance(document, Document) and [snippet.text for snippet in document.snippets] == [
        r"E = \frac12 (a - y)^2"
    ]


def test_standard_input_that_is_no_text_is_a_message(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"\xff\xfe\x00")))
    code, _, err = run("-")
    assert code == 2 and "standard input is not UTF-8" in err and not run.asked


def test_symbols_of_a_file_are_handed_on(run: Run, tmp_path: Path) -> None:
    (tmp_path / "symbols.txt").write_text("a^{(1)} = h\n", encoding="utf-8")
    run("notes.md", "--symbols", "symbols.txt")
    assert run.asked[0][2]["symbols"] == (("a^{(1)}", "h"),)


def test_code_is_checked_against_the_network(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("", encoding="utf-8")
    assert run("--code", "mine.py", "--network", "mlp", "--function", "back", "--timeout", "5")[0] == 1
    ((network, path, options),) = run.asked
    assert (network.name, path, options) == ("mlp", Path("mine.py"), {"function": "back", "timeout": 5.0})


@pytest.mark.parametrize("asked", [["--json"], ["--format", "json"], ["--json", "--format", "json"]])
def test_json_has_one_form_for_one_text_and_for_several(run: Run, asked: list[str]) -> None:
    for words in (["notes.md"], ["notes.md", "a = b"]):
        code, out, _ = run(*words, *asked)
        data = json.loads(out)
        assert (data["version"], data["exit_code"], len(data["reports"])) == (1, code, len(words))
        assert data["reports"][0]["verdicts"][1]["diagnosis"]["mistake"] == "SIGN"


def test_the_other_formats_are_printed_when_asked_for(run: Run) -> None:
    assert run("notes.md", "--format", "md")[1].startswith("# Verification of `notes.md`\n")
    assert run("notes.md", "--format", "html")[1].startswith("<!DOCTYPE html>")
    assert "Taken as definitions" in run("notes.md", "--verbose")[1]


@pytest.mark.parametrize(
    ("name", "start"),
    [("r.md", "# Veri"), ("r.html", "<!DOCTYPE"), ("r.json", "{"), ("r.txt", "notes.md"), ("보고서.md", "# Veri")],
)
def test_the_ending_of_the_output_says_its_format(run: Run, tmp_path: Path, name: str, start: str) -> None:
    code, out, _ = run("notes.md", "--output", name)
    assert code == 1 and out.startswith(f"{name} written; 10 claims: 5 hold")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["notes.md", name])
    assert run("notes.md", "--output", name)[1].startswith(f"{name} unchanged; ")


def test_a_report_of_ours_is_replaced_and_one_that_a_person_has_edited_is_not(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "r.md"
    assert run("notes.md", "-o", "r.md")[0] == 1
    run.answers, run.asked = [ONE_OF_EACH[0]], []
    assert run("notes.md", "-o", "r.md")[0] == 0 and "1 claim: 1 holds" in path.read_text(encoding="utf-8")
    edited = "My remark.\n" + path.read_text(encoding="utf-8")
    path.write_text(edited, encoding="utf-8")
    code, _, err = run("notes.md", "-o", "r.md")
    assert code == 2 and "is not overwritten" in err and path.read_text(encoding="utf-8") == edited
    assert run("notes.md", "-o", "r.md", "--force")[0] == 0 and "My remark" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["notes.md", "r.json", "r.txt"])
def test_what_is_not_ours_is_never_overwritten(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")
    code, _, err = run("notes.md", "-o", name)
    assert code == 2 and f"{name}: was not made by chainscribe" in err
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(("name", "complaint"), [("no/r.md", "cannot be written"), (".", "is not a file")])
def test_a_place_that_cannot_be_written_is_a_message(run: Run, name: str, complaint: str) -> None:
    code, _, err = run("notes.md", "-o", name)
    assert code == 2 and complaint in err


def test_a_link_is_not_replaced(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.md").symlink_to("elsewhere.md")
    assert run("notes.md", "-o", "r.md")[0] == 2
    assert not (tmp_path / "elsewhere.md").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "name a file, a claim in quotes"),
        (["missing.md"], "missing.md: there is no such file"),
        (["a=b.md"], "a=b.md: there is no such file"),
        (["just words"], "no relation in it"),
        (["--claim", " "], "a claim is empty"),
        (["--claim", "a = b", "--network", "mpl"], "mlp"),
        (["--claim", "a = b", "--layout", "diagonal"], "diagonal"),
        (["--claim", "a = b", "--json", "--format", "md"], "--json and --format"),
        (["--code", "mine.py"], "--code needs --network"),
        (["--claim", "a = b", "--function", "f"], "belong to --code"),
        (["--claim", "a = b", "--timeout", "3"], "belong to --code"),
        (["--claim", "a = b", "--force"], "--force belongs to --output"),
        (["--claim", "a = b", "--symbols", "none.txt"], "none.txt"),
    ],
)
def test_wrong_usage_is_exit_code_2_with_a_remedy(
    chainscribe: Command, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    done = chainscribe("verify", *arguments)
    assert done.returncode == 2 and complaint in done.stderr and "Traceback" not in done.stderr
    assert done.stdout == "" and not list(tmp_path.iterdir())


@pytest.mark.parametrize("columns", ["72", "100"])
def test_help_shows_examples_and_exit_codes(chainscribe: Command, columns: str) -> None:
    text = chainscribe("verify", "--help", COLUMNS=columns).stdout
    assert 'chainscribe verify "dW1 = x.T @ dz1" --network mlp' in text
    assert re.search(r"Exit codes: 0 all claims hold, 1 a claim fails, 2 wrong usage", text)


def test_what_was_typed_is_sorted_into_files_and_claims(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.md").write_text("", encoding="utf-8")
    assert texts(["a.md", "a.md", "x = y"], ["u = v"]) == [Path("a.md"), "x = y\nu = v"]
    with pytest.raises(InputError, match="not UTF-8"):
        texts(["x = \udcff"], [])
    with pytest.raises(InputError, match="no such file"):
        texts(["a\0b"], [])


@pytest.mark.parametrize(
    ("claim", "code", "shown"),
    [
        ("dW1 = x.T @ dz1", 0, "1 claim: 1 holds"),
        ("dW1 = x.T @ dz1 * 2", 1, "1 claim: 0 hold, 1 fails"),
        (r"\frac{\partial E}{\partial W_1} = \lim_{h \to 0} x", 3, "1 claim: 0 hold, 1 not understood"),
    ],
)
def test_a_claim_is_decided_and_its_outcome_is_the_exit_code(
    chainscribe: Command, claim: str, code: int, shown: str
) -> None:
    done = chainscribe("verify", claim, "--network", "mlp")
    assert (done.returncode, done.stderr) == (code, "") and shown in done.stdout.splitlines()[-2]
    assert done.stdout.splitlines()[-1].startswith("reading: ") and done.stdout.endswith("; network mlp\n")


NOTES = r"""# Notes

<!-- chainscribe: network = mlp -->

출력층에서 $\frac{\partial E}{\partial z_2} = \frac{1}{N} (p - y)$ 이고,

$$\frac{\partial E}{\partial W_2} = h^\top \frac{\partial E}{\partial z_2} = \frac{2}{N} h^\top (p - y)$$
"""


def test_notes_are_read_from_a_file_and_from_standard_input_alike(chainscribe: Command, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(NOTES, encoding="utf-8")
    from_file = chainscribe("verify", "notes.md")
    command = [sys.executable, "-m", "codegen.cli", "verify", "-"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8", "COLUMNS": "100"}
    piped = subprocess.run(command, input=NOTES, env=environment, capture_output=True, encoding="utf-8", timeout=120)
    assert (from_file.returncode, piped.returncode, from_file.stderr, piped.stderr) == (1, 1, "", "")
    assert from_file.stdout.split("\n")[0] == "notes.md" and piped.stdout.split("\n")[0] == "standard input"
    assert from_file.stdout.split("\n")[1:] == piped.stdout.split("\n")[1:]
    assert "link 2 is the first wrong one" in from_file.stdout and "wrong or missing factor" in from_file.stdout


def test_a_report_in_a_file_is_the_same_whatever_terminal_asks_for_it(chainscribe: Command, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text(NOTES, encoding="utf-8")
    for columns, seed in (("60", "1"), ("120", "2")):
        for ending in ("txt", "html"):
            output = f"{columns}.{ending}"
            done = chainscribe("verify", "notes.md", "-o", output, COLUMNS=columns, PYTHONHASHSEED=seed)
            assert (done.returncode, done.stderr) == (1, "")
    for ending in ("txt", "html"):
        assert (tmp_path / f"60.{ending}").read_bytes() == (tmp_path / f"120.{ending}").read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is a thing of Unix")
@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_a_terminal_gets_colours_unless_it_says_no(no_color: str, coloured: bool) -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "NO_COLOR": no_color, "TERM": "xterm", "PYTHONPATH": str(ROOT), "COLUMNS": "80"}
    environment["PYTHONIOENCODING"] = "utf-8"
    command = [sys.executable, "-m", "codegen.cli", "verify", "dW1 = x.T @ dz1", "--network", "mlp"]
    process = subprocess.Popen(command, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:  # how Linux says that the other end has been closed
        pass
    process.wait(timeout=60)
    os.close(ours)
    assert "✓".encode() in shown and (b"\x1b[32;1m" in shown) is coloured


CODE = """
def backward(x, dz):
    return {"W": x.T @ dz, "b": dz.sum(axis=0)}
"""


@pytest.mark.parametrize(("code", "expected"), [(CODE, 0), (CODE.replace("x.T @ dz", "-x.T @ dz"), 1)])
def test_a_backward_function_is_checked(chainscribe: Command, tmp_path: Path, code: str, expected: int) -> None:
    (tmp_path / "mine.py").write_text(code, encoding="utf-8")
    done = chainscribe("verify", "--code", "mine.py", "--network", "linear")
    assert (done.returncode, done.stderr) == (expected, "")
    assert done.stdout.startswith("mine.py\n") and ("wrong: sign" in done.stdout) is bool(expected)


def test_code_that_does_not_end_has_failed_its_check(chainscribe: Command, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def backward(x, y, params):\n    while True: pass\n", encoding="utf-8")
    done = chainscribe("verify", "--code", "mine.py", "--network", "mlp", "--timeout", "0.5")
    assert done.returncode == 1 and "did not end within 0.5 s" in done.stderr

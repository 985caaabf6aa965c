"""The command: what it prints, what it writes, and the exit code it leaves with."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from derive.language import gallery

ROOT = Path(__file__).resolve().parents[2]
Command = Callable[..., "subprocess.CompletedProcess[str]"]

NET = """network tiny "A line"
dim N
input x[N]
target y[N]
param w
a = w * x
loss C = mean((a - y)**2)
"""


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["build", "--help"], ["build", "--only", "docx"]])
def test_help_and_wrong_usage_load_neither_sympy_nor_numpy(arguments: list[str]) -> None:
    code = (
        "import sys\nimport derive, codegen\nfrom codegen.cli import main\n"
        f"try: main({arguments!r})\nfinally: print('loaded:', {{'sympy', 'numpy', 'jinja2'}} & sys.modules.keys())"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert "loaded: set()" in run.stdout


def test_help_shows_examples_and_exit_codes(chainscribe: Command) -> None:
    run = chainscribe("--help")
    assert run.returncode == 0
    assert "chainscribe build mlp" in run.stdout and "Exit codes: 0 fine" in run.stdout


def test_build_writes_module_and_document_and_says_so(chainscribe: Command, tmp_path: Path) -> None:
    run = chainscribe("build", "neuron")
    assert (run.returncode, run.stderr) == (0, "")
    assert list(files(tmp_path)) == ["generated/neuron/derivation.md", "generated/neuron/neuron.py"]
    assert run.stdout.splitlines() == [
        f"neuron  {Path('generated/neuron')}: neuron.py written, derivation.md written",
        "1 network, 2 files: 2 written, 0 unchanged",
    ]
    assert "0 written, 2 unchanged" in chainscribe("build", "neuron").stdout


def test_build_says_which_file_and_which_hash_it_came_from(chainscribe: Command, tmp_path: Path) -> None:
    (tmp_path / "tiny.net").write_text(NET)
    chainscribe("build", "tiny.net", "-o", "out", "--only", "tex,py,md")
    sha256 = hashlib.sha256(NET.encode()).hexdigest()
    written = files(tmp_path / "out")
    assert list(written) == ["tiny/derivation.md", "tiny/derivation.tex", "tiny/tiny.py"]
    for name, content in written.items():
        assert b"tiny.net" in content and sha256[:8].encode() in content, name


def test_two_builds_in_two_places_give_the_same_bytes(chainscribe: Command, tmp_path: Path) -> None:
    for folder, seed in (("one", "1"), ("two", "2")):
        run = chainscribe("build", "softmax_classifier", "-o", folder, "--only", "py,md,tex", PYTHONHASHSEED=seed)
        assert run.returncode == 0
    assert files(tmp_path / "one") == files(tmp_path / "two") != {}


def test_an_edited_file_stops_the_build_of_its_network_until_forced(chainscribe: Command, tmp_path: Path) -> None:
    chainscribe("build", "neuron")
    path = tmp_path / "generated/neuron/neuron.py"
    path.write_text("# my note\n" + path.read_text())
    before = files(tmp_path)
    run = chainscribe("build", "neuron")
    assert run.returncode == 2 and "was edited since it was emitted" in run.stderr and "--force" in run.stderr
    assert files(tmp_path) == before
    assert chainscribe("build", "neuron", "--force").returncode == 0
    assert "my note" not in path.read_text()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "empty"),
        (b"network tiny\nloss C = x @ \n", "tiny.net:2"),
        (b"\xff\xfe\x00n", "UTF-8"),
        (b"network a 'b'\nloss C = " + b"(" * 1_000_000, "error:"),
        (NET.replace("a - y", "a - q").encode(), "q"),
    ],
    ids=["empty", "syntax", "not UTF-8", "a megabyte of parentheses", "undeclared"],
)
def test_a_bad_file_is_a_message_and_nothing_is_written(
    chainscribe: Command, tmp_path: Path, content: bytes, complaint: str
) -> None:
    (tmp_path / "tiny.net").write_bytes(content)
    run = chainscribe("build", "tiny.net")
    assert run.returncode == 2
    assert run.stderr.startswith("error: ") and complaint in run.stderr
    assert "Traceback" not in run.stderr
    assert list(files(tmp_path)) == ["tiny.net"]


def test_one_bad_file_among_good_ones_stops_all_before_anything_is_written(
    chainscribe: Command, tmp_path: Path
) -> None:
    (tmp_path / "bad.net").write_text(NET.replace("a - y", "a - q"))
    (tmp_path / "worse.net").write_text("")
    run = chainscribe("build", "neuron", "bad.net", "worse.net")
    assert run.returncode == 2
    assert "bad.net:7:" in run.stderr and "worse.net" in run.stderr
    assert not (tmp_path / "generated").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["build", "mpl"], "mlp"),
        (["build", "missing.net"], "missing.net"),
        (["build", "."], "error:"),
        (["build", "--only", "docx", "mlp"], "'docx' is no kind of file"),
        (["build", "--only", ",", "mlp"], "at least one"),
        (["derive", "x/0"], ":1:1: this divides by zero"),
        (["derive", "mean(x", "--wrt", "x"], "error:"),
        (["derive", "mean(x)", "--wrt", ","], "at least one"),
        (["check", "missing.py"], "cannot be read"),
        (["check", "."], "is no file"),
        (["build", "/dev/null"], "is no ordinary file"),
        (["build", "mlp", "-o", "/dev/null"], "cannot be written"),
        (["show", "mpl"], "mlp"),
        (["show", "./"], "cannot be read: is a directory"),
        (["new", "../out"], "cannot be the name"),
        (["new", "class"], "error:"),
        (["nonsense"], "nonsense"),
    ],
)
def test_wrong_usage_is_exit_code_2_with_a_remedy(
    chainscribe: Command, tmp_path: Path, arguments: list[str], complaint: str
) -> None:
    run = chainscribe(*arguments)
    assert run.returncode == 2 and complaint in run.stderr
    assert "Traceback" not in run.stderr
    assert not files(tmp_path)


def test_two_networks_of_one_name_do_not_overwrite_each_other(chainscribe: Command, tmp_path: Path) -> None:
    for folder in "ab":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "tiny.net").write_text(NET)
    run = chainscribe("build", "a/tiny.net", "b/tiny.net")
    assert run.returncode == 2 and "both called tiny" in run.stderr
    assert not (tmp_path / "generated").exists()


def test_derive_shows_the_steps_of_each_gradient(chainscribe: Command) -> None:
    run = chainscribe("derive", "mean((sigmoid(x @ W + b) - y)**2)", "--wrt", "W,b")
    assert (run.returncode, run.stderr) == (0, "")
    assert "W" in run.stdout and "b" in run.stdout and "=" in run.stdout
    assert "Σ" in run.stdout or "∂" in run.stdout


def test_derive_without_names_differentiates_by_all_that_are_no_data(chainscribe: Command) -> None:
    run = chainscribe("derive", "mean((x @ W + b - y)**2)")
    assert "∂E/∂W[j,i] = " in run.stdout and "∂E/∂b[i] = " in run.stdout
    assert "∂E/∂x" not in run.stdout and "∂E/∂y" not in run.stdout
    assert "∂E/∂x = " in chainscribe("derive", "x**2").stdout


@pytest.mark.parametrize("columns", [72, 80])
def test_help_says_whole_sentences(chainscribe: Command, columns: int) -> None:
    text = chainscribe("--help", COLUMNS=str(columns)).stdout
    listed = text.split("Commands:")[1].split("Examples:")[0]
    assert "build" in listed and "..." not in listed


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
def test_a_full_disk_gets_a_sentence(chainscribe: Command) -> None:
    with open("/dev/full", "w") as full:
        run = subprocess.run(
            [sys.executable, "-m", "codegen.cli", "list"], stdout=full, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=120,
        )  # fmt: skip
    assert run.returncode == 2
    assert run.stderr == "error: the output cannot be written: no space left on device\n"


def test_derive_speaks_to_a_terminal_that_knows_only_ascii(chainscribe: Command) -> None:
    run = chainscribe("derive", "mean((x @ w - y)**2)", "--wrt", "w", PYTHONIOENCODING="ascii")
    assert run.returncode == 0 and "Traceback" not in run.stderr


def test_list_names_every_network_with_its_title(chainscribe: Command) -> None:
    run = chainscribe("list")
    assert run.returncode == 0
    assert [line.split()[0] for line in run.stdout.splitlines()] == list(gallery())
    assert all(len(line.split()) > 1 for line in run.stdout.splitlines())


def test_what_show_prints_can_be_built(chainscribe: Command, tmp_path: Path) -> None:
    text = chainscribe("show", "mlp").stdout
    assert text.startswith("network mlp ")
    (tmp_path / "mlp.net").write_text(text)
    assert chainscribe("build", "mlp.net").returncode == 0


def test_a_new_network_can_be_built_and_checked_and_is_never_overwritten(chainscribe: Command, tmp_path: Path) -> None:
    assert chainscribe("new", "mine").returncode == 0
    text = (tmp_path / "mine.net").read_text()
    assert chainscribe("build", "mine.net").returncode == 0
    assert chainscribe("check", "generated/mine/mine.py").returncode == 0
    run = chainscribe("new", "mine.net")
    assert run.returncode == 2 and "not overwritten" in run.stderr
    assert (tmp_path / "mine.net").read_text() == text


def test_check_passes_for_what_was_emitted_and_shows_its_table(chainscribe: Command) -> None:
    chainscribe("build", "neuron")
    run = chainscribe("check", "generated/neuron/neuron.py")
    assert run.returncode == 0 and run.stdout


def test_check_does_not_run_what_was_edited(chainscribe: Command, tmp_path: Path) -> None:
    chainscribe("build", "neuron")
    path = tmp_path / "generated/neuron/neuron.py"
    path.write_text(path.read_text().replace("import numpy", "open('ran', 'w')\nimport numpy", 1))
    run = chainscribe("check", str(path))
    assert run.returncode == 2 and "was edited" in run.stderr and "--trust" in run.stderr
    assert not list(tmp_path.rglob("ran"))


def test_check_with_trust_reports_a_failing_module(chainscribe: Command, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("import sys\nprint('wrong by 1.0')\nsys.exit(1)\n")
    assert chainscribe("check", str(path)).returncode == 2
    run = chainscribe("check", "--trust", str(path))
    assert run.returncode == 1 and "wrong by 1.0" in run.stdout


def test_check_imports_nothing_that_lies_beside_the_module(chainscribe: Command, tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("")
    path = tmp_path / "mine.py"
    path.write_text("import beside\n")
    assert chainscribe("check", "--trust", str(path), PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}").returncode == 1


def test_check_ends_when_its_time_is_up(chainscribe: Command, tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(60)\n")
    start = time.monotonic()
    run = chainscribe("check", "--trust", "--timeout", "0.5", "slow.py")
    assert run.returncode == 1 and "did not end within 0.5 s" in run.stderr
    assert time.monotonic() - start < 30


def test_colours_are_for_terminals(chainscribe: Command) -> None:
    assert "\x1b" not in chainscribe("list").stdout + chainscribe("build", "mpl").stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo-terminal is a thing of Unix")
@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_a_terminal_gets_colours_unless_it_says_no(no_color: str, coloured: bool) -> None:
    import pty

    ours, theirs = pty.openpty()
    environment = {**os.environ, "NO_COLOR": no_color, "TERM": "xterm", "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "codegen.cli", "build", "mpl"], stdout=theirs, stderr=theirs, env=environment
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 4096):
            shown += chunk
    except OSError:  # how Linux says that the other end has been closed
        pass
    process.wait(timeout=60)
    os.close(ours)
    assert b"error:" in shown and (b"\x1b[" in shown) is coloured


def test_a_reader_that_leaves_early_is_no_error() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "codegen.cli", "show", "mlp"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()
    assert process.wait(timeout=60) == 141
    assert process.stderr.read() == b""
    process.stderr.close()


def test_interruption_is_exit_code_130_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(60)\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "codegen.cli", "check", "--trust", "slow.py"],
        cwd=tmp_path, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}, start_new_session=True,
    )  # fmt: skip
    time.sleep(1.5)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.endswith(b"interrupted\n") and b"codegen" not in errors


def test_build_hvp_emits_a_module_that_passes_its_own_check(chainscribe: Command, tmp_path: Path) -> None:
    assert chainscribe("build", "mlp", "--hvp", "--only", "py", cwd=tmp_path).returncode == 0
    module = tmp_path / "generated" / "mlp_hvp" / "mlp_hvp.py"
    assert chainscribe("check", str(module), cwd=tmp_path).returncode == 0


def test_build_says_which_parameter_gets_no_gradient_and_why(chainscribe: Command, tmp_path: Path) -> None:
    (tmp_path / "flat.net").write_text(NET.replace("a = w * x", "a = sign(w * x)").replace("tiny", "flat"))
    done = chainscribe("build", "flat.net", cwd=tmp_path)
    assert done.returncode == 0
    assert "flat: w gets no gradient, because of sign in the equation of a" in done.stderr

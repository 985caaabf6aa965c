"""`verify_code`: right functions are confirmed however they take and return their values; wrong usage is told."""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import derive
from derive.errors import InputError
from derive.language import gallery_path
from derive.verification.code import verify_code
from derive.verification.report.mark import wrong_part
from derive.verification.verdict import Mistake, Outcome, Report
from tests.verification.handwritten import FUNCTIONS, MLP

network_of = cache(lambda name: derive.read(gallery_path(name)))
LINE = derive.parse(
    "network line\ndim N\ninput x[N]\ntarget t[N]\nparam w, b\na = w * x + b\nloss C = mean((a - t)**2)\n"
)
RIGHT = {"w": "2 * np.mean((a - t) * x)", "b": "2 * np.mean(a - t)"}


def verify(tmp_path: Path, text: str, network: derive.Network = LINE, **options: object) -> Report:
    """The verdicts on a file with this text."""
    file = tmp_path / "mine.py"
    file.write_text("import numpy as np\n\n" + text, encoding="utf-8")
    return verify_code(network, file, **options)  # type: ignore[arg-type]


def outcomes(report: Report) -> dict[str, Outcome]:
    return {verdict.claim.text: verdict.outcome for verdict in report.verdicts}


def assert_holds(report: Report, count: int = 2) -> None:
    assert [verdict.outcome for verdict in report.verdicts] == [Outcome.HOLDS] * count
    assert report.exit_code == 0


def refused(tmp_path: Path, text: str, **options: object) -> InputError:
    with pytest.raises(InputError) as caught:
        verify(tmp_path, text, **options)  # type: ignore[arg-type]
    return caught.value


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_right_function_is_confirmed(name: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(FUNCTIONS[name], encoding="utf-8")
    report = verify_code(network_of(name), file)
    network = network_of(name)
    wanted = {f"d{tensor.name}" for tensor in network.parameters} | {f"d{name}" for name in network.wrt}
    assert {verdict.claim.right for verdict in report.verdicts} - set(network.results) == wanted
    assert_holds(report, len(report.verdicts))
    assert report.lines == tuple(FUNCTIONS[name].splitlines())


# How values come in


@pytest.mark.parametrize(
    "signature, values",
    [
        ("x, t, w, b", "a = w * x + b"),
        ("X, T, W, B", "x, t, a = X, T, W * X + B"),
        ("a, x, t", "pass"),
        ("params, x, t", "a = params['w'] * x + params['b']"),
        ("params, saved", "a, x, t = saved['a'], saved['x'], saved['t']"),
        ("cache, N", "a, x, t = cache['a'], cache['x'], cache['t']; assert len(x) == N and type(N) is int"),
        ("x, t, a, lr=0.5, verbose=False", "assert verbose is False and lr == 0.1"),
        ("x, t, a, /, *, w", "assert isinstance(float(w), float)"),
        ("x, t, a, *rest, **more", "assert not rest and not more"),
    ],
)
def test_arguments_are_found_by_name(signature: str, values: str, tmp_path: Path) -> None:
    text = f"def backward({signature}):\n    {values}\n    return dict(w={RIGHT['w']}, b={RIGHT['b']})\n"
    assert_holds(verify(tmp_path, text))


def test_an_unknown_argument_is_named_with_what_there_is(tmp_path: Path) -> None:
    error = refused(tmp_path, "def backward(x, t, momentum):\n    return 0\n")
    assert "nothing called momentum" in error.what and "x, t, w, b" in error.what
    assert error.place is not None and (error.place.line, error.place.column) == (3, 20)
    assert error.place.source[19:27] == "momentum"


def test_the_upstream_gradient_of_a_layer_has_several_names(tmp_path: Path) -> None:
    network = derive.parse("network line\ndim N, D\ninput x[N, D]\nparam g[D]\noutput y = g * x\n")
    for name in ("dy", "dout", "upstream"):
        assert_holds(verify(tmp_path, f"def f(x, g, {name}):\n    return ({name} * x).sum(0), {name} * g\n", network))


# How gradients come out


@pytest.mark.parametrize(
    "returned",
    [
        "{'w': W, 'b': B}",
        "{'dw': W, 'db': B}",
        "{'grad_w': W, 'b_grad': B}",
        "{'dC_dw': W, 'dC/db': B}",
        "W, B",
        "[W, B]",
        "np.float32(W), np.float32(B)",
        "float(W), float(B)",
        "namedtuple('G', 'w b')(W, B)",
    ],
)
def test_gradients_are_found_by_name_or_order(returned: str, tmp_path: Path) -> None:
    text = f"from collections import namedtuple\ndef backward(a, x, t):\n    W, B = {RIGHT['w']}, {RIGHT['b']}\n"
    assert_holds(verify(tmp_path, text + f"    return {returned}\n"))


@pytest.mark.parametrize(
    "returned", ["C, (dw, db)", "C, {'w': dw, 'b': db}", "(dw, db), C", "{'loss': C, 'w': dw, 'b': db}"]
)
def test_a_loss_may_come_along(returned: str, tmp_path: Path) -> None:
    text = f"def backward(a, x, t):\n    dw, db = {RIGHT['w']}, {RIGHT['b']}\n    C = np.mean((a - t)**2)\n"
    assert_holds(verify(tmp_path, text + f"    return {returned}\n"), 3)


def test_variables_in_the_return_statement_say_which_is_which(tmp_path: Path) -> None:
    text = f"def backward(a, x, t):\n    dw, db = {RIGHT['w']}, {RIGHT['b']}\n    return db, dw\n"
    report = verify(tmp_path, text)
    assert_holds(report)
    assert [verdict.claim.right for verdict in report.verdicts] == ["db", "dw"]


def test_lists_of_numbers_and_single_precision_are_arrays(tmp_path: Path) -> None:
    network = derive.parse(
        "network line\ndim N, D\ninput x[N, D]\ntarget t[N]\nparam w[D]\nloss C = mean((x @ w - t)**2)\n"
    )
    for returned in ("g.tolist()", "g.astype(np.float32)", "list(g)"):
        text = f"def backward(x, w, t):\n    g = 2 * x.T @ (x @ w - t) / len(x)\n    return {returned}\n"
        assert_holds(verify(tmp_path, text, network), 1)


def test_gradients_of_inputs_and_of_forward_values_are_checked_too(tmp_path: Path) -> None:
    text = "def backward(a, x, t, w, N):\n    da = 2 * (a - t) / N\n"
    text += "    return {'a': da, 'x': da * w, 't': da, 'w': (da * x).sum(), 'b': da.sum()}\n"
    found = outcomes(verify(tmp_path, text))
    assert found.pop('backward(...)["t"]') is Outcome.FAILS
    assert set(found.values()) == {Outcome.HOLDS} and len(found) == 4


def test_what_has_no_name_is_not_understood_and_what_is_missing_undecided(tmp_path: Path) -> None:
    report = verify(tmp_path, f"def backward(a, x, t):\n    return {{'w': {RIGHT['w']}, 'accuracy': 0.5}}\n")
    assert outcomes(report) == {
        'backward(...)["w"]': Outcome.HOLDS,
        'backward(...)["accuracy"]': Outcome.NOT_UNDERSTOOD,
        "backward(...): the gradient by b": Outcome.UNDECIDED,
    }
    assert report.exit_code == 3


@pytest.mark.parametrize(
    "returned, why",
    [
        ("{'w': None, 'b': B}", "it is None"),
        ("{'w': 'a text', 'b': B}", "it is str, no array of real numbers"),
        ("{'w': 1j, 'b': B}", "it is complex, no array of real numbers"),
        ("{'w': np.nan, 'b': B}", "not every entry is a finite number"),
        ("{'w': np.zeros(3), 'b': B}", "it has the shape (3,), but w has the shape ()"),
        ("{'w': 0 * B, 'b': B}", "it is 0 everywhere"),
    ],
)
def test_what_is_no_gradient_is_told(returned: str, why: str, tmp_path: Path) -> None:
    report = verify(tmp_path, f"def backward(a, x, t):\n    B = {RIGHT['b']}\n    return {returned}\n")
    first, second = report.verdicts
    assert first.outcome is Outcome.FAILS and second.outcome is Outcome.HOLDS
    assert first.diagnosis is not None
    assert why in first.diagnosis.sentence or "nothing arrives" in first.diagnosis.sentence


def test_a_wrong_loss_is_told_apart_from_right_gradients(tmp_path: Path) -> None:
    text = f"def backward(a, x, t):\n    dw, db = {RIGHT['w']}, {RIGHT['b']}\n    return np.sum((a - t)**2), (dw, db)\n"
    loss, *others = verify(tmp_path, text).verdicts
    assert loss.outcome is Outcome.FAILS and loss.diagnosis is not None
    assert loss.diagnosis.mistake is Mistake.MEAN and "the factor 1/N is missing" in loss.diagnosis.sentence
    assert {verdict.outcome for verdict in others} == {Outcome.HOLDS}


def test_a_mistake_at_size_one_alone_is_found(tmp_path: Path) -> None:
    network = derive.parse(
        "network line\ndim N, D\ninput x[N, D]\ntarget t[N]\nparam w[D]\nloss C = mean((x @ w - t)**2)\n"
    )
    text = "def backward(x, w, t):\n    return 2 * x.T @ (x @ w - t) / max(len(x), 2)\n"
    (verdict,) = verify(tmp_path, text, network).verdicts
    assert verdict.outcome is Outcome.FAILS
    assert verdict.witness is not None and "N = 1" in verdict.witness.sizes


# Which function


def test_the_function_is_chosen_by_its_name(tmp_path: Path) -> None:
    right = f"(a, x, t):\n    return {RIGHT['w']}, {RIGHT['b']}\n"
    assert_holds(verify(tmp_path, f"def forward(q):\n    return q\n\ndef backward{right}"))
    assert_holds(verify(tmp_path, f"def mine{right}"))
    assert_holds(verify(tmp_path, f"def mine{right}\ndef other(q):\n    return q\n", function="mine"))
    error = refused(tmp_path, f"def mine{right}\ndef other(q):\n    return q\n")
    assert "mine, other" in error.what
    error = refused(tmp_path, f"def mine{right}", function="grads")
    assert "no function called grads" in error.what and "mine" in str(error.remedy)
    assert "none" in refused(tmp_path, "x = 1\n").what


def test_a_file_that_is_no_python_is_told(tmp_path: Path) -> None:
    error = refused(tmp_path, "def backward(x:\n    return 0\n")
    assert "is not Python" in error.what and error.place is not None and error.place.line in (3, 4)
    with pytest.raises(InputError, match="cannot be read"):
        verify_code(LINE, tmp_path / "nothing.py")
    (tmp_path / "binary.py").write_bytes(b"\xff\xfe\x00def backward")
    with pytest.raises(InputError, match="is not"):
        verify_code(LINE, tmp_path / "binary.py")
    (tmp_path / "deep.py").write_text("x = " + "(" * 5000 + ")" * 5000, encoding="utf-8")
    with pytest.raises(InputError, match="is not Python"):
        verify_code(LINE, tmp_path / "deep.py")


# What is pointed at


@pytest.mark.parametrize(
    ("body", "pointed"),
    [
        ("dw = 2 * np.mean(a * x)\n    return {'w': dw, 'b': RIGHT}", "2 * np.mean(a * x)"),
        ("return {'b': RIGHT, 'w': -2 * np.mean((a - t) * x)}", "-2 * np.mean((a - t) * x)"),
        ("return dict(b=RIGHT, w=np.mean((a - t) * x))", "np.mean((a - t) * x)"),
        ("grads = {'b': RIGHT}\n    grads['w'] = np.mean(a * x)\n    return grads", "np.mean(a * x)"),
        ("da = (a - t) / len(x)\n    return {'w': np.sum(da * x), 'b': np.sum(da)}", "(a - t) / len(x)"),
        ("g = np.mean((a - t) * x)\n    return g, RIGHT", "return"),
    ],
)
def test_the_expression_that_is_wrong_is_pointed_at(body: str, pointed: str, tmp_path: Path) -> None:
    """The one that computes what is mistaken, under whatever name; the return statement where no name tells."""
    text = f"def backward(x, t, w, b):\n    a = w * x + b\n    {body.replace('RIGHT', RIGHT['b'])}\n"
    failing = [verdict for verdict in verify(tmp_path, text).verdicts if verdict.outcome is Outcome.FAILS]
    assert failing
    place = wrong_part(failing[0])
    assert place is not None and place.source[place.column - 1 :][: place.length] == pointed


# What goes wrong while it runs


@pytest.mark.parametrize(
    "body, line, told",
    [
        ("    y = x\n    return y @ t[:-1]", 5, "ValueError"),
        ("    return undefined", 4, "NameError: name 'undefined' is not defined"),
        ("    return backward(x, t)", 4, "RecursionError"),
        ("    import sys\n    sys.exit(7)", 5, "SystemExit: 7"),
        ("    raise KeyboardInterrupt", 4, "KeyboardInterrupt"),
        ("    return np.ones(10**12)", 4, "MemoryError"),
        ("    print('before'); 1 / 0", 4, "the last line that it printed: before"),
        ("    raise Exception('first\\nsecond')", 4, "second"),
    ],
)
def test_an_exception_is_told_with_its_line(body: str, line: int, told: str, tmp_path: Path) -> None:
    error = refused(tmp_path, f"def backward(x, t):\n{body}\n")
    assert told in error.what and "N = " in error.what
    assert error.place is not None and error.place.line == line


def test_a_file_that_cannot_be_imported_is_told(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("", encoding="utf-8")
    error = refused(tmp_path, "import beside\n\ndef backward(x):\n    return x\n")
    assert "No module named 'beside'" in error.what and error.place is not None and error.place.line == 3


@pytest.mark.parametrize("body", ["while True: pass", "import time; time.sleep(100)", "while True: print('x' * 10000)"])
def test_what_does_not_end_is_ended(body: str, tmp_path: Path) -> None:
    start = time.monotonic()
    error = refused(tmp_path, f"def backward(x):\n    {body}\n", timeout=1)
    assert "did not end within 1 s" in error.what
    assert time.monotonic() - start < 30


def test_what_ends_the_process_is_told(tmp_path: Path) -> None:
    assert "exit code 3" in refused(tmp_path, "def backward(x):\n    import os; os._exit(3)\n").what
    killed = "def backward(x):\n    import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
    assert "SIGKILL" in refused(tmp_path, killed).what


def test_processes_that_it_leaves_behind_are_ended(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    text = "import subprocess, sys\n\ndef backward(a, x, t):\n"
    text += "    child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)'])\n"
    text += f"    open({str(mark)!r}, 'a').write(f'{{child.pid}} ')\n    return {RIGHT['w']}, {RIGHT['b']}\n"
    assert_holds(verify(tmp_path, text))
    for number in mark.read_text(encoding="utf-8").split():
        for _ in range(50):
            if not _runs(int(number)):
                break
            time.sleep(0.1)
        assert not _runs(int(number))


def _runs(number: int) -> bool:
    """True for a process that is alive; one that ended and waits for its parent is not."""
    status = Path(f"/proc/{number}/stat")
    if status.parent.parent.is_dir() and not status.exists():
        return False
    if status.exists():
        return status.read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0] != "Z"
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


def test_nothing_that_it_prints_is_seen_and_it_runs_in_an_empty_folder(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_OF_MINE", "1")
    text = """\
import os, sys

def backward(a, x, t):
    print('hello' * 1000000)
    sys.stderr.write('world')
    os.write(1, b'raw')
    assert os.listdir('.') == [] and 'SECRET_OF_MINE' not in os.environ
    assert __name__ != '__main__' and not sys.stdin.read()
    a -= t
    return 2 * np.mean(a * x), 2 * np.mean(a)
"""
    assert_holds(verify(tmp_path, text))
    assert capfd.readouterr() == ("", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.py"]


@pytest.mark.parametrize(
    "returned, told",
    [
        ("None", "returned nothing"),
        ("()", "returned nothing"),
        ("{}", "returned nothing"),
        ("np.zeros(3)", "returned 1 without names"),
        ("1, 2, 3, 4", "returned 4 without names"),
        ("{'q': 1.0}", "nothing that came back has the name of a gradient"),
        ("(1.0,) * len(x)", "things at different sizes"),
        ("{str(len(x)): 1.0}", "other keys at other sizes"),
        ("(1.0, 1.0) if len(x) > 2 else {'w': 1.0, 'b': 1.0}", "at different sizes"),
    ],
)
def test_what_cannot_be_gradients_is_told(returned: str, told: str, tmp_path: Path) -> None:
    error = refused(tmp_path, f"def backward(x):\n    return {returned}\n")
    assert told in error.what
    assert error.place is not None and error.place.line == 4


def test_the_same_file_gets_the_same_report(tmp_path: Path) -> None:
    text = MLP.replace("(p - y) / N", "p - y")
    file = tmp_path / "mine.py"
    file.write_text(text, encoding="utf-8")
    first, second = verify_code(network_of("mlp"), file), verify_code(network_of("mlp"), file)
    assert first == second
    assert np.all([verdict.diagnosis is not None for verdict in first.with_outcome(Outcome.FAILS)])


def test_a_gradient_that_did_not_come_back_is_noted_and_not_a_reading(tmp_path: Path) -> None:
    network = derive.parse("network line\ndim N, D\ninput x[N, D]\nparam g[D]\nwrt x\noutput y = g * x\n")
    report = verify(tmp_path, "def f(x, g, dy):\n    return {'g': (dy * x).sum(0)}\n", network)
    assert_holds(report, 1)
    assert report.notes == ("no gradient by x came back, so none was compared",)
    assert report.reading == ""

"""How long things take: run by hand, never a test.

    python tests/benchmarks/benchmark.py            everything
    python tests/benchmarks/benchmark.py gallery    time to derive and emit each network of the gallery
    python tests/benchmarks/benchmark.py depth      explicit perceptrons of 2 to 64 layers, beside SymPy's diff
    python tests/benchmarks/benchmark.py models     whole models, and the GPT with 2 and with 48 blocks
    python tests/benchmarks/benchmark.py start      start-up of the command, beside `import sympy`
    python tests/benchmarks/benchmark.py notes      a page of notes with 100 claims, every tenth of them wrong

Every time is the best of several runs, in seconds, each derivation in a process that has derived nothing before:
SymPy keeps caches, and a second derivation in the same process would be given half of its answers.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPTHS = (2, 4, 8, 16, 32, 64)
SYMPY_DEPTHS = (1, 2, 3, 4, 5, 6, 8)
MODELS = ("gpt", "gpt_tied", "lstm", "lenet")
BLOCKS = (2, 48)
CAP = 60.0
REPEATS = 3


def perceptron(layers: int) -> str:
    """The text of a sigmoid perceptron whose layers are all written out."""
    weights = ", ".join(f"W{layer}[H, H], b{layer}[H]" for layer in range(1, layers + 1))
    lines = ["network deep", "dim N, H = 32", "input x[N, H]", "target y[N, H]", f"param {weights}"]
    before = "x"
    for layer in range(1, layers + 1):
        lines += [f"z{layer} = {before} @ W{layer} + b{layer}", f"h{layer} = sigmoid(z{layer})"]
        before = f"h{layer}"
    return "\n".join([*lines, f"loss C = mean(({before} - y)**2)", ""])


def derive_text(text: str) -> float:
    """Seconds to differentiate the network in the text, without reading it."""
    from derive.backward import differentiate
    from derive.language import parse

    network = parse(text)
    start = time.perf_counter()
    differentiate(network)
    return time.perf_counter() - start


def gallery_times(name: str) -> tuple[float, float, float]:
    """Seconds to read, derive and emit (module and Markdown) a network of the gallery."""
    from codegen.document import document
    from codegen.emit import emit
    from derive.backward import differentiate
    from derive.language import gallery_path, read

    times = [time.perf_counter()]
    network = read(gallery_path(name))
    times.append(time.perf_counter())
    derivation = differentiate(network)
    times.append(time.perf_counter())
    emit(derivation)
    document(derivation)
    times.append(time.perf_counter())
    return times[1] - times[0], times[2] - times[1], times[3] - times[2]


def model_times(name: str, blocks: int | None = None) -> tuple[float, float, int]:
    """Seconds to derive a network of the gallery and to emit its module, and the lines of that; with L blocks."""
    import re

    from codegen.emit import emit
    from derive.backward import differentiate
    from derive.language import gallery_path, parse

    text = gallery_path(name).read_text(encoding="utf-8")
    if blocks is not None:
        text, found = re.subn(r"\bL = \d+", f"L = {blocks}", text)
        assert found == 1, f"{name} has no default for L"
    network = parse(text)
    start = time.perf_counter()
    derivation = differentiate(network)
    middle = time.perf_counter()
    module = emit(derivation)
    return middle - start, time.perf_counter() - middle, len(module.splitlines())


def sympy_scalars(layers: int, width: int = 3) -> float:
    """Seconds in which SymPy differentiates the same perceptron, one symbol for every number, for one row."""
    import sympy

    values = sympy.symbols(f"x:{width}")
    targets = sympy.symbols(f"y:{width}")
    parameters: list[sympy.Symbol] = []
    for layer in range(layers):
        weights = [sympy.symbols(f"w{layer}_{row}_:{width}") for row in range(width)]
        biases = sympy.symbols(f"b{layer}_:{width}")
        parameters += [*(symbol for row in weights for symbol in row), *biases]
        values = [
            1 / (1 + sympy.exp(-sum(values[i] * weights[i][j] for i in range(width)) - biases[j])) for j in range(width)
        ]
    loss = sum((value - target) ** 2 for value, target in zip(values, targets, strict=True)) / width
    start = time.perf_counter()
    for parameter in parameters:
        sympy.diff(loss, parameter)
    return time.perf_counter() - start


def apart(expression: str, cap: float = CAP) -> str | None:
    """What an expression over this file's functions prints in a process of its own; None when the cap is passed."""
    paths = [str(ROOT), str(Path(__file__).parent)]
    code = f"import sys; sys.path[:0] = {paths!r}; import benchmark as b; print({expression})"
    try:
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=cap)
    except subprocess.TimeoutExpired:
        return None
    if run.returncode != 0:
        raise SystemExit(run.stderr)
    return run.stdout.strip()


def best(expression: str) -> float | None:
    """The shortest of several runs; None as soon as one passes the cap."""
    found = []
    for _ in range(REPEATS):
        answer = apart(expression)
        if answer is None:
            return None
        found.append(float(answer))
        if found[-1] > CAP / 10:
            break
    return min(found)


def gallery() -> None:
    """Print a line for each network of the gallery."""
    names = apart("' '.join(__import__('derive.language', fromlist=['gallery']).gallery())")
    assert names is not None
    print(f"{'network':<22}{'read':>8}{'derive':>8}{'emit':>8}")
    for name in names.split():
        answer = apart(f"*b.gallery_times({name!r})")
        print(f"{name:<22}" + "".join(f"{float(part):8.3f}" for part in (answer or "").split()))


def depth() -> None:
    """Print derivation times by depth, and SymPy's."""
    print(f"{'layers':>6}{'derive':>9}{'per layer':>11}")
    for layers in DEPTHS:
        seconds = best(f"b.derive_text(b.perceptron({layers}))")
        print(f"{layers:>6}" + (f"{seconds:9.3f}{seconds / layers:11.4f}" if seconds is not None else f"   > {CAP:g}"))
    print("\nSymPy's diff, explicit scalars, width 3, one row")
    for layers in SYMPY_DEPTHS:
        seconds = best(f"b.sympy_scalars({layers})")
        print(f"{layers:>6}" + (f"{seconds:9.3f}" if seconds is not None else f"   > {CAP:g}"), flush=True)
        if seconds is None:
            break


def models() -> None:
    """Print what whole models take, and that a deeper GPT takes no longer."""
    runs: list[tuple[str, int | None]] = [(name, None) for name in MODELS]
    runs += [("gpt", blocks) for blocks in BLOCKS]
    print(f"{'model':<22}{'derive':>8}{'emit':>8}{'both':>8}{'lines':>7}")
    for name, blocks in runs:
        found = [answer.split() for _ in range(REPEATS) if (answer := apart(f"*b.model_times({name!r}, {blocks})"))]
        label = name if blocks is None else f"{name}, L = {blocks}"
        if not found:
            print(f"{label:<22} > {CAP:g}")
            continue
        derived, made, lines = min(found, key=lambda parts: float(parts[0]) + float(parts[1]))
        both = float(derived) + float(made)
        print(f"{label:<22}{float(derived):8.3f}{float(made):8.3f}{both:8.3f}{lines:>7}", flush=True)
    print(
        "The number of blocks is symbolic: one block is derived and stands in one loop, so its default changes nothing"
    )
    print("but that number in the module. Times of the last two rows differ by noise alone.")


def start() -> None:
    """Print how long the command needs before it can answer."""
    contestants = {
        "python -c pass": ["-c", "pass"],
        "chainscribe --help": ["-m", "codegen.cli", "--help"],
        "python -c 'import sympy'": ["-c", "import sympy"],
    }
    times: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(7):
        for name, arguments in contestants.items():
            begin = time.perf_counter()
            subprocess.run([sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
            times[name].append(time.perf_counter() - begin)
    for name, found in times.items():
        print(f"{name:<26}{statistics.median(found):8.3f}")


def notes_times(claims: int, wrong: int) -> tuple[float, int]:
    """Seconds to verify notes with so many claims, of which so many are wrong, and how many claims hold."""
    import derive
    from derive.verification.verdict import Outcome

    right = (
        r"\frac{\partial E}{\partial W_1} = x^\top \delta_1",
        r"\delta_1 = \delta_2 W_2^\top \odot h \odot (1 - h)",
        r"\frac{\partial E}{\partial z_{2,nk}} = \frac{1}{N} (p_{nk} - y_{nk})",
        r"\frac{\partial E}{\partial b_2} = \mathbf{1}^\top \delta_2",
        r"\frac{\partial p_{nk}}{\partial z_{2,nj}} = p_{nk} (\delta_{kj} - p_{nj})",
    )
    mistaken = (r"\delta_2 = p - y", r"\delta_1 = \delta_2 W_2^\top \odot (1 - h^2)")
    lines = [right[place % len(right)] for place in range(claims)]
    for place in range(wrong):
        lines[place * claims // wrong] = mistaken[place % len(mistaken)]
    text = "".join(f"Step {place}: ${line}$\n\n" for place, line in enumerate(lines))
    network = derive.read(derive.gallery_path("mlp"))
    start = time.perf_counter()
    report = derive.verify(network, text)
    return time.perf_counter() - start, len(report.with_outcome(Outcome.HOLDS))


def notes() -> None:
    """Print what pages of notes take, right throughout and with mistakes that are named."""
    print(f"{'claims':>8}{'wrong':>7}{'hold':>6}{'seconds':>9}")
    for claims, wrong in ((1, 0), (10, 0), (100, 0), (100, 10), (100, 50)):
        found = [answer.split() for _ in range(REPEATS) if (answer := apart(f"*b.notes_times({claims}, {wrong})"))]
        seconds, hold = min(found, key=lambda parts: float(parts[0]))
        print(f"{claims:>8}{wrong:>7}{hold:>6}{float(seconds):9.3f}", flush=True)


PARTS: dict[str, Callable[[], None]] = {
    "start": start,
    "gallery": gallery,
    "depth": depth,
    "models": models,
    "notes": notes,
}

if __name__ == "__main__":
    unknown = [word for word in sys.argv[1:] if word not in PARTS]
    if unknown:
        raise SystemExit(f"no part is called {unknown[0]}; there are {', '.join(PARTS)}")
    for part in sys.argv[1:] or PARTS:
        print(f"-- {part}")
        PARTS[part]()
        print()

"""`chainscribe check`: the gradient check of an emitted module, run apart from this process and with a time limit."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import click

from codegen.cli.exit import Exit
from derive.errors import InputError
from derive.isolation import isolation


@click.command()
@click.argument("module", type=click.Path(path_type=Path))
@click.option("--trust", is_flag=True, help="Run the module also when it was edited, or is not ours.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=60.0, show_default=True,
              metavar="SECONDS", help="Give up after this time.")  # fmt: skip
@click.pass_context
def check(context: click.Context, module: Path, trust: bool, timeout: float) -> None:
    """Check the gradients of an emitted MODULE.

    They are compared with finite differences.

    This runs the module, so it must be one that chainscribe emitted and nobody edited since (its last line says so);
    with --trust any file is run. Exit code 1 means that a gradient is wrong or the check did not end in time.
    """
    from codegen.seal import is_sealed

    content = _read(module)
    if not trust and not is_sealed(content):
        raise InputError(
            f"{module}: was edited since chainscribe emitted it, or is not its work, so it is not run",
            remedy="`chainscribe build` again, or --trust after reading the file",
        )
    # What is run is a copy of what was just checked, alone in its folder: nothing beside it can be imported.
    with tempfile.TemporaryDirectory(prefix="chainscribe-") as folder:
        copy = Path(folder, "module.py")
        copy.write_bytes(content)
        command = [sys.executable, *isolation(), copy.name]
        try:
            sys.stdout.flush()
            passed = subprocess.run(command, cwd=folder, timeout=timeout, stdin=subprocess.DEVNULL).returncode == 0
        except subprocess.TimeoutExpired:
            click.echo(f"{module}: the check did not end within {timeout:g} s", err=True)
            passed = False
    context.exit(Exit.FINE if passed else Exit.CHECK_FAILED)


def _read(module: Path) -> bytes:
    if module.exists() and not module.is_file():
        raise InputError(f"{module} is no file", remedy="the path of an emitted module")
    try:
        return module.read_bytes()
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise InputError(f"{module}: cannot be read: {what}", remedy="the path of an emitted module") from error

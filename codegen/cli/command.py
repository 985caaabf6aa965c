"""The group of all commands, and the one place where an error becomes a message and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from codegen.cli.build import build
from codegen.cli.check import check
from codegen.cli.derivation import derive
from codegen.cli.exit import Exit
from codegen.cli.gallery import list_networks, new, show
from codegen.cli.message import told
from codegen.cli.verify import verify
from codegen.version import VERSION
from derive.errors import InputError, TimeLimitError

EXAMPLES = """\b
Examples:
  chainscribe build mlp                      generated/mlp/mlp.py and derivation.md
  chainscribe build                          the whole gallery
  chainscribe build my.net -o out --only py,md,tex
  chainscribe derive "mean((sigmoid(x @ W + b) - y)**2)" --wrt W
  chainscribe verify notes.md                hand derivations, claim by claim
  chainscribe check generated/mlp/mlp.py     the gradient check of an emitted module
  chainscribe new my && chainscribe build my.net

\b
Exit codes: 0 fine, 1 a check or a claim failed, 2 wrong usage or bad input, 3 not understood.
"""


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EXAMPLES,
)
@click.version_option(VERSION, prog_name="chainscribe", message="%(prog)s %(version)s")
def chainscribe() -> None:
    """Networks as equations: every gradient derived step by step, emitted as NumPy, documented as mathematics."""


for command in (build, derive, verify, check, list_networks, show, new):
    chainscribe.add_command(command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code. What a user did wrong is a message, never a traceback."""
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    _speak_any_encoding()
    try:
        code = chainscribe.main(
            args=None if arguments is None else list(arguments),
            prog_name="chainscribe",
            standalone_mode=False,
            color=False if os.environ.get("NO_COLOR") else None,
        )
        sys.stdout.flush()
        return int(code or Exit.FINE)
    except click.ClickException as error:
        error.show()
        return Exit.BAD_INPUT
    except InputError as error:
        told(error)
        return Exit.CHECK_FAILED if isinstance(error, TimeLimitError) else Exit.BAD_INPUT
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return Exit.INTERRUPTED
    except (BrokenPipeError, SystemExit):
        # The reader (head, less) has what it wanted; click turns that into a SystemExit, and uses it for nothing else
        # here.
        _discard_output()
        return Exit.PIPE_CLOSED
    except OSError as error:
        # Whoever opens a file answers for it there; without a file name it is what was being printed.
        if error.filename is not None:
            raise
        _discard_output()
        click.echo(f"error: the output cannot be written: {(error.strerror or str(error)).lower()}", err=True)
        return Exit.BAD_INPUT


def _discard_output() -> None:
    """What is left in the buffer must go nowhere at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _speak_any_encoding() -> None:
    """Print mathematics also where the terminal cannot show all of it: a missing sign is better than a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")

"""How a mistake of the user is told on the terminal."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from derive.errors import InputError, InputErrors


def told(error: InputError) -> None:
    """Print the mistake, or each of several, to standard error."""
    prefix = click.style("error:", fg="red", bold=True)
    color = False if os.environ.get("NO_COLOR") else None
    click.echo("\n\n".join(f"{prefix} {single}" for single in _each(error)), err=True, color=color)


def _each(error: InputError) -> Iterator[InputError]:
    """The single mistakes in an error that may stand for several."""
    if isinstance(error, InputErrors):
        for inner in error.errors:
            yield from _each(inner)
    else:
        yield error

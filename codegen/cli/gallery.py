"""`chainscribe list`, `show` and `new`: networks to look at, and a first one of one's own."""

from __future__ import annotations

from pathlib import Path

import click

from derive.errors import InputError

STARTER = """\
network {name} "A first network: change it into yours"
# What it teaches, in a sentence. Build it with:  chainscribe build {name}.net

# Sizes. A number is only a default; arrays decide.
dim     N, D = 4, H = 8

# What goes in, what should come out, and what is learned, with their axes.
input   x[N, D]
target  y[N]
param   W[D, H], b[H], v[H]

# The equations, in any order. Index form says the same:
#     z[n,j] = sum(x[n,i]*W[i,j] for i) + b[j]
z = x @ W + b
h = tanh(z)
a = h @ v

# One number to minimise. No loss averages by itself: write mean(...).
loss C = mean((a - y)**2)
"""


@click.command("list")
def list_networks() -> None:
    """Show the networks of the gallery and their titles."""
    from derive.language import gallery, gallery_path, read

    titles = {name: read(gallery_path(name)).title for name in gallery()}
    width = max(map(len, titles))
    for name, title in titles.items():
        click.echo(f"{click.style(name.ljust(width), bold=True)}  {title}")


@click.command()
@click.argument("name")
def show(name: str) -> None:
    """Print the .net text of the network NAME.

    It is one of the gallery, to read or to start from.
    """
    from codegen.cli.source import locate

    try:
        text = locate(name).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: this is not UTF-8", remedy="save the file as UTF-8") from error
    except OSError as error:
        what = (error.strerror or str(error)).lower()
        raise InputError(f"{name}: cannot be read: {what}", remedy="`chainscribe list` shows what there is") from error
    click.echo(text, nl=not text.endswith("\n"))


@click.command()
@click.argument("name")
def new(name: str) -> None:
    """Write a commented NAME.net to start from.

    It goes into the current folder, and never overwrites a file.
    """
    word = name.removesuffix(".net")
    if not (word.isascii() and word.isidentifier()):
        raise InputError(f"{name!r} cannot be the name of a network", remedy="letters, digits and _, as in my_network")
    path = Path(f"{word}.net")
    text = STARTER.format(name=word)
    _parse(text, path)
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise InputError(f"{path} exists and is not overwritten", remedy="another name") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {(error.strerror or str(error)).lower()}") from error
    click.echo(f"{path} written; next: chainscribe build {path}")


def _parse(text: str, path: Path) -> None:
    """Read the text before it is written: a name that the language refuses is refused here, not at the first build."""
    from derive.language import parse

    parse(text, file=path.name)

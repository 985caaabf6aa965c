"""What can be made of a network before it is derived: with numbers, entry by entry, differentiated twice."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import click

from derive.errors import InputError

if TYPE_CHECKING:
    from codegen.cli.source import Source

MOST_DIGITS, MOST_STEPS = 15, 200
_RATE = 0.5


@dataclass(frozen=True)
class Variant:
    """What is asked for.

    numbers  put small numbers in where the network declares no values
    expand   write every array out, entry by entry
    sizes    of the dimensions, for both of these
    rate     the learning rate, in place of the declared one
    digits   after the point, in the worked example
    steps    of gradient descent, in a table and a plot
    second   differentiate once more
    """

    numbers: bool = False
    expand: bool = False
    sizes: Mapping[str, int] = field(default_factory=dict)
    rate: float | None = None
    digits: int = 8
    steps: int = 0
    second: bool = False


def varied(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a variant, which reach the command as one argument `variant`."""

    @functools.wraps(command)
    def with_variant(**arguments: Any) -> None:
        names = ("numbers", "expand", "sizes", "rate", "digits", "steps", "second")
        variant = Variant(**{name: arguments.pop(name) for name in names})
        if variant.sizes and not (variant.numbers or variant.expand):
            raise click.UsageError("--sizes says how large a network with --numbers or --expand is; name one of these")
        command(variant=variant, **arguments)

    for option in reversed(_OPTIONS):
        with_variant = option(with_variant)
    return with_variant


def _sizes(_context: click.Context, _parameter: click.Parameter, value: str) -> dict[str, int]:
    """D=2,H=3"""
    sizes: dict[str, int] = {}
    for piece in filter(None, (part.strip() for part in value.split(","))):
        name, sign, number = (part.strip() for part in piece.partition("="))
        if not sign or not name or not number.isdecimal() or int(number) < 1:
            raise click.BadParameter(f"{piece!r} is no size; write D=2,H=3")
        sizes[name] = int(number)
    return sizes


_OPTIONS = (
    click.option("--numbers", is_flag=True, help="Work an example, in small numbers where none are declared."),
    click.option("--expand", is_flag=True, help="Write every array out entry by entry, as derivations by hand do."),
    click.option(
        "--sizes", default="", metavar="D=2,H=3", callback=_sizes, help="How large the network is, for these two."
    ),
    click.option(
        "--digits", type=click.IntRange(1, MOST_DIGITS), default=8, show_default=True,
        help="Digits after the point in the worked example.",
    ),
    click.option(
        "--steps", type=click.IntRange(0, MOST_STEPS), default=0,
        help="Show so many steps of gradient descent, with three learning rates.",
    ),
    click.option(
        "--rate", type=click.FloatRange(min=0, min_open=True), default=None, metavar="NUMBER",
        help="The learning rate, in place of the declared one.",
    ),
    click.option("--hvp", "second", is_flag=True, help="Build the products of the Hessian with a vector instead."),
)  # fmt: skip


def changed(source: Source, variant: Variant) -> Source:
    """The source with another network in it, from the same file."""
    from derive.example import declared_values, with_rate, with_values
    from derive.expansion import expanded
    from derive.hessian import hvp

    network = source.network
    if variant.numbers:
        network = with_values(network, variant.sizes)
    rate = variant.rate
    if rate is None and network.learning_rate is None and variant.numbers and not network.is_layer:
        rate = _RATE
    if rate is not None:
        network = with_rate(network, rate)
    if variant.steps and declared_values(network) is None:
        what = f"{network.name} does not declare all of its values, so there is nothing to step from"
        raise InputError(what, None, "--numbers, which puts small numbers in")
    if variant.steps and network.is_layer:
        raise InputError(f"{network.name} is a layer: it has no loss to descend", None, "a network with a loss")
    if variant.steps and network.learning_rate is None:
        raise InputError(f"{network.name} declares no learning rate", None, f"--rate {_RATE}")
    if variant.expand:
        network = expanded(network, variant.sizes)
    if variant.second:
        network = hvp(network)
    return replace(source, network=network)

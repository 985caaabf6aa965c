"""Which value of the network each parameter of the function is given, found by its name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from derive.derivation import Derivation
from derive.errors import InputError
from derive.verification.code.source import BackwardFunction, Parameter

# What people call a whole group of values, and what has another name in the network.
PARAMETERS = ("params", "parameters", "weights")
SAVED = ("saved", "cache")
UPSTREAM = ("dout", "grad_output", "upstream")
LEARNING_RATE = ("learning_rate", "lr")


@dataclass(frozen=True)
class Argument:
    """A parameter and what it gets: the value of that name, or a dict of the values of these names."""

    name: str
    positional: bool
    value: str = ""
    group: tuple[str, ...] = ()


@dataclass(frozen=True)
class Supply:
    """The names of all values that there are.

    given    inputs, targets and parameters; `saved` has forward values too
    """

    parameters: tuple[str, ...]
    given: tuple[str, ...]
    saved: tuple[str, ...]
    upstream: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def singles(self) -> tuple[str, ...]:
        """Every name that stands for one value."""
        return tuple(dict.fromkeys((*self.given, *self.saved, *self.upstream, *self.numbers)))


def supply(derivation: Derivation) -> Supply:
    """The values of a network that a backward function may ask for."""
    source, network = derivation.source, derivation.network
    given = tuple(item.tensor.name for item in source.declarations)
    numbers = [item.symbol.name for item in source.dimensions] + [item.symbol.name for item in source.constants]
    return Supply(
        tuple(tensor.name for tensor in source.parameters),
        given,
        tuple(dict.fromkeys((*given, *source.tensors, *network.tensors))),
        tuple(tensor.name for tensor in derivation.upstream),
        (*numbers, *(name for name in LEARNING_RATE[:1] if name not in numbers)),
    )


def match(function: BackwardFunction, there: Supply) -> tuple[Argument, ...]:
    """The argument for each parameter. InputError where a name is unknown and has no default."""
    found = []
    for parameter in function.parameters:
        argument = _argument(parameter, there)
        if argument is not None:
            found.append(argument)
        elif not parameter.optional:
            raise _unknown(parameter, there)
    return tuple(found)


def _argument(parameter: Parameter, there: Supply) -> Argument | None:
    name = parameter.name
    single = resolve(name, there.singles)
    if single is None and len(there.upstream) == 1 and name in UPSTREAM:
        single = there.upstream[0]
    if single is None and name in LEARNING_RATE:
        single = LEARNING_RATE[0]
    if single is not None:
        return Argument(name, parameter.positional, single)
    groups: Mapping[str, tuple[str, ...]] = {
        **dict.fromkeys(PARAMETERS, there.parameters),
        **dict.fromkeys(SAVED, there.saved),
    }
    return Argument(name, parameter.positional, group=groups[name]) if name in groups else None


def resolve(name: str, names: Iterable[str]) -> str | None:
    """The one of the names that is meant: spelled so, else the only one that differs in case and underscores alone."""
    names = tuple(names)
    if name in names:
        return name
    alike = [other for other in names if _plain(other) == _plain(name)]
    return alike[0] if len(alike) == 1 else None


def _plain(name: str) -> str:
    return name.replace("_", "").replace("'", "").casefold()


def _unknown(parameter: Parameter, there: Supply) -> InputError:
    groups = f"{' or '.join(PARAMETERS[:1])} (a dict of the parameters), {' or '.join(SAVED)} (a dict of all values)"
    computed = [name for name in there.saved if name not in there.given]
    parts = [
        ("given", there.given), ("computed", computed), ("upstream", there.upstream), ("numbers", there.numbers),
    ]  # fmt: skip
    known = "; ".join(f"{what}: {', '.join(names)}" for what, names in parts if names)
    return InputError(
        f"the network has nothing called {parameter.name}; there are {known}",
        parameter.place,
        f"one of these names, {groups}, or a default value",
    )

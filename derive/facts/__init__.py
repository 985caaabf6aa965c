"""The facts, one file each; `FACTS` is the table, `known_facts` what holds of each tensor of a network."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Mul, Pow

from derive.binding import bind
from derive.entry import Tensor
from derive.fact import Fact
from derive.facts.binary import BINARY
from derive.facts.one_hot import ONE_HOT
from derive.facts.positive import POSITIVE
from derive.facts.signs import SIGNS
from derive.facts.sums_to_one import SUMS_TO_ONE
from derive.facts.symmetric import SYMMETRIC
from derive.network import Declaration, Network
from derive.operators import Sum
from derive.rules.sums import pull_out

# In the order in which they are imposed on values: of each entry first, of whole rows last.
FACTS: dict[str, Fact] = {fact.name: fact for fact in (BINARY, POSITIVE, SIGNS, SYMMETRIC, SUMS_TO_ONE, ONE_HOT)}


def declared_facts(declaration: Declaration) -> tuple[Fact, ...]:
    """The facts that are declared of a tensor, in the order of `FACTS`."""
    return tuple(fact for name, fact in FACTS.items() if name in declaration.facts)


@dataclass(frozen=True)
class Known:
    """A fact that holds of a tensor, and why: the reason is a clause such as "y is one-hot"."""

    fact: Fact
    tensor: Tensor
    reason: str

    @property
    def sentence(self) -> str:
        told = self.fact.told_of(self.tensor)
        return f"{told} ({self.reason})" if self.reason else told


def known_facts(network: Network) -> tuple[Known, ...]:
    """What was declared, what that implies, and what follows from the definitions of the network's values."""
    known: list[Known] = []
    for declaration in network.declarations:
        for name in declaration.facts:
            fact = FACTS[name]
            known.append(Known(fact, declaration.tensor, ""))
            reason = fact.told_of(declaration.tensor)
            known.extend(Known(FACTS[implied], declaration.tensor, reason) for implied in fact.implies)
    for equation in network.equations:
        last = equation.letters[-1] if equation.letters else None
        divides_by_sum = any(
            isinstance(factor, Pow) and isinstance(factor.base, Sum) for factor in Mul.make_args(equation.right)
        )
        if last is not None and divides_by_sum and pull_out(bind(Sum, equation.right, [last])) == 1:
            known.append(Known(SUMS_TO_ONE, equation.tensor, f"by the definition of {equation.tensor.name}"))
    return tuple(known)

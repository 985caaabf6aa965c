"""Values that a network declares: the module carries them and shows its numbers for them."""

from __future__ import annotations

from typing import Any

from codegen.program import Program
from derive.network import Network


def example_fields(network: Network, program: Program) -> dict[str, Any]:
    """The template's fields about a worked example."""
    values = [(item.tensor.name, nested(item.value)) for item in network.declarations if item.value is not None]
    complete = bool(values) and len(values) == len(network.declarations)
    rate = None if network.learning_rate is None else repr(float(network.learning_rate))
    return {"values": values, "has_example": complete, "learning_rate": rate}


def nested(value: Any) -> str:
    """Nested tuples of exact numbers as lists of Python literals."""
    if isinstance(value, tuple | list):
        return f"[{', '.join(nested(item) for item in value)}]"
    return repr(float(value)) if not getattr(value, "is_Integer", isinstance(value, int)) else str(value)

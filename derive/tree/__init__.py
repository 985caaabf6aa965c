"""Networks, expressions and derivations as data: JSON out, and in through a closed table of kinds."""

from derive.tree.nested import from_data, to_data

__all__ = ["from_data", "to_data"]

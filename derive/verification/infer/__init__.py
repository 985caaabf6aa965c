"""A network out of a text that comes without one: what it defines first, claims may use later.

inferred(statements)   the network that the definitions of a text make, how they were read, and what else may be meant
"""

from __future__ import annotations

from derive.verification.infer.inferred import Inferred, inferred

__all__ = ["Inferred", "inferred"]

"""What is wrong with a claim that fails: the nearest statement that is true, and the kind of mistake between them.

diagnosed           of one link of a statement: the smallest change of the side that makes it true
diagnosed_numbers   of a printed number beside its true value
residue             by what both sides differ, where no change makes the claim true
"""

from derive.verification.diagnosis.printed import diagnosed_numbers
from derive.verification.diagnosis.search import diagnosed, residue

__all__ = ["diagnosed", "diagnosed_numbers", "residue"]

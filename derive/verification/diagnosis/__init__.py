"""What is wrong with a claim that fails: the nearest statement that is true, and the kind of mistake between them.

diagnosed           of one link of a statement: the smallest change of the side that makes it true
diagnosed_numbers   of a printed number beside its true value
diagnosed_arithmetic   of a side with numbers in it, beside the value of the other side
lost_slope          the slope that was left out of a printed gradient
residue             by what both sides differ, where no change makes the claim true
"""

from derive.verification.diagnosis.arithmetic import diagnosed_arithmetic, lost_slope
from derive.verification.diagnosis.fallback import residue
from derive.verification.diagnosis.printed import diagnosed_numbers
from derive.verification.diagnosis.search import diagnosed

__all__ = ["diagnosed", "diagnosed_arithmetic", "diagnosed_numbers", "lost_slope", "residue"]

"""A person's NumPy backward function, run apart from this process and compared with the derived gradients.

source      the file as text: which function is meant, its parameters, what its return statement names
arguments   which value of the network every parameter is given
points      random sizes and values, and the true gradients there
process     the person's file in a process of its own, with limits; `child` is the script that runs there
returned    what came back, as named arrays
comparison  equal within rounding, and where not
axes        what a wrong shape or a transposed array says
chain       every adjoint as the chain rule over its consumers, nothing written out
changes     one change in an expression: a factor, a term, a sign, a step
planting    the mistakes that can be made in one adjoint
replay      the gradients that follow where one adjoint is wrong
cause       the planted mistake that explains what came back
verdicts    what is said of each array
check       all of it: `verify_code`
"""

from derive.verification.code.check import verify_code

__all__ = ["verify_code"]

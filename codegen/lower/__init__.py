"""From index equations to array statements.

lowered       an operation whose axes carry letters
align         bring such operations to common axes
printed       which functions keep their name
contraction   a sum of a product: matrix products, reductions
arrange       the order of terms and factors on the page
factors       numbers in front, signs where they read best
product       products, quotients and sums of lowered operands
blocks        delta(0, g) a + delta(1, g) b: side by side
subscript     entries, slices, windows, gathers, diagonals
condition     masks, and what keeps a subscript inside its axis
scatter       sums in which a delta says where a summand goes
expression    one case for each kind of node
equation      one equation -> one statement
carried       what one step of a loop hands to the next
recurrence    equations that recur together -> one loop
derivation    all equations -> a program
"""

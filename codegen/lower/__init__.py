"""From index equations to array statements.

lowered       an operation whose axes carry letters
align         bring such operations to common axes
contraction   a sum of a product: matrix products, reductions
arrange       the order of terms and factors on the page
factors       numbers in front, signs where they read best
product       products, quotients and sums of lowered operands
subscript     entries, gathers, diagonals
expression    one case for each kind of node
equation      one equation -> one statement
derivation    all equations -> a program
"""

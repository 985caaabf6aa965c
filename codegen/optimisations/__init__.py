"""What makes programs better without changing their values, one file each.

written_out   functions that no target knows by name, as their formulas
exponential   a value as opaque * exp(logarithm): what stability is decided by
stable        equations rewritten so that nothing overflows, cancels or takes the logarithm of 0
patterns      what stable looks for
guarded       a case of `where` that is not taken computes nothing out of range
subtrees      which parts of statements are worth a name
invariant     what is the same in all steps of a loop is computed before it
common        what is computed twice gets a name
saved         what the backward pass would compute again is kept from the forward pass
short         what is inside a long statement gets a name
unused        what nobody reads is dropped
unshared      no two arrays that are given back share their memory
"""

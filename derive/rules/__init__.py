"""The rules, by what they work on: derivatives, sums and deltas, forward values, scalar algebra, logarithms."""

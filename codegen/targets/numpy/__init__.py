"""NumPy: the printer of operations, the table of functions, the layout of the module."""

"""Languages that programs are printed in, one folder each."""

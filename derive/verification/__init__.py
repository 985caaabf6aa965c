"""Verification of hand derivations: what a person wrote, read, decided claim by claim, and its mistakes named."""

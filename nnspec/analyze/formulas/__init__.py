"""Formulas of one's own, from the syntax tree to entries of the library."""

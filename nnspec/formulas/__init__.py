"""Formulas: expressions with shapes, simplified, differentiated and bounded.

    syntax -> evaluate -> expression -> derivative

No module here knows what becomes of an expression: NumPy is the plan's.
"""

"""Blocks that are used several times alike, each a function of the script.

`uses` finds them in a network, `alike` finds out which of them have the same lines up
to the names of weights and arrays, and `functions` makes of these lines a function
and, of the uses, calls or a loop.
"""

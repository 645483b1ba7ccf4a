"""What those write by habit who write Python; see `nnspec/habits/__init__.py`."""

from __future__ import annotations

ORIGIN = "Python"

#: Words that begin a statement of Python, and what there is in its place.
STATEMENTS = {
    "import": "a spec imports nothing",
    "from": "a spec imports nothing",
    "def": "a spec defines no functions",
    "class": "a spec defines no classes",
    "return": "the last layer is the output",
    "while": "`epochs` says how often all samples are seen",
    "with": "a spec has no blocks but its sections",
    "if": "a spec has no conditions: `--set` gives a `let` another value",
    "del": "a spec computes nothing step by step",
    "assert": "`nnspec check` tells every error",
}

REMOVED = {
    "data": {"print": "`nnspec summary` tells the shapes"},
    "network": {"print": "`nnspec summary` tells the shapes"},
    "training": {"print": "the script prints a line after each epoch"},
}

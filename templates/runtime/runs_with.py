import os
import re


def runs_with(first, name):
    """The files of a name in the folders FIRST, FIRST-2, ..., the newest first."""
    ours = re.compile(rf"{re.escape(first.name)}(-\d+)?").fullmatch
    found = [path for path in first.parent.glob(f"*/{name}") if ours(path.parent.name)]
    return sorted(found, key=os.path.getmtime, reverse=True)

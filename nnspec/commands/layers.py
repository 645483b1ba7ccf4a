"""`nnspec layers`: the reference of all that a spec can name."""

from __future__ import annotations

from argparse import Namespace

from nnspec import reference
from nnspec.commands.terminal import DONE, USAGE, Stop, write
from nnspec.diagnostics import did_you_mean


def run(options: Namespace) -> int:
    """Tell of `options.name`, or of everything."""
    if options.name is None:
        write(reference.overview())
        return DONE
    found = reference.describe(options.name)
    if not found:
        raise Stop(
            USAGE,
            f"nothing in the language is called `{options.name}`",
            did_you_mean(options.name, reference.names())
            or "`nnspec layers` lists everything",
        )
    write(found)
    return DONE

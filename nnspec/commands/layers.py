"""`nnspec layers`: the reference of all that a spec can name."""

from __future__ import annotations

import sys
from argparse import Namespace

from nnspec import reference
from nnspec.commands.terminal import DONE, USAGE, Stop, columns, write
from nnspec.diagnostics import did_you_mean
from nnspec.paragraphs import COLUMNS


def run(options: Namespace) -> int:
    """Explain `options.entry`, a name or a kind of names or both; or everything."""
    width = columns(sys.stdout) or COLUMNS
    asked: str | None = options.entry
    if asked is None:
        write(reference.overview(width=width))
        return DONE
    found = [reference.describe(asked, width)]
    if asked in reference.kinds():
        found.append(reference.overview(asked, width))
    if not any(found):
        known = reference.names() | reference.kinds().keys()
        help = did_you_mean(asked, known) or "`nnspec layers` lists everything"
        words = f"nothing in the language is called `{asked}`"
        raise Stop(USAGE, words, help)
    write("\n".join(filter(None, found)))
    return DONE

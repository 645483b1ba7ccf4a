"""`nnspec completion`: what completes commands in a shell."""

from __future__ import annotations

from argparse import Namespace

from nnspec.commands.terminal import DONE, write_exactly
from nnspec.completion import SCRIPTS


def run(options: Namespace) -> int:
    """Print the script for `options.shell`."""
    write_exactly(SCRIPTS[options.shell]())
    return DONE

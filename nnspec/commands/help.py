"""`nnspec help`: what a command does and takes."""

from __future__ import annotations

from argparse import Namespace

from nnspec.commands.terminal import DONE, USAGE, Stop, write
from nnspec.diagnostics import did_you_mean
from nnspec.options import COMMANDS, parser_of


def run(options: Namespace) -> int:
    """Explain `options.topic`, or list the commands."""
    topic: str = getattr(options, "topic", None) or ""
    if topic and topic not in COMMANDS:
        help = did_you_mean(topic, COMMANDS) or "`nnspec help` lists the commands"
        raise Stop(USAGE, f"there is no command `{topic}`", help)
    write(parser_of(topic).format_help())
    return DONE

"""How a command is used, and what is said to a use that is wrong.

A wrong use is a `Stop`: one line, and a way out.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from typing import NoReturn

from nnspec import script_options
from nnspec.commands.terminal import USAGE, Stop
from nnspec.diagnostics import did_you_mean
from nnspec.record import Record


class Command(Record):
    """A command: what it does, how it is used, and examples with what each is for."""

    name: str
    does: str
    usage: str
    examples: tuple[tuple[str, str], ...]
    add: Callable[[argparse.ArgumentParser], None]  # its options and arguments

    @property
    def line(self) -> str:
        """The whole of a use."""
        return " ".join(filter(None, ("nnspec", self.name, self.usage)))


class Parser(argparse.ArgumentParser):
    """Reads the arguments of one command."""

    def __init__(self, command: Command) -> None:
        super().__init__(
            prog=f"nnspec {command.name}".rstrip(),
            usage=command.line,
            description=f"{command.does[0].upper()}{command.does[1:]}.",
            epilog=examples(command.examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            exit_on_error=False,
            add_help=False,
        )
        self.add_argument("-h", "--help", action="help", help="show this help")
        self._positionals.title = "arguments"
        self._add_color()
        command.add(self)

    def _add_color(self) -> None:
        """The option that stands before a command, or behind it."""
        when = ("auto", "always", "never")
        self.add_argument(
            "--color",
            metavar="WHEN",
            choices=when,
            type=one_of("--color", when),
            default=argparse.SUPPRESS,
            help="auto, always or never; default: auto, on a terminal only",
        )

    def read(self, arguments: Sequence[str]) -> argparse.Namespace:
        """What the arguments ask for."""
        try:
            options, others = self.parse_known_args(arguments)
        except argparse.ArgumentError as error:
            name = f"`{(error.argument_name or self.prog).rpartition('/')[2]}`"
            lacks = error.message.startswith("expected")
            self.error(f"{name} needs a value" if lacks else f"{name}: {error.message}")
        if others:
            raise self.unknown(others[0], arguments)
        return options

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, as the other errors are said."""
        lacking = message.partition("arguments are required: ")[2]
        if lacking:
            message = f"`{self.prog}` needs {lacking.partition(',')[0]}"
        raise Stop(USAGE, message, f"write `{self.usage}`")

    def unknown(self, word: str, arguments: Sequence[str]) -> Stop:
        """What to say of an option, or an argument, that the command does not have."""
        if not word.startswith("-") or word == "-":
            help = f"write `{self.usage}`"
            return Stop(USAGE, f"`{self.prog}` does not take `{word}`", help)
        name = word.partition("=")[0]
        known = [o for o in self._option_string_actions if o.startswith("--")]
        help = (
            script_options.way_out(name, self.prog.partition(" ")[2], arguments)
            or did_you_mean(name, known)
            or f"`{self.prog} --help` lists its options"
        )
        return Stop(USAGE, f"`{self.prog}` has no option `{name}`", help)


def examples(lines: Sequence[tuple[str, str]]) -> str:
    """The end of a help: commands, and what each does."""
    width = max(len(command) for command, _ in lines)
    shown = (f"  {command:{width}}  {does}".rstrip() for command, does in lines)
    return "\n".join(["examples:", *shown])


def one_of(option: str, names: Sequence[str]) -> Callable[[str], str]:
    """Reads a word that has to be one of these."""

    def read(text: str) -> str:
        if text not in names:
            help = did_you_mean(text, names) or f"write one of: {', '.join(names)}"
            raise Stop(USAGE, f"`{option}` cannot be `{text}`", help)
        return text

    return read


def count(option: str) -> Callable[[str], int]:
    """Reads a number from 1 on."""

    def read(text: str) -> int:
        if not re.fullmatch("[0-9]{1,10}", text) or not 0 < int(text) < 2**31:
            help = f"write a whole number from 1 on: `{option} 32`"
            raise Stop(USAGE, f"`{option}` cannot be `{text}`", help)
        return int(text)

    return read

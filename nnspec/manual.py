"""The man page of nnspec, made of the table of commands."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from nnspec import __version__, script_options
from nnspec.options import COMMANDS, parser_of

_EXIT_CODES = {
    0: "done",
    1: "a spec is at fault, or `--check` found a difference",
    2: "the use of the command line is at fault",
    3: "the data or a file is at fault",
    70: "nnspec itself is at fault",
    130: "interrupted",
}
_VARIABLES = {
    "NNSPEC_DATA": "the folder in which scripts look for data files first",
    "NO_COLOR": "if it is set, and not empty, nothing is colored",
    "FORCE_COLOR": "if it is set, and neither empty nor 0, everything is colored",
    "XDG_CACHE_HOME": "the folder for the scripts of `nnspec run`; default: ~/.cache",
    "COLUMNS": "the width of the terminal, where it is not what the terminal says",
}


def manual() -> str:
    """The page, in the language of `man`."""
    return "".join(f"{line}\n" for line in _page())


def _page() -> Iterator[str]:
    yield f'.TH NNSPEC 1 "" "nnspec {__version__}" "User Commands"'
    yield from _section("NAME", "nnspec - compiles a spec of a neural network to NumPy")
    yield from _section("SYNOPSIS", "nnspec COMMAND [options]")
    yield from _section(
        "DESCRIPTION",
        "nnspec compiles a small spec of a neural network to one training script, "
        "which needs Python and NumPy and nothing else. The names and the defaults in "
        "a spec are those of Keras 3. `-` in place of a spec is standard input.",
    )
    yield ".SH OPTIONS"
    yield from _options("")
    yield ".SH COMMANDS"
    for name in COMMANDS:
        yield from _command(name)
    yield ".SH THE SCRIPT"
    yield _plain("What `nnspec run` passes on, and a compiled script takes:")
    for name, does in script_options.COMMANDS.items():
        yield from _item(name, does)
    for name, (value, does) in script_options.OPTIONS.items():
        yield from _item(f"{name} {value}".rstrip(), does)
    yield ".SH EXIT STATUS"
    for code, meaning in _EXIT_CODES.items():
        yield from _item(str(code), meaning)
    yield ".SH ENVIRONMENT"
    for name, does in _VARIABLES.items():
        yield from _item(name, does)


def _section(title: str, text: str) -> Iterator[str]:
    yield f".SH {title}"
    yield _plain(text)


def _command(name: str) -> Iterator[str]:
    command = COMMANDS[name]
    yield f".SS {_plain(command.line)}"
    yield _plain(f"{command.does[0].upper()}{command.does[1:]}.")
    yield from _options(name)
    yield ".PP"
    yield "Examples:"
    for example, does in command.examples:
        yield from _item(example, does)


def _options(name: str) -> Iterator[str]:
    common = () if not name else ("--help", "--color")
    for action in parser_of(name)._actions:
        if not {*common} & {*action.option_strings}:
            yield from _item(_title(action), action.help or "")


def _title(action: argparse.Action) -> str:
    names = ", ".join(action.option_strings)
    value = str(action.metavar or "") if action.nargs != 0 else ""
    return f"{names} {value}".strip()


def _item(title: str, text: str) -> Iterator[str]:
    yield ".TP"
    yield f".B {_plain(title)}"
    yield _plain(text)


def _plain(text: str) -> str:
    """Text of which `man` takes nothing for its own."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga")
    escaped = escaped.replace('"', "\\(dq").replace("'", "\\(aq")
    return f"\\&{escaped}" if escaped.startswith(".") else escaped

"""The command line: which command is meant, and its exit code.

0 done; 1 the spec, or `--check`, is at fault; 2 usage; 3 a file is at fault; 70 a fault
of nnspec itself; 130 interrupted. Results go to standard output, talk to standard
error.
"""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Sequence
from importlib import import_module
from pathlib import PurePath

from nnspec.commands import terminal
from nnspec.commands.terminal import DONE, INTERRUPTED, OWN_FAULT, USAGE, Stop
from nnspec.diagnostics import did_you_mean
from nnspec.options import COMMANDS, parser_of

#: Names by which a command is known elsewhere.
_ALIASES = {
    "build": "compile",
    "examples": "init --list",
    "fit": "run",
    "lint": "check",
    "new": "init",
    "train": "run",
    "validate": "check",
    "version": "--version",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments (default: those of the process) ask; give the exit code."""
    try:
        return _answered(sys.argv[1:] if arguments is None else arguments)
    except BrokenPipeError:  # whoever read the output has read enough
        terminal.discard_output()
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED


def _answered(arguments: Sequence[str]) -> int:
    """Do what is asked; what stops it is said."""
    try:
        code = _run(arguments)
        sys.stdout.flush()
        return code
    except Stop as stop:
        if stop.message:
            terminal.complain(stop.message, stop.help)
        return stop.code
    except (BrokenPipeError, KeyboardInterrupt):
        raise
    except Exception as error:
        if os.environ.get("NNSPEC_DEBUG"):
            raise
        words = " ".join(f"{type(error).__name__}: {error}".split())
        terminal.complain(f"this is a fault of nnspec, please report it ({words})")
        return OWN_FAULT


def _run(arguments: Sequence[str]) -> int:
    # What a stream cannot encode is to be shown escaped, not to end the command.
    for stream in (sys.stdout, sys.stderr):
        terminal.set_up(stream, errors="backslashreplace")
    try:
        options = _read(arguments)
    except SystemExit as end:  # the help or the version was asked for
        return int(end.code or DONE)
    terminal.use_color(options.color)
    command = import_module(f"nnspec.commands.{options.command}")
    code: int = command.run(options)
    return code


def _read(arguments: Sequence[str]) -> Namespace:
    """The command and its options; without a command, help is what is asked for."""
    own, others = _parted(arguments)
    options = Namespace(color="auto")
    vars(options).update(vars(parser_of("").read(own)))
    terminal.use_color(options.color)
    name, *rest = others or ["help"]
    if name not in COMMANDS:
        raise Stop(USAGE, f"there is no command `{name}`", _meant(name, rest))
    vars(options).update(vars(parser_of(name).read(rest)), command=name)
    return options


def _parted(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """The options before the command, and the command with all that follows it."""
    words = list(arguments)
    end = 0
    while end < len(words) and words[end].startswith("-"):
        end += 2 if words[end] == "--color" else 1
    return words[:end], words[end:]


def _meant(name: str, rest: Sequence[str]) -> str:
    """The way out for a word that is no command."""
    if name in _ALIASES:
        return f"did you mean `{' '.join(['nnspec', _ALIASES[name], *rest])}`?"
    match PurePath(name).suffix:
        case ".nn":
            words = " ".join([name, *rest])
            return f"name a command, such as `nnspec run {words}`"
        case ".py":
            return f"a script runs without nnspec: `python {name}`"
    return did_you_mean(name, COMMANDS) or "`nnspec help` lists the commands"

"""The command line: its commands, their options and their exit codes.

0 done; 1 the spec, or `--check`, is at fault; 2 usage; 3 a file is at fault; 70 a fault
of nnspec itself; 130 interrupted. Results go to standard output, talk to standard
error.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from nnspec import __version__
from nnspec.commands.specs import override
from nnspec.commands.terminal import (
    DONE,
    INTERRUPTED,
    OWN_FAULT,
    Stop,
    complain,
    discard_output,
    set_up,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments (default: those of the process) ask; give the exit code."""
    try:
        code = _run(arguments)
        sys.stdout.flush()
        return code
    except Stop as stop:
        if stop.message:
            complain(stop.message, stop.help)
        return stop.code
    except BrokenPipeError:  # whoever read the output has read enough
        discard_output()
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        if os.environ.get("NNSPEC_DEBUG"):
            raise
        words = " ".join(f"{type(error).__name__}: {error}".split())
        complain(f"this is a fault of nnspec, please report it ({words})")
        return OWN_FAULT


def _run(arguments: Sequence[str] | None) -> int:
    # What a stream cannot encode is to be shown escaped, not to end the command.
    for stream in (sys.stdout, sys.stderr):
        set_up(stream, errors="backslashreplace")
    try:
        options = _parser().parse_args(arguments)
    except SystemExit as end:  # help was asked for, or usage is at fault
        return int(end.code or DONE)
    command = import_module(f"nnspec.commands.{options.command}")
    code: int = command.run(options)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="nnspec",
        description="Compiles a spec of a neural network to one script in NumPy.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"nnspec {__version__}")
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", required=True, title="commands"
    )
    for add in (_compile, _check, _summary, _run_command, _init, _layers, _explain):
        add(commands)
    return parser


_Commands = argparse._SubParsersAction  # what `add_subparsers` gives has no other name


def _command(
    commands: _Commands[argparse.ArgumentParser], name: str, does: str
) -> argparse.ArgumentParser:
    return commands.add_parser(
        name, help=does, description=f"{does[0].upper()}{does[1:]}.", allow_abbrev=False
    )


def _takes_spec(command: argparse.ArgumentParser) -> None:
    command.add_argument("spec", metavar="SPEC", help="the spec; `-` is standard input")
    _takes_set(command)


def _takes_set(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        type=override,
        help="give a `let` of the spec another value; may be repeated",
    )


def _compile(commands: _Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "compile", "write the training script of a spec")
    _takes_spec(command)
    command.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="default: SPEC with `.py`; `-` is standard output",
    )
    command.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 if FILE is not what would be written",
    )
    command.add_argument(
        "--force", action="store_true", help="overwrite a FILE edited by hand, too"
    )


def _check(commands: _Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "check", "tell every error and warning of specs")
    command.add_argument(
        "specs", metavar="SPEC", nargs="+", help="specs; `-` is standard input"
    )
    _takes_set(command)
    command.add_argument("--format", choices=("text", "json", "sarif"), default="text")


def _summary(commands: _Commands[argparse.ArgumentParser]) -> None:
    command = _command(
        commands, "summary", "tell layers, shapes, parameters, FLOPs and memory"
    )
    _takes_spec(command)
    command.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text"
    )
    command.add_argument(
        "--batch-size",
        metavar="N",
        type=_count,
        help="samples in memory at once; default: the spec's",
    )


def _count(text: str) -> int:
    if not (text.isdecimal() and text.isascii() and 0 < int(text) < 2**31):
        raise argparse.ArgumentTypeError(f"expected a number from 1 on, got {text!r}")
    return int(text)


def _run_command(commands: _Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "run", "compile a spec and run its script")
    _takes_spec(command)
    command.add_argument(
        "arguments",
        metavar="...",
        nargs=argparse.REMAINDER,
        help="go to the script as they are",
    )


def _init(commands: _Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "init", "write a spec to start from")
    command.add_argument(
        "name", metavar="NAME", nargs="?", help="of the model; the spec is NAME.nn"
    )
    command.add_argument(
        "--from",
        dest="example",
        metavar="EXAMPLE",
        default="digits",
        help="the example to start from; default: digits",
    )
    command.add_argument("--list", action="store_true", help="list the examples")
    command.add_argument(
        "--force", action="store_true", help="overwrite files that are there"
    )


def _layers(commands: _Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "layers", "tell what a spec can name")
    command.add_argument("name", metavar="NAME", nargs="?", help="tell all of this one")


def _explain(commands: _Commands[argparse.ArgumentParser]) -> None:
    command = _command(commands, "explain", "tell what the code of a message means")
    command.add_argument(
        "code", metavar="CODE", nargs="?", help="such as unknown-layer; default: a list"
    )

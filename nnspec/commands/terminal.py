"""Results on standard output, talk on standard error, and how a command is stopped."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from contextlib import suppress
from io import TextIOWrapper
from typing import TextIO

from nnspec.colors import GREEN, RED, paint

DONE, SPEC_FAULT, USAGE, FILE_FAULT, OWN_FAULT, INTERRUPTED = 0, 1, 2, 3, 70, 130

#: Longer messages hold what nobody would read whole.
_LONGEST = 1_000

_color = {"when": "auto"}  # what `--color` says


class Stop(Exception):
    """Ends a command with an exit code, and a message unless all has been said."""

    def __init__(self, code: int, message: str = "", help: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.help = help


def set_up(stream: TextIO, **how: str) -> None:
    """Change a stream's encoding, errors or newline; one in memory takes all text."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(**how)  # type: ignore[arg-type]


def write(text: str) -> None:
    """Write a result."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        discard_output()
        raise Stop(
            FILE_FAULT, f"cannot write to standard output: {error.strerror}"
        ) from None


def write_exactly(text: str) -> None:
    """Write a result that is the same bytes on every system."""
    set_up(sys.stdout, encoding="utf-8", newline="\n")
    write(text)


def discard_output() -> None:
    """Let what standard output could not take go nowhere when Python ends."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str) -> None:
    """Write a line of talk."""
    harmless = (c if c.isprintable() or c == "\n" else "?" for c in text)
    print("".join(harmless), file=sys.stderr)


def complain(message: str, help: str | None = None) -> None:
    """Say what went wrong and, if there is one, the way out: a line each."""
    from nnspec.report import harmless  # noqa: PLC0415 -- only errors wait for it

    color = has_color(sys.stderr)
    sys.stderr.write(f"{paint('error', RED, color)}: ")
    say(harmless(textwrap.shorten(message, _LONGEST, placeholder=" ...")))
    if help is not None:
        sys.stderr.write(f"  {paint('= help:', GREEN, color)} ")
        say(harmless(help))


def use_color(when: str) -> None:
    """Color always, never, or (auto) where the terminal and its user want it."""
    _color["when"] = when


def has_color(stream: TextIO) -> bool:
    """Whether what is written to a stream is colored."""
    if _color["when"] != "auto":
        return _color["when"] == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def columns(stream: TextIO) -> int | None:
    """The width of a terminal; None where a stream is none, and nothing has to fit."""
    return shutil.get_terminal_size().columns if stream.isatty() else None


def has_boxes(stream: TextIO) -> bool:
    """Whether a stream takes more than ASCII."""
    return (stream.encoding or "utf8").lower().replace("-", "") == "utf8"

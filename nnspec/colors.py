"""The colors of a terminal."""

from __future__ import annotations

RED, YELLOW, GREEN, BLUE = "\x1b[1;31m", "\x1b[1;33m", "\x1b[32m", "\x1b[34m"
_RESET = "\x1b[0m"


def paint(piece: str, color: str, on: bool) -> str:
    """A piece of a line in a color, if colors are on."""
    return f"{color}{piece}{_RESET}" if on and piece else piece

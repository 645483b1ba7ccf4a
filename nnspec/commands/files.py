"""Files that commands write, and the way from one folder to another."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from nnspec.commands.specs import STDIN
from nnspec.commands.terminal import FILE_FAULT, Stop


def spec_folder(spec: str) -> Path:
    """The folder in which a spec's data files are looked for."""
    return Path(os.path.realpath("." if spec == STDIN else os.path.dirname(spec)))


def way(start: Path, goal: Path) -> str:
    """The path from one folder to another, the same on every system."""
    try:
        return Path(os.path.relpath(goal, start)).as_posix()
    except ValueError:  # Windows knows no way from one drive to another
        return goal.as_posix()


def hides_module(stem: str) -> bool:
    """Whether a script of that name would be taken for what scripts import.

    Python looks beside the script first, so that no script in that folder would start.
    """
    return stem in sys.stdlib_module_names or stem in ("numpy", "PIL")


def replace_file(path: str | Path, data: bytes) -> None:
    """Write a file in one step: whoever reads it finds the old or the new one whole."""
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists() and not target.is_file():
            target.write_bytes(data)  # a device or a pipe; a folder is an error
        else:
            _replace_regular(target, data)
    except OSError as error:
        raise Stop(FILE_FAULT, f"cannot write {path}: {error.strerror}") from None


def _replace_regular(target: Path, data: bytes) -> None:
    fresh = target.with_name(f".{target.name[:100]}.{os.getpid()}")
    try:
        fresh.write_bytes(data)
        if target.exists():
            fresh.chmod(target.stat().st_mode & 0o777)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)

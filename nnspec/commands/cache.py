"""Where nnspec keeps what can be made again."""

from __future__ import annotations

import os
from pathlib import Path

from nnspec.commands.terminal import FILE_FAULT, Stop

_WAY_OUT = "set XDG_CACHE_HOME to a folder of your own"


def cache() -> Path:
    """The folder of nnspec among the user's caches."""
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if given.is_absolute():  # a relative one is to be ignored, says its standard
        return given / "nnspec"
    try:
        return Path.home() / ".cache" / "nnspec"
    except RuntimeError:
        raise Stop(
            FILE_FAULT, "there is no home folder for a cache", _WAY_OUT
        ) from None


def own_folder(name: str) -> Path:
    """A folder of the cache that nobody else can write to: what it holds is run."""
    folder = Path(os.path.realpath(cache())) / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError as error:
        raise Stop(
            FILE_FAULT, f"cannot write {folder}: {error.strerror}", _WAY_OUT
        ) from None
    if os.name == "posix" and (found.st_uid != os.geteuid() or found.st_mode & 0o022):
        raise Stop(
            FILE_FAULT,
            f"{folder} is not yours alone: others could change what is run from it",
            _WAY_OUT,
        )
    return folder


def template_cache() -> Path | None:
    """A folder for compiled templates, or None where there can be none."""
    return _folder("templates")


def facts_cache() -> Path | None:
    """A folder for what large data files tell, or None where there can be none."""
    return _folder("facts")


def _folder(name: str) -> Path | None:
    try:
        folder = own_folder(name)
    except Stop:
        return None
    return folder if os.access(folder, os.W_OK) else None

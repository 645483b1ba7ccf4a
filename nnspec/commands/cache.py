"""Where nnspec keeps what can be made again."""

from __future__ import annotations

import os
from pathlib import Path

from nnspec.commands.terminal import FILE_FAULT, Stop


def cache() -> Path:
    """The folder of nnspec among the user's caches."""
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if given.is_absolute():  # a relative one is to be ignored, says its standard
        return given / "nnspec"
    try:
        return Path.home() / ".cache" / "nnspec"
    except RuntimeError:
        raise Stop(
            FILE_FAULT, "there is no home folder for a cache", "set XDG_CACHE_HOME"
        ) from None


def template_cache() -> Path | None:
    """A folder for compiled templates, or None where there can be none."""
    try:
        folder = cache() / "templates"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (Stop, OSError):
        return None
    return folder if os.access(folder, os.W_OK) else None

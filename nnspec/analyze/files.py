"""The files that a source names: inside the folder of the spec, x with its y."""

from __future__ import annotations

import re
from collections.abc import Container
from pathlib import PurePosixPath, PureWindowsPath
from typing import cast

from nnspec.diagnostics import Diagnostics
from nnspec.table.data_entry import SourceEntry
from nnspec.table.entry import (
    Use,
)
from nnspec.table.pairs import ForOutputs


def verify_files(
    use: Use, diagnostics: Diagnostics, spared: Container[str] = ()
) -> None:
    """Report paths that a spec may not name, and parts that lack x or y.

    Arguments that are `spared` may be lacking.
    """
    entry = cast(SourceEntry, use.entry)
    for name in entry.paths:
        value = use.arguments[name]
        pairs = value.pairs if isinstance(value, ForOutputs) else ()
        for path in [pair.value for pair in pairs] or [value]:
            if isinstance(path, str):
                _verify_path(path, name, use, diagnostics)
    for part, names in entry.parts.items():
        given = [name for name in names if use.arguments[name] is not None]
        missing = [name for name in names if use.arguments[name] is None]
        missing = [name for name in missing if name not in spared]
        if given and missing:
            diagnostics.error(
                "missing-argument",
                f"`{entry.name}` has `{given[0]}` but no `{missing[0]}` for the "
                f"{part} part",
                use.span_of(given[0]),
                help=f"give `{missing[0]}=` too",
            )


def _verify_path(path: str, name: str, use: Use, diagnostics: Diagnostics) -> None:
    if leaves_folder(path):
        diagnostics.error(
            "path-outside",
            "a spec names files in its own folder only, by relative paths",
            use.span_of(name),
            help="keep the file beside the spec, or say where it is with --data-dir",
        )
    elif not PurePosixPath(path).name or not path.isprintable():
        diagnostics.error(
            "path-invalid",
            "this is no name of a file",
            use.span_of(name),
            help="write a path relative to the spec, such as `data/iris.csv`",
        )


def leaves_folder(path: str) -> bool:
    """Whether a path could lead out of the folder, on any system."""
    windows = PureWindowsPath(path)
    if PurePosixPath(path).is_absolute() or windows.drive or windows.root:
        return True
    depth = 0
    for part in re.split(r"[/\\]", path):
        depth += -1 if part == ".." else part not in ("", ".")
        if depth < 0:
            return True
    return False

"""Reads the data files of a spec; what large ones tell is kept."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from nnspec import __version__
from nnspec.facts import Facts, Request, Unreadable
from nnspec.facts.arrays import read_arrays
from nnspec.facts.foreign import what_it_is
from nnspec.facts.kept import from_json, to_json
from nnspec.facts.runtime import input_error, runtime
from nnspec.facts.tables import read_table
from nnspec.facts.texts import read_text
from nnspec.record import Record, fields

_LARGE = 500_000  # bytes; smaller files are read in no time


class FileReader(Record):
    """Reads files beside a spec, or in the data directory.

    `cache` gives a folder of the user's own, or None where there is none.
    """

    folder: Path
    cache: Callable[[], Path | None]

    def __call__(self, request: Request) -> Facts | None:
        """The facts of a request; None if one of its files is not there."""
        found = {part: self._find(name) for part, name in request.files.items()}
        files = {part: path for part, path in found.items() if path is not None}
        if "train" not in files:
            return None
        foreign = [f for f in map(what_it_is, files.values()) if f is not None]
        if foreign and request.source == "csv":
            return foreign[0]
        size = sum(path.stat().st_size for path in files.values())
        if size < _LARGE:
            return read(request, files)
        return self._kept(request, files)

    def _find(self, name: str) -> Path | None:
        """As scripts look for it."""
        folders: list[Path] = runtime("data_folders")(None, self.folder)
        paths = (folder / name for folder in folders)
        return next((path for path in paths if path.is_file()), None)

    def _kept(self, request: Request, files: dict[str, Path]) -> Facts:
        """What is kept of these very files, or else what they tell now."""
        folder = self.cache()
        if folder is None:
            return read(request, files)
        path = folder / f"{_key(request, files)}.json"
        with suppress(OSError, ValueError, KeyError, TypeError):
            return from_json(json.loads(path.read_text(encoding="utf-8")))
        facts = read(request, files)
        if isinstance(facts, Unreadable):
            return facts  # perhaps for want of memory, which is another one next time
        with suppress(OSError):
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.write_text(json.dumps(to_json(facts)), encoding="utf-8")
            fresh.replace(path)
        return facts


def read(request: Request, files: dict[str, Path]) -> Facts:
    """The facts of files; why, where they cannot be read."""
    try:
        if request.source == "csv":
            return read_table(request, files)
        if request.source == "text":
            return read_text(request, files)
        return read_arrays(request, files)
    except input_error() as error:
        message, _, help = str(error).rpartition("; ")
        return Unreadable(message or help, help if message else None)
    except MemoryError:
        message = f"{files['train']}: there is not enough memory for it"
        return Unreadable(message, "write on_disk=true in csv(), or sample=10000")


def _key(request: Request, files: dict[str, Path]) -> str:
    """A name for what is read of files as they are now."""
    stats = [(str(path.resolve()), path.stat()) for path in files.values()]
    states = [(path, stat.st_size, stat.st_mtime_ns) for path, stat in stats]
    asked = {**fields(request), "arguments": sorted(request.arguments.items(), key=str)}
    text = repr((__version__, states, [str(p) for p in files.values()], asked))
    return sha256(text.encode()).hexdigest()[:32]

"""Compiled templates, kept in files of the user's own.

Python runs what such a file holds, so each begins with a digest of the rest: one that
was damaged, or is of another version of Jinja, is made anew.
"""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

_SIZE = sha256().digest_size


class Bytecode(BytecodeCache):
    """A cache in a folder, which nobody but its owner may be able to write to."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, if there is a sound file for it."""
        try:
            data = self._path(bucket).read_bytes()
        except OSError:
            return
        if data[:_SIZE] == _digest(data[_SIZE:]):
            bucket.bytecode_from_string(data[_SIZE:])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write the file for a bucket in one step; a cache may do without it."""
        code, path = bucket.bytecode_to_string(), self._path(bucket)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        with suppress(OSError):
            try:
                fresh.write_bytes(_digest(code) + code)
                fresh.replace(path)
            finally:
                fresh.unlink(missing_ok=True)

    def _path(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.cache"


def _digest(code: bytes) -> bytes:
    return sha256(jinja2.__version__.encode() + b"\0" + code).digest()

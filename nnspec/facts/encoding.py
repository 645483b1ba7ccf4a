"""The encoding of a file of text, as far as its bytes tell it."""

from __future__ import annotations

import codecs
import gzip
import zlib
from pathlib import Path
from typing import BinaryIO

_BLOCK = 2**20  # bytes
#: What Windows and spreadsheets in Western Europe write, if it is not UTF-8.
_OTHER = "cp1252"


def encoding_of(path: Path) -> str:
    """`utf-8`, where all of the file is; else `utf-16` by its mark, or the likeliest.

    A file that cannot be read is of no encoding, and is told of elsewhere.
    """
    try:
        with path.open("rb") as file:
            head = file.read(2)
            file.seek(0)
            packed = head == b"\x1f\x8b"
            return _of_text(gzip.GzipFile(fileobj=file) if packed else file)
    except (OSError, EOFError, zlib.error):
        return "utf-8"


def _of_text(file: BinaryIO | gzip.GzipFile) -> str:
    """The encoding of what is left of a file."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    block = file.read(_BLOCK)
    if block[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    try:
        while block:
            decoder.decode(block)
            block = file.read(_BLOCK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _OTHER
    return "utf-8"

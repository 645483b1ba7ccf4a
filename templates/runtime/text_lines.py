import gzip
import io
import itertools

from .file_errors import file_errors
from .file_kind import file_kind
from .input_error import InputError


def text_lines(path, encoding, way_out):
    """The lines of a text file, unpacked if it is a gzip file, one by one.

    The `way_out` is for a file in another encoding. A byte order mark is passed over.
    """
    with file_errors(path), path.open("rb") as file:
        head = file.peek(512)[:512]
        kind, block = file_kind(head, encoding), []
        packed = head[:2] == b"\x1f\x8b"
        unpacked = gzip.GzipFile(fileobj=file) if packed else file
        codec = "utf-8-sig" if encoding == "utf-8" else encoding
        text = io.TextIOWrapper(unpacked, codec, "surrogateescape", newline="")
        number = 0
        while not kind and (block := text.readlines(2**16)) and is_text("".join(block)):
            yield from block
            number += len(block)
        good = [*itertools.takewhile(is_text, block)]
        yield from good
    if kind:
        raise InputError(f"{path}: it is {kind}")
    if len(good) == len(block):
        return
    fault = f"not {encoding.upper()}; {way_out}"
    if "\0" in block[len(good)]:
        fault = "a NUL byte; this is no text file"
    raise InputError(f"{path}, line {number + len(good) + 1}: {fault}")


def is_text(lines):
    """Whether all bytes fit the encoding, others are surrogates; and none is NUL."""
    try:
        if not lines.isascii():
            lines.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in lines

import gzip
import io

from .file_errors import file_errors
from .file_kind import file_kind
from .input_error import InputError


def text_lines(path, encoding, way_out):
    """The lines of a text file, unpacked if it is a gzip file, one by one.

    The `way_out` is for a file in another encoding. A byte order mark is passed over.
    """
    with file_errors(path), path.open("rb") as file:
        head = file.peek(512)[:512]
        if kind := file_kind(head, encoding):
            raise InputError(f"it is {kind}")
        packed = head[:2] == b"\x1f\x8b"
        unpacked = gzip.GzipFile(fileobj=file) if packed else file
        codec = "utf-8-sig" if encoding == "utf-8" else encoding
        text = io.TextIOWrapper(unpacked, codec, "surrogateescape", newline="")
        number, fault = 0, ""
        for line in text:
            number += 1
            if fault := text_fault(line, encoding, way_out):
                break
            yield line
    if fault:
        raise InputError(f"{path}, line {number}: {fault}")


def text_fault(line, encoding, way_out):
    """What is wrong with a line; bytes that do not fit the encoding are surrogates."""
    if not line.isascii():
        try:
            line.encode()
        except UnicodeEncodeError:
            return f"not {encoding.upper()}; {way_out}"
    return "a NUL byte; this is no text file" if "\0" in line else ""

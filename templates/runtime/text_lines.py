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
        number, line = 0, ""
        for line in text:
            number += 1
            if not (line.isascii() or is_unicode(line)) or "\0" in line:
                break
            yield line
    if "\0" in line:
        raise InputError(f"{path}, line {number}: a NUL byte; this is no text file")
    if not is_unicode(line):
        fault = f"not {encoding.upper()}; {way_out}"
        raise InputError(f"{path}, line {number}: {fault}")


def is_unicode(line):
    """Whether all bytes of a line fit its encoding; others are surrogates."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return True

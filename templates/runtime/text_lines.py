import gzip
import io

from .file_errors import file_errors
from .input_error import InputError


def text_lines(path):
    """The lines of a text file in UTF-8, unpacked if it is a gzip file, one by one."""
    with file_errors(path), path.open("rb") as file:
        packed = file.peek(2)[:2] == b"\x1f\x8b"
        unpacked = gzip.GzipFile(fileobj=file) if packed else file
        text = io.TextIOWrapper(unpacked, "utf-8-sig", "surrogateescape", newline="")
        number, fault = 0, ""
        for line in text:
            number += 1
            if fault := text_fault(line):
                break
            yield line
    if fault:
        raise InputError(f"{path}, line {number}: {fault}")


def text_fault(line):
    """What is wrong with a line whose bytes that are not UTF-8 became surrogates."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return "not UTF-8; save the file as UTF-8"
    return "a NUL byte; this is no text file" if "\0" in line else ""

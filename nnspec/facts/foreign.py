"""Files that are no tables of texts, whatever their names say."""

from __future__ import annotations

from pathlib import Path

from nnspec.facts import Unreadable

_EXPORT = "open it in the program that made it, and export it as CSV"
_UNPACK = "unpack it, and name the table in it"
_AGAIN = "download the file itself"

#: What files begin with, what they are, and the way out.
_BEGINNINGS = (
    (b"PK\x03\x04", "a ZIP archive", _UNPACK),
    (b"\xd0\xcf\x11\xe0", "a workbook of Excel", _EXPORT),
    (b"PAR1", "a Parquet file", _EXPORT),
    (b"%PDF", "a PDF document", _EXPORT),
    (
        b"\x93NUMPY",
        "an array of NumPy",
        "write `npy(x=..., y=...)` in the data section",
    ),
    (b"\x89PNG", "an image", "a folder of images is read by `images`"),
    (b"\xff\xd8\xff", "an image", "a folder of images is read by `images`"),
    (b"SQLite format 3", "a database of SQLite", _EXPORT),
    (b"\x89HDF", "an HDF5 file", _EXPORT),
    (b"BZh", "packed by bzip2", _UNPACK),
    (b"7z\xbc\xaf", "a 7z archive", _UNPACK),
    (b"\xfd7zXZ", "packed by xz", _UNPACK),
    (
        b"version https://git-lfs",
        "a pointer of Git LFS, not the file",
        "`git lfs pull` gets it",
    ),
)
_WEB = ("<!doctype html", "<html", "<?xml")


def what_it_is(path: Path) -> Unreadable | None:
    """What a file is that is no table, and the way to one; None if it may be one."""
    try:
        with path.open("rb") as file:
            head = file.read(512)
    except OSError as error:
        return Unreadable(f"{path}: {error.strerror}", "check it or get it anew")
    if head.startswith(b"PK") and (b"[Content_Types]" in head or b"xl/" in head):
        return Unreadable(f"{path}: this is a workbook of Excel", _EXPORT)
    for start, what, way_out in _BEGINNINGS:
        if head.startswith(start):
            return Unreadable(f"{path}: this is {what}", way_out)
    text = head.decode("latin-1").lstrip("\ufeff \t\r\n").lower()
    if text.startswith(_WEB):
        return Unreadable(f"{path}: this is a page of the web, not a table", _AGAIN)
    if text.startswith(("{", "[")) and path.suffix == ".json":
        return Unreadable(f"{path}: this is JSON, not a table", "save it as CSV")
    if path.suffix == ".nn" and "{" in text:
        way_out = "`nnspec summary` prints the layers of a spec"
        return Unreadable(f"{path}: this is a spec, not a table", way_out)
    return None

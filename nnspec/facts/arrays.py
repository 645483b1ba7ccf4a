"""Facts of arrays in files: their shapes, of which the first bytes tell."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile

from nnspec.facts import Arrays, Request
from nnspec.facts.runtime import runtime


def read_arrays(request: Request, files: Mapping[str, Path]) -> Arrays:
    """The shape of a sample in the training part.

    Raises the error of scripts for a file that is no such one.
    """
    path = files["train"]
    way_out = f"it should be an .{request.source} file"
    with runtime("file_errors")(path, way_out):
        shape = _SHAPES[request.source](path, request)
        if not shape:
            raise ValueError("a single number is no sample")
    return Arrays(str(path), shape[1:])


def _npz(path: Path, request: Request) -> tuple[int, ...]:
    name = f"{request.arguments['x']}.npy"
    with ZipFile(path) as archive:
        if name not in archive.namelist():
            known = [name.removesuffix(".npy") for name in archive.namelist()]
            raise ValueError(f"it has {known}, but not {request.arguments['x']}")
        with archive.open(name) as file:
            return _header(file)


def _npy(path: Path, _: Request) -> tuple[int, ...]:
    with path.open("rb") as file:
        return _header(file)


def _header(file: IO[Any]) -> tuple[int, ...]:
    """The shape in the header of a `.npy` file."""
    import numpy as np  # noqa: PLC0415 -- only arrays wait for it

    version = np.lib.format.read_magic(file)
    read = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    if version not in read:
        raise ValueError(f"its version is {version}")
    shape: tuple[int, ...] = read[version](file)[0]
    return shape


def _idx(path: Path, _: Request) -> tuple[int, ...]:
    """It starts with 0, 0, the type and the number of axes; then come their sizes."""
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
        file.seek(0)
        head = (gzip.GzipFile(fileobj=file) if packed else file).read(4 + 4 * 255)
    if head[:2] != b"\0\0" or len(head) < 4 or len(head) < 4 + 4 * head[3]:
        raise ValueError("it does not begin like one")
    return struct.unpack_from(f">{head[3]}I", head, 4)


_SHAPES = {"npz": _npz, "npy": _npy, "idx": _idx}

"""A share of MNIST: a data directory with the first samples for training only."""

from __future__ import annotations

import gzip
import math
import struct
from collections.abc import Sequence
from pathlib import Path


class ShareError(Exception):
    """A file that is no IDX file, or that has too few samples."""


def cut(files: Sequence[str], source: Path, folder: Path, samples: int) -> Path:
    """Make `folder` a data directory with the IDX files of `source`, and return it.

    Those for training are cut to `samples`, those for the test are links. A file of
    `source` may lack its `.gz`. Raises `ShareError`.
    """
    for name in files:
        packed, new = source / name, folder / name
        path = packed if packed.is_file() else packed.with_suffix("")
        new.parent.mkdir(parents=True, exist_ok=True)
        if path.name.startswith("train"):
            new.with_suffix("").write_bytes(_first(path, samples))
        else:
            new.with_name(path.name).symlink_to(path.resolve())
    return folder


def _first(path: Path, samples: int) -> bytes:
    """An IDX file of the first samples, unpacked; it is read no further than these."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            head = file.read(4)  # 0, 0, the type, which is bytes, and how many axes
            axes = f">{head[3]}I"
            there, *sizes = struct.unpack(axes, file.read(struct.calcsize(axes)))
            data = file.read(size := samples * math.prod(sizes))
    except (OSError, EOFError, IndexError, struct.error) as error:
        raise ShareError(f"{path}: {error}; get it anew") from error
    if samples > there or len(data) < size:
        raise ShareError(f"{path}: it does not have {samples} samples; get it anew")
    return head + struct.pack(axes, samples, *sizes) + data

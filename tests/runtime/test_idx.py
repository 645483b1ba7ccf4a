"""IDX files: every type, packed and plain, and everything that may be wrong."""

import gzip
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from templates.runtime.idx_parts import read_idx_parts
from templates.runtime.input_error import InputError
from templates.runtime.read_idx import read_idx

TYPES = {8: "u1", 9: "i1", 11: "i2", 12: "i4", 13: "f4", 14: "f8"}


def idx_bytes(array: np.ndarray) -> bytes:
    """What an IDX file of this array holds."""
    kind = next(k for k, name in TYPES.items() if array.dtype == np.dtype(name))
    sizes = b"".join(n.to_bytes(4) for n in array.shape)
    big_endian = array.astype(array.dtype.newbyteorder(">"))
    return bytes([0, 0, kind, array.ndim]) + sizes + big_endian.tobytes()


DIGITS = np.arange(24, dtype="u1").reshape(2, 3, 4)
GOOD = idx_bytes(DIGITS)
PACKED = gzip.compress(GOOD, mtime=0)


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("dtype", TYPES.values())
def test_every_type(tmp_path: Path, dtype: str, pack: Callable[[bytes], bytes]) -> None:
    array = (np.arange(-6, 6) * 7.0).astype(dtype).reshape(2, 3, 2)
    path = tmp_path / "any name"
    path.write_bytes(pack(idx_bytes(array)))
    found = read_idx(path)
    assert found.dtype.newbyteorder("=") == np.dtype(dtype)
    np.testing.assert_array_equal(found, array)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "it does not begin like one; it should be an IDX"),
        (b"\0\0", "it does not begin like one; it should be an IDX"),
        (b"a,b\n1,2\n", "it does not begin like one; it should be an IDX"),
        (b"\0\0\x07\x01\0\0\0\1a", "it does not begin like one; it should be an IDX"),
        (b"\0\0\x08\xff" + b"\0\0\0\1" * 255 + b"a", "maximum supported dimension"),
        (b"\x08\x01", "it does not begin like one"),
        (GOOD[:3], "it does not begin like one; it should be an IDX"),
        (GOOD[:10], "buffer is smaller .*; it should be an IDX file"),
        (GOOD[:-1], "size 23 into shape .*; it should be an IDX"),
        (GOOD + b"\0", "size 25 into shape .*; it should be an IDX"),
        (b"\0\0\x0e\x03" + b"\xff" * 12, "size 0 into shape .*; it should be an IDX"),
        (
            b"\0\0\x08\x04" + b"\0" * 4 + b"\xff" * 12,
            "array is too big; .*; it should be an IDX",
        ),
        (PACKED[:-9], "end-of-stream marker .*; it should be an IDX file"),
        (PACKED[:3], "; it should be an IDX file"),
        (PACKED[:12] + b"\xff" * 9 + PACKED[21:], "; it should be an IDX file"),
        (PACKED[:-5] + b"\1" + PACKED[-4:], "CRC check .*; it should be an IDX file"),
        (PACKED + b"more", "Not a gzipped file .*; it should be an IDX file"),
    ],
)
def test_faults(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "digits.idx"
    path.write_bytes(data)
    with pytest.raises(InputError, match=f"^{path}: .*{message}") as fault:
        read_idx(path)
    assert "\n" not in str(fault.value)


def test_missing_and_folder(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"none: No such file .*; it should be an IDX file"
    ):
        read_idx(tmp_path / "none")
    with pytest.raises(InputError, match=r"Is a directory; it should be an IDX file"):
        read_idx(tmp_path)


def test_parts(tmp_path: Path) -> None:
    x, y = tmp_path / "x", tmp_path / "y"
    x.write_bytes(GOOD)
    y.write_bytes(idx_bytes(np.array([5, 7], "u1")))
    parts = read_idx_parts({"train": (x, y), "test": (y, x)})
    assert list(parts) == ["train", "test"]
    np.testing.assert_array_equal(parts["train"][0], DIGITS)
    np.testing.assert_array_equal(parts["train"][1], [5, 7])

"""Arrays that stay on disk."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from templates.runtime.input_error import InputError
from templates.runtime.npy import map_npy


def test_mapped(tmp_path: Path) -> None:
    x, y = tmp_path / "x.npy", tmp_path / "y.npy"
    np.save(x, np.arange(2_000_000).reshape(-1, 2))
    np.save(y, np.arange(1_000_000, dtype=np.uint8))
    tracemalloc.start()
    parts = map_npy({"train": (x, y)})
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
    for array in parts["train"]:
        assert isinstance(array, np.memmap)
        assert not array.flags.writeable
    np.testing.assert_array_equal(parts["train"][0][[1, 9]], [[2, 3], [18, 19]])


def test_faults(tmp_path: Path) -> None:
    x, y = tmp_path / "x.npy", tmp_path / "y.npy"
    np.save(x, np.ones((4, 3)))
    whole = x.read_bytes()
    np.savez(tmp_path / "a.npz", np.ones(3))
    np.save(y, np.arange(4))
    for data, message in (
        (b"", "; save numbers with np.save"),
        (b"a,b\n1,2\n", "magic string .*; save numbers with np.save"),
        ((tmp_path / "a.npz").read_bytes(), "magic string .*; save numbers with"),
        (whole[:-1], "; save numbers with np.save"),
        (whole[:20], "; save numbers with np.save"),
        (whole[:9], "; save numbers with np.save"),
        (whole.replace(b"'fortran", b"\"'(ortra"), "; save numbers with np.save"),
    ):
        x.write_bytes(data)
        with pytest.raises(InputError, match=f"^{x}: .*{message}") as fault:
            map_npy({"train": (x, y)})
        assert "\n" not in str(fault.value)
    for array, message in (
        (np.array([{}] * 4), ": .*Python objects in dtype.*; save numbers with"),
    ):
        np.save(x, array)
        with pytest.raises(InputError, match=f"^{x}{message}"):
            map_npy({"train": (x, y)})
    x.unlink()
    with pytest.raises(InputError, match=f"^{x}: No such file .*; save numbers with"):
        map_npy({"train": (x, y)})

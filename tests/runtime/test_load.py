"""Weights come from files that hold those of this network, and from no others."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from templates.runtime.input_error import InputError
from templates.runtime.load import load

SHAPES: dict[str, tuple[int, ...]] = {"dense/kernel": (2, 3), "dense/bias": (3,)}


def weights() -> SimpleNamespace:
    return SimpleNamespace(dense_kernel=np.zeros((2, 3)), dense_bias=np.zeros(3))


def saved(path: Path, **changes: Any) -> Path:
    arrays = {name: np.ones(shape) for name, shape in SHAPES.items()}
    arrays |= {name.replace("__", "/"): array for name, array in changes.items()}
    with path.open("wb") as file:
        np.savez(file, **{k: v for k, v in arrays.items() if v is not None})
    return path


def test_weights_are_set_and_what_was_learnt_is_told(tmp_path: Path) -> None:
    w = weights()
    found = load(saved(tmp_path / "w.npz", data__mean=np.arange(2.0)), w, SHAPES)
    assert w.dense_kernel.sum() == 6 and w.dense_bias.sum() == 3
    assert found["data/mean"].tolist() == [0, 1]


def test_every_difference_is_named(tmp_path: Path) -> None:
    changes = {"dense__kernel": np.ones((3, 3)), "dense__bias": None, "extra": 1.0}
    with pytest.raises(InputError) as fault:
        load(saved(tmp_path / "w.npz", **changes), weights(), SHAPES)
    text = str(fault.value)
    assert "it has {'dense/kernel': (3, 3), 'extra': ()}" in text
    assert "not {'dense/bias': (3,), 'dense/kernel': (2, 3)}" in text


def test_weights_are_numbers(tmp_path: Path) -> None:
    path = saved(tmp_path / "w.npz", dense__bias=np.array(["a", "b", "c"]))
    with pytest.raises(
        InputError, match=r"w.npz: Cannot cast .*<U1.*; it should be a w"
    ):
        load(path, weights(), SHAPES)


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x03\x04broken"])
def test_other_files(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "w.npz"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"it should be a weights\.npz"):
        load(path, weights(), SHAPES)


def test_pickles_are_not_loaded(tmp_path: Path) -> None:
    path = saved(tmp_path / "w.npz", dense__bias=np.array([{}, {}, {}]))
    with pytest.raises(InputError, match="Object arrays cannot be loaded"):
        load(path, weights(), SHAPES)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.npz: No such file"):
        load(tmp_path / "none.npz", weights(), SHAPES)

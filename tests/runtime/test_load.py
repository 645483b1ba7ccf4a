"""Weights come from files that hold those of this network, and from no others."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from templates.runtime.input_error import InputError
from templates.runtime.load import load
from templates.runtime.save_arrays import save_arrays

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
    found = load(saved(tmp_path / "w.npz", data__mean=np.arange(2.0)), w, SHAPES, {})
    assert w.dense_kernel.sum() == 6 and w.dense_bias.sum() == 3
    assert found["data/mean"].tolist() == [0, 1]


def test_every_difference_is_named(tmp_path: Path) -> None:
    changes = {"dense__kernel": np.ones((3, 3)), "dense__bias": None, "extra": 1.0}
    with pytest.raises(InputError) as fault:
        load(saved(tmp_path / "w.npz", **changes), weights(), SHAPES, {})
    text = str(fault.value)
    assert "it has {'dense/kernel': (3, 3), 'extra': ()}" in text
    assert "not {'dense/bias': (3,), 'dense/kernel': (2, 3)}" in text


def test_weights_are_numbers(tmp_path: Path) -> None:
    path = saved(tmp_path / "w.npz", dense__bias=np.array(["a", "b", "c"]))
    with pytest.raises(InputError, match=r"w.npz: Cannot cast .*<U1.*; take a w"):
        load(path, weights(), SHAPES, {})


@pytest.mark.parametrize("data", [b"", b"no archive", b"PK\x03\x04broken"])
def test_other_files(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "w.npz"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"take a weights\.npz"):
        load(path, weights(), SHAPES, {})


def test_pickles_are_not_loaded(tmp_path: Path) -> None:
    path = saved(tmp_path / "w.npz", dense__bias=np.array([{}, {}, {}]))
    with pytest.raises(InputError, match="Object arrays cannot be loaded"):
        load(path, weights(), SHAPES, {})


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.npz: No such file"):
        load(tmp_path / "none.npz", weights(), SHAPES, {})


def test_a_layer_may_be_called_data(tmp_path: Path) -> None:
    shapes = {f"{name}/bias": (3,) for name in ("data", "training")}
    path = tmp_path / "w.npz"
    np.savez(path, **{name: np.ones(3) for name in [*shapes, "data/mean"]})
    w = SimpleNamespace(data_bias=np.zeros(3), training_bias=np.zeros(3))
    load(path, w, shapes, {})
    assert w.data_bias.all() and w.training_bias.all()


def test_what_a_file_says_of_itself_must_be_the_same(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    for about, same, named in (
        ({"network": "a"}, {"network": "b"}, "network 'a', this script has 'b'"),
        ({"seed": 1}, {"network": "b"}, "network None, this script has 'b'"),
        ({"network": "a"}, {"network": "a"}, ""),
        ({}, {"network": "b"}, ""),
    ):
        arrays = {name: np.ones(shape) for name, shape in SHAPES.items()}
        save_arrays(path, arrays, about)
        if named:
            with pytest.raises(InputError, match=f"it was trained with {named}; take"):
                load(path, weights(), SHAPES, same)
        else:
            assert load(path, weights(), SHAPES, same)["about"] == about


def test_a_long_message_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    np.savez(path, **{f"x{i}": np.ones(1) for i in range(5000)})
    with pytest.raises(InputError) as fault:
        load(path, weights(), SHAPES, {})
    assert len(str(fault.value)) < 700

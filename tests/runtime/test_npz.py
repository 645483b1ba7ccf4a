"""Archives of arrays: the parts that are there, and all that may be wrong."""

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from templates.runtime.input_error import InputError
from templates.runtime.npz import read_npz

NAMES = {part: (f"x_{part}", f"y_{part}") for part in ("train", "validation", "test")}
TRAIN: dict[str, Any] = {"x_train": np.ones((4, 3)), "y_train": np.arange(4)}


WAY_OUT = r"it should be an \.npz file; npz\(x=, y=\) can name other arrays$"


def save(path: Path, **arrays: Any) -> Path:
    np.savez(path, **arrays)
    return path


def test_parts(tmp_path: Path) -> None:
    test = {"x_test": np.zeros((2, 3)), "y_test": [True, False]}
    other = np.array([{}])  # nobody asks for it
    path = save(tmp_path / "a.npz", **TRAIN, **test, other=other)
    parts = read_npz(path, NAMES)
    assert list(parts) == ["train", "test"]
    np.testing.assert_array_equal(parts["train"][0], TRAIN["x_train"])
    np.testing.assert_array_equal(parts["train"][1], TRAIN["y_train"])
    assert parts["test"][0].shape == (2, 3)
    assert parts["test"][1].dtype == bool


def test_without_training_no_part_must_be_there(tmp_path: Path) -> None:
    path = save(tmp_path / "a.npz", x_test=np.zeros((2, 3)), y_test=[True, False])
    assert list(read_npz(path, NAMES, trains=False)) == ["test"]


def test_other_names_and_compression(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", images=np.ones((2, 4)), labels=[0, 1])
    parts = read_npz(tmp_path / "a.npz", {"train": ("images", "labels")})
    assert parts["train"][0].shape == (2, 4)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"x": [1]}, r"it has \['x'\], but not x_train and y_train; "),
        ({"x_train": [1]}, "but not y_train; "),
        (TRAIN | {"x_test": [1]}, "but not y_test; "),
        (TRAIN | {"y_validation": [1]}, "but not x_validation; "),
        (TRAIN | {"x_train": np.array([{}])}, "Object arrays .*; "),
    ],
)
def test_arrays_at_fault(tmp_path: Path, arrays: Any, message: str) -> None:
    path = save(tmp_path / "a.npz", **arrays)
    with pytest.raises(InputError, match=f"^{path}: .*{message}{WAY_OUT}") as fault:
        read_npz(path, NAMES)
    assert "\n" not in str(fault.value)


def test_files_at_fault(tmp_path: Path) -> None:
    path = save(tmp_path / "a.npz", **TRAIN)
    whole = path.read_bytes()
    np.save(tmp_path / "array.npy", np.ones(3))
    member = whole.index(b"NUMPY") + 20
    for data, message in (
        (b"", "File is not a zip file"),
        (b"a,b\n1,2\n", "File is not a zip file"),
        ((tmp_path / "array.npy").read_bytes(), "File is not a zip file"),
        (whole[: len(whole) // 2], "File is not a zip file"),
        (whole[:-30], "File is not a zip file"),
        (whole[:member] + b"\xff\xff\n\0" + whole[member + 4 :], ""),
    ):
        path.write_bytes(data)
        with pytest.raises(InputError, match=f"^{path}: {message}.*; {WAY_OUT}"):
            read_npz(path, NAMES)


def test_missing_and_folder(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=rf"none.npz: No such file .*; {WAY_OUT}"):
        read_npz(tmp_path / "none.npz", NAMES)
    with pytest.raises(InputError, match=rf"Is a directory; {WAY_OUT}"):
        read_npz(tmp_path, NAMES)


def test_member_that_is_no_array(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x_train", b"text")
        archive.writestr("y_train.npy", b"text")
    for array in read_npz(path, NAMES)["train"]:
        assert array.dtype.kind == "S"  # which is told where numbers must be

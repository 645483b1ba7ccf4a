import io
import math
from pathlib import Path

import numpy as np

from .fault import Fault
from .idx import read_idx, read_unpacked
from .reason import reason


def read_array(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """Samples (N, *shape) from a .npy, .npz, IDX or CSV file, packed with gzip or not.

    What it is, its content tells, not its name. A sample alone becomes one row.
    """
    data = read_unpacked(path)
    if data[:6] == b"\x93NUMPY" or data[:2] == b"PK":
        rows = load_array(path, data)
    elif data[:2] == b"\0\0":
        rows = read_idx(path)
    else:
        rows = read_table(path, data)
    if rows.shape == shape:
        return rows[np.newaxis]
    if rows.size == 0 or math.prod(rows.shape[1:]) != math.prod(shape):
        raise Fault(
            f"{path}: an array {rows.shape} does not hold samples {shape}; "
            f"give rows of {math.prod(shape)} numbers"
        )
    return rows.reshape(-1, *shape)


def load_array(path: Path, data: bytes) -> np.ndarray:
    """The array of a .npy file; of an .npz archive x, x_test, or the only one."""
    try:
        loaded = np.load(io.BytesIO(data), allow_pickle=False)
        if not isinstance(loaded, np.ndarray):
            names = loaded.files
            known = [name for name in ("x", "x_test") if name in names]
            if not known and len(names) != 1:
                raise ValueError(f"neither x nor x_test is in it, but {names}")
            loaded = loaded[(known or names)[0]]
        array = np.asarray(loaded)
        if array.dtype.kind not in "biuf":
            raise ValueError(f"it holds {array.dtype}")
    except Exception as error:  # a broken file fails in a dozen ways
        message = f"{path}: {reason(error)}; save numbers with np.save"
        raise Fault(f"{message}, or as x with np.savez") from error
    return array


def read_table(path: Path, data: bytes) -> np.ndarray:
    """The numbers of a CSV file, which may have a line of names above them."""
    try:
        text = data.decode("utf-8-sig").replace('"', "")
    except UnicodeDecodeError as error:
        raise Fault(f"{path}: give a .npy, .npz, IDX, or UTF-8 CSV file") from error
    lines = [(i, line) for i, line in enumerate(text.splitlines(), 1) if line.strip()]
    delimiter = next((d for d in ";\t," if lines and d in lines[0][1]), None)
    rows: list[np.ndarray] = []
    for i, line in lines:
        cells = line.split(delimiter)
        try:
            row = np.array([float(cell) for cell in cells])
        except ValueError as error:
            wrong = [j for j, cell in enumerate(cells) if not is_number(cell)]
            if (i, line) == lines[0] and len(wrong) == len(cells):
                continue  # the names of the columns
            place = f"{path}, line {i}, column {wrong[0] + 1}"
            cell = cells[wrong[0]].strip()
            raise Fault(f"{place}: {cell!r} is no number; write one") from error
        if rows and len(row) != len(rows[0]):
            raise Fault(
                f"{path}, line {i}: {len(row)} numbers, but {len(rows[0])} above; "
                "give each row as many"
            )
        rows.append(row)
    return np.array(rows)


def is_number(text: str) -> bool:
    """Whether `float` can read it."""
    try:
        float(text)
    except ValueError:
        return False
    return True

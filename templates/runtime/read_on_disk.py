import contextlib
import hashlib
import importlib
import json
import os
import sys
from types import SimpleNamespace

import numpy as np

from .column import Column
from .find_columns import find_columns
from .input_error import InputError
from .rows import Rows


def read_on_disk(folder, how, path, names, read, wanted, chosen, plain):
    """Read a table as `read_rows` does, but leave its cells on disk, in a file.

    `folder` keeps it: it is made once of a table as it is now, for `how` it is read.
    """
    state = path.stat()
    file = f"{path.name}-{digest(str(path.resolve()))[:8]}-"
    made_of = [how, state.st_size, state.st_mtime_ns, wanted, chosen]
    about = folder / f"{file}{digest(made_of)[:16]}.json"
    kept = about.with_suffix(".cells")
    columns = {name: Column(name in chosen, plain) for name in wanted}
    try:
        with alone(folder):
            if not (about.exists() and kept.exists()):
                for old in folder.iterdir():  # as it was, or was read, or not whole
                    if old.name.startswith((file, f".{file}")):
                        old.unlink()
                known = () if plain else [*columns.values()]
                blocks = read(find_columns(wanted, names, path), known, 8192)
                size = convert(blocks, columns, about)
                told = f"converted once, to {folder} ({size / 1e6:,.0f} MB)"
                print(f"{path}: {told}", file=sys.stderr)
            found = json.loads(about.read_text(encoding="utf-8"))
            cells = np.asarray(np.memmap(kept, mode="r"))
    except OSError as error:
        raise InputError(
            f"{folder}: {error.strerror}; run it in a folder on a disk with room"
        ) from error
    sizes, count = found["rows"], len(wanted)
    for i, (name, column) in enumerate(found["columns"].items()):
        values = DiskCells(cells, sizes, count, 8 * i, np.float64)
        codes = DiskCells(cells, sizes, count, 8 * count + 4 * i, np.int32)
        columns[name] = SimpleNamespace(
            values=values if column["values"] else None,
            codes=codes if column["codes"] else None,
            texts=column["texts"],
            plain=plain,
        )
    lines = DiskCells(cells, sizes, count, 12 * count, np.int64)

    def place(row):
        return f"{path}, line {lines[row]}"

    return Rows(columns, place, np.arange(sum(sizes)))


def digest(made_of):
    """Return a name for what something is made of."""
    return hashlib.sha256(json.dumps(made_of).encode()).hexdigest()


@contextlib.contextmanager
def alone(folder):
    """Make a folder, and keep other processes waiting that want to write to it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a") as lock:
        with contextlib.suppress(ImportError):  # Windows has no such locks
            fcntl = importlib.import_module("fcntl")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def convert(blocks, columns, about):
    """Write blocks of rows to files that take their names once they are whole.

    In a block, the numbers of each column follow each other, then the codes of texts of
    each, then the lines of the rows. Return the size in bytes.
    """
    kinds = {name: {"values": False, "codes": False} for name in columns}
    sizes, part = [], about.with_name(f".{about.stem}.part")
    with part.open("wb") as file:
        for block, lines in blocks:
            numbers = np.full((len(columns), len(lines)), np.nan)
            texts = np.full((len(columns), len(lines)), -1, np.int32)
            for i, ((name, column), cells) in enumerate(zip(columns.items(), block)):
                column.add(cells)
                values, codes = column.blocks[-1]
                del column.blocks[1:]  # the first tells that there were some
                numbers[i] = np.nan if values is None else values
                texts[i] = -1 if codes is None else codes
                kinds[name]["values"] |= values is not None
                kinds[name]["codes"] |= codes is not None
            for array in (numbers, texts, lines.astype(np.int64)):
                file.write(array)
            sizes.append(len(lines))
        file.flush()
        os.fsync(file.fileno())
    for name, column in columns.items():
        kinds[name]["texts"] = column.known.texts
    size = part.stat().st_size
    os.replace(part, about.with_suffix(".cells"))
    with part.open("w", encoding="utf-8") as file:
        json.dump({"rows": sizes, "columns": kinds}, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, about)
    return size


class DiskCells:
    """A column of cells on disk, which an index reads into memory."""

    def __init__(self, cells, sizes, columns, before, dtype):
        self.cells, self.sizes, self.width = cells, sizes, 12 * columns + 8
        self.before, self.dtype = before, np.dtype(dtype)

    def __getitem__(self, index):
        blocks, start = [], 0
        for size in self.sizes:
            first = start + size * self.before
            block = self.cells[first : first + size * self.dtype.itemsize]
            blocks.append(block.view(self.dtype))
            start += size * self.width
        return np.concatenate(blocks)[index]

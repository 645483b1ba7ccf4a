"""curves: (128,) -> (120, 16) -> (26, 32) -> (3,), 2,851 parameters.

python curves.py                                     trains, evaluates and saves
python curves.py evaluate --weights FILE.npz         tells loss and metrics
python curves.py predict INPUT --weights FILE.npz    writes predictions as CSV
python curves.py gradcheck                           checks the derivatives
"""

import argparse
import contextlib
import csv
import difflib
import gzip
import importlib
import io
import itertools
import json
import math
import os
import re
import signal
import sys
import time
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace

if __name__ == "__main__":  # OpenBLAS reads these once: when NumPy is imported
    if _threads := re.search(r" --t\w*[= ](\d+)", " ".join(sys.argv)):
        os.environ["OMP_NUM_THREADS"] = _threads[1]
    # Threads of ours share a batch: each makes its products by itself.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    # Not on every processor that has AVX-512 does it choose to use it.
    _cpu = Path("/proc/cpuinfo")
    _flags = {*_cpu.read_text().split()} if _cpu.exists() else set()
    if {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"} <= _flags:
        os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX")

import numpy as np

NAME = "curves"
EPOCHS = 30
BATCH_SIZE = 16
LEARNING_RATE = 0.003
SEED = 0
DTYPE = np.float32
ORIGIN = {"model": NAME, "nnspec": "0.1.0", "spec": "c524e2072cbe"}
MODEL = {  # what weights must be of, ...
    "network": "input(128), reshape(128, 1), conv1d(16, 9, activ... 844196ae1ee1",
    "transforms": "none",
}
TRAINING = {  # ... and checkpoints, too
    "layers": "input(128), reshape(128, 1), conv1d(16, 9, activ... 844196ae1ee1",
    "data": 'csv("data/curves.csv.gz", [shape]), split(0.15, ... 502b19047089',
    "loss": "sparse_categorical_crossentropy, accuracy, float32",
    "optimizer": "adam",
}
INPUT_SHAPE = (128,)
OUTPUT_SHAPE = (3,)
SPEC_FOLDER = Path(__file__).resolve().parent
ARRAYS = {p: (f"x_{p}", f"y_{p}") for p in ("train", "validation", "test")}
FILES = {"train": "data/curves.csv.gz"}
TARGET = ["shape"]
FEATURES = None
MISSING = ("", "?", "NA", "NaN")

# -- Network: weights w, activations a, and by them the loss's derivatives dw and da ---

SHAPES = {
    "conv1d/kernel": (9, 1, 16),
    "conv1d/bias": (16,),
    "conv1d_1/kernel": (5, 16, 32),
    "conv1d_1/bias": (32,),
    "dense/kernel": (32, 3),
    "dense/bias": (3,),
}
PARAMETERS = sum(map(math.prod, SHAPES.values()))  # 2,851 parameters
METRICS = ["loss", "accuracy"]
ZEROS = np.zeros(1920, DTYPE)  # maximum is faster with these than with 0


def views(flat):
    """The weights' names for the parts of one flat array."""
    w = SimpleNamespace()
    for name, shape in SHAPES.items():
        part, flat = np.split(flat, [math.prod(shape)])
        setattr(w, name.replace("/", "_"), part.reshape(shape))
    return w


def initialize(w, rng):
    """Draw the initial weights; the others stay 0."""
    limit = math.sqrt(6 / (9 + 144))  # glorot_uniform
    w.conv1d_kernel[...] = rng.uniform(-limit, limit, (9, 1, 16))
    limit = math.sqrt(6 / (80 + 160))  # glorot_uniform
    w.conv1d_1_kernel[...] = rng.uniform(-limit, limit, (5, 16, 32))
    limit = math.sqrt(6 / (32 + 3))  # glorot_uniform
    w.dense_kernel[...] = rng.uniform(-limit, limit, (32, 3))


def buffers(n, dtype):
    """The arrays for a batch of n samples: made once, written for every batch."""
    new = partial(np.empty, dtype=dtype)
    a, da = SimpleNamespace(), SimpleNamespace()
    a.x = new((n, 128))
    a.conv1d = new((n, 120, 16))
    a.max_pool = new((n, 30, 16))
    a.max_pool_left = new((n, 30, 16), dtype=bool)
    a.max_pool_first = new((n, 30, 16), dtype=bool)
    a.conv1d_1 = new((n, 26, 32))
    a.global_average = new((n, 32))
    a.dense = new((n, 3))
    a.p = new((n, 3))
    da.conv1d = new((n, 120, 16))
    da.max_pool = new((n, 30, 16))
    da.conv1d_1 = new((n, 26, 32))
    da.global_average = new((n, 32))
    da.dense = new((n, 3))
    return a, da


NO_PADS = ((0, 0), (0, 0))


def framed(x, pads, at_once, dtype):
    """Some of the images x at once, with zeros around them; their places come first.

    `pads` are the rows above and below and the columns to the left and the right.
    """
    (top, bottom), (left, right) = pads
    n, height, width, channels = x.shape
    size = (min(n, at_once), top + height + bottom, left + width + right, channels)
    frame = np.zeros(size, dtype)
    for first in range(0, n, at_once):
        rows = slice(first, first + at_once)
        images = frame[: len(x[rows])]
        images[:, top : top + height, left : left + width] = x[rows]
        yield rows, images


def unfolded(x, size, sites, strides, dilation, pads, groups, at_once, dtype):
    """The windows of some of the images x at once; their places come first.

    Each is a row of a matrix for each group of channels: (groups, images * sites, rows
    * columns * channels of a window). There are `sites` windows down and across.
    """
    (kh, kw), (oh, ow), (sh, sw), (dh, dw) = size, sites, strides, dilation
    cells = None
    for rows, images in framed(x, pads, at_once, dtype):
        n, c = len(images), images.shape[-1] // groups
        image, row, column, channel = images.strides
        steps = (image, sh * row, sw * column, c * channel, dh * row, dw * column)
        windows = np.lib.stride_tricks.as_strided(
            images, (n, oh, ow, groups, kh, kw, c), (*steps, channel), writeable=False
        )
        if cells is None and c < 8:  # short runs: better to copy cell after cell
            cells = np.empty((groups, kh, kw, c, n, oh, ow), dtype)
            cells = cells.transpose(4, 5, 6, 0, 1, 2, 3)
        elif cells is None:
            cells = np.empty(windows.shape, dtype)
        np.copyto(cells[:n], windows)
        yield rows, cells[:n].reshape(n * oh * ow, groups, -1).swapaxes(0, 1)


def convolve(
    x, kernel, out, strides=(1, 1), pads=NO_PADS, dilation=(1, 1), groups=1, at_once=8
):
    """The sum of each window of the images x times the kernel.

    x (B, height, width, in), kernel (height, width, in / groups, out), out (B, rows,
    columns, out). Some images at once, whose windows stay in the cache, are products
    of matrices (Chellapilla et al., 2006).
    """
    size, sites, each = kernel.shape[:2], out.shape[1:3], kernel.shape[3] // groups
    matrix = kernel.reshape(-1, groups, each).swapaxes(0, 1)
    for rows, windows in unfolded(
        x, size, sites, strides, dilation, pads, groups, at_once, kernel.dtype
    ):
        y = out[rows].reshape(-1, groups, each).swapaxes(0, 1)
        np.matmul(windows, matrix, out=y)


def convolve_kernel(
    x, dy, out, strides=(1, 1), pads=NO_PADS, dilation=(1, 1), groups=1, at_once=8
):
    """The derivative of `convolve` by its kernel, by that of its output, dy."""
    size, sites, each = out.shape[:2], dy.shape[1:3], out.shape[3] // groups
    matrix = out.reshape(-1, groups, each).swapaxes(0, 1)
    matrix[...] = 0.0
    for rows, windows in unfolded(
        x, size, sites, strides, dilation, pads, groups, at_once, out.dtype
    ):
        slope = dy[rows].reshape(-1, groups, each).swapaxes(0, 1)
        matrix += np.matmul(windows.swapaxes(1, 2), slope)


def sum_sites(x, out=None):
    """The sum over all axes but the last: as a product, which is faster."""
    rows = x.reshape(-1, x.shape[-1])
    return np.matmul(np.ones(len(rows), x.dtype), rows, out=out)


def flipped(kernel, groups=1):
    """The kernel of the convolution that takes derivatives back: (.., out, in)."""
    height, width, c, filters = kernel.shape
    parts = kernel[::-1, ::-1].reshape(height, width, c, groups, filters // groups)
    return parts.transpose(0, 1, 4, 3, 2).reshape(height, width, -1, groups * c)


def forward(w, a):
    """From a.x to a.p."""
    a.reshape = a.x.reshape(-1, 128, 1)
    # (B, 128, 1) * (9, 1, 16)
    convolve(a.reshape[:, None], w.conv1d_kernel[None], a.conv1d[:, None], at_once=32)
    a.conv1d += np.tile(w.conv1d_bias, (120, 1))
    np.maximum(a.conv1d, ZEROS[:1920].reshape(120, 16), out=a.conv1d)  # relu
    np.maximum(a.conv1d[:, ::4], a.conv1d[:, 1::4], out=a.max_pool)  # max_pooling1d
    np.maximum(a.max_pool, a.conv1d[:, 2::4], out=a.max_pool)
    np.maximum(a.max_pool, a.conv1d[:, 3::4], out=a.max_pool)
    # (B, 30, 16) * (5, 16, 32)
    convolve(
        a.max_pool[:, None], w.conv1d_1_kernel[None], a.conv1d_1[:, None], at_once=32
    )
    a.conv1d_1 += np.tile(w.conv1d_1_bias, (26, 1))
    np.maximum(a.conv1d_1, ZEROS[:832].reshape(26, 32), out=a.conv1d_1)  # relu
    np.mean(a.conv1d_1, axis=1, out=a.global_average)
    np.matmul(a.global_average, w.dense_kernel, out=a.dense)  # (B, 32) @ (32, 3)
    a.dense += w.dense_bias
    a.peak = a.dense.max(axis=-1, keepdims=True)  # softmax
    np.subtract(a.dense, a.peak, out=a.p)
    np.exp(a.p, out=a.p)
    a.total = a.p.sum(axis=-1, keepdims=True)
    a.p /= a.total


def measure(a, y):
    """The mean over the batch of -log p[y], y the index of the class, then the metrics."""
    picked = a.dense[np.arange(y.size), y.reshape(-1)]
    loss = np.mean(np.log(a.total) + a.peak) - np.mean(picked)
    return np.array([loss, np.mean(a.p.argmax(axis=-1) == y)])


def backward(w, dw, a, da, y):
    """The derivatives of the loss, from the last layer back to the first."""
    np.copyto(da.dense, a.p)
    da.dense[np.arange(y.size), y.reshape(-1)] -= 1.0
    da.dense /= y.size
    # global_average @ kernel + bias
    np.matmul(a.global_average.T, da.dense, out=dw.dense_kernel)
    np.sum(da.dense, axis=0, out=dw.dense_bias)
    np.matmul(da.dense, w.dense_kernel.T, out=da.global_average)
    da.global_average /= 26.0  # global_average_pooling1d
    np.copyto(da.conv1d_1, da.global_average[:, None])
    da.conv1d_1 *= a.conv1d_1 > 0.0  # relu
    # max_pool * kernel + bias
    convolve_kernel(
        a.max_pool[:, None], da.conv1d_1[:, None], dw.conv1d_1_kernel[None], at_once=32
    )
    sum_sites(da.conv1d_1, out=dw.conv1d_1_bias)
    convolve(
        da.conv1d_1[:, None],
        flipped(w.conv1d_1_kernel[None]),
        da.max_pool[:, None],
        pads=((0, 0), (4, 4)),
        at_once=32,
    )
    a.max_pool_left.fill(True)  # max_pooling1d: to the first of the largest
    for i in range(4):
        np.equal(a.conv1d[:, i::4], a.max_pool, out=a.max_pool_first)
        a.max_pool_first &= a.max_pool_left
        a.max_pool_left ^= a.max_pool_first
        np.multiply(da.max_pool, a.max_pool_first, out=da.conv1d[:, i::4])
    da.conv1d *= a.conv1d > 0.0  # relu
    # reshape * kernel + bias
    convolve_kernel(
        a.reshape[:, None], da.conv1d[:, None], dw.conv1d_kernel[None], at_once=32
    )
    sum_sites(da.conv1d, out=dw.conv1d_bias)


SLOTS = ("m", "v")  # arrays like the parameters that it keeps
_threads = os.environ.get("OMP_NUM_THREADS", "")
# The cores that this process may use; not every system tells them:
_cores = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(0)
THREADS = max(1, int(_threads)) if _threads.isdigit() else len(_cores)
POOL = ThreadPoolExecutor(THREADS)
SHARES = 4  # of a batch: what comes of it does not depend on the threads
BLOCKS = [slice(i, i + 65_536) for i in range(0, PARAMETERS, 65_536)]  # fit the cache
SCRATCH = np.empty(65_536, DTYPE)


def adam(parameters, gradients, slots, learning_rate, step):
    """w -= learning_rate * mean of g / (sqrt(mean of g**2) + 1e-07).

    Kingma and Ba (2015). The running means are (1 - 0.9) * m and (1 - 0.999) * v:
    rate and epsilon make up for these factors, and the rate for their start at 0.
    """
    root = math.sqrt(1 - 0.999)
    rate = learning_rate * math.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    rate, epsilon = rate * (1 - 0.9) / root, 1e-07 / root
    for part in BLOCKS:
        w, g = parameters[part], gradients[part]
        s = SCRATCH[: w.size]
        m, v = slots[:, part]
        m *= 0.9
        m += g
        v *= 0.999
        np.square(g, out=s)
        v += s
        np.sqrt(v, out=s)
        s += epsilon
        np.divide(m, s, out=s)
        s *= rate
        w -= s


# -- Data ------------------------------------------------------------------------------


class InputError(Exception):
    """Data, a file or an argument at fault: told in a line, without a traceback."""


def find_columns(wanted, names, path):
    """The places of columns among those of a file, by their names or their numbers."""
    known = {name: place for place, name in enumerate(names)}
    places = {}
    for column in wanted:
        if isinstance(column, int) and -len(names) <= column < len(names):
            place = column % len(names)
        elif column in known:
            place = known[column]
        else:
            near = difflib.get_close_matches(str(column), names, n=1)
            hint = f"is {near[0]!r} meant?" if near else f"it has {list(names)[:20]}"
            raise InputError(f"{path}: there is no column {column!r}; {hint}")
        if place in places:
            twice = f"{places[place]!r} and {column!r} are the same column"
            raise InputError(f"{path}: {twice}; name it once")
        places[place] = column
    return list(places)


def column_roles(columns, target, features, path):
    """The names of the features, which may be all other columns, and of the targets."""
    targets = [columns[i] for i in find_columns(target, columns, path)]
    if features is not None:
        chosen = [columns[i] for i in find_columns(features, columns, path)]
    else:
        chosen = [name for name in columns if name not in targets]
    if not chosen or not set(chosen).isdisjoint(targets):
        raise InputError(
            f"{path}: features {chosen} for the target {targets}; there must be other "
            "columns than the target, or is the delimiter another one?"
        )
    return chosen, targets


def finite_number(text):
    """Whether a text is a finite number."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


@contextlib.contextmanager
def file_errors(path, way_out="check it or get it anew"):
    """Whatever goes wrong with a file is a fault that names it, and a way out."""
    try:
        yield
    except Exception as error:  # a broken file fails in a dozen ways
        text = getattr(error, "strerror", None) or str(error) or type(error).__name__
        line = text.splitlines()[0]
        line = line if len(line) < 400 else f"{line[:400]}..."
        raise InputError(f"{path}: {line}; {way_out}") from error


def read_text(path):
    """A text file in UTF-8, unpacked if it is a gzip file, whatever its name."""
    with file_errors(path):
        data = path.read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{path}, line {line}: not UTF-8; save the file as UTF-8"
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(f"{path}, line {line}: a NUL byte; this is no text file")
    return text


def csv_rows(text, delimiter):
    """The rows of a table that are not blank, each after the line where it begins."""
    csv.field_size_limit(2**31 - 1)  # texts may be long
    skip, line = delimiter != " ", 1
    reader = csv.reader(text, delimiter=delimiter, skipinitialspace=skip, strict=True)
    try:
        for row in reader:
            if len(row) > 1 or text[line - 1].strip():  # "" is a cell, though empty
                # Unlike lists, tuples are no work for garbage collection.
                yield line, tuple([cell.strip(" ") for cell in row])
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"line {line}: {error}; check the quotes") from None


def find_delimiter(text):
    """Of `,` `;` tab and `|`, the one that cuts the first rows into most cells."""

    def fewest_cells(delimiter):
        counts = []
        with contextlib.suppress(InputError):  # those before it count
            for _, row in itertools.islice(csv_rows(text, delimiter), 20):
                counts.append(len(row))
        return min(counts, default=0)

    return max(",;\t|", key=fewest_cells)


def has_header(rows, missing):
    """Whether the first row holds no number, but a text above one: in the next hundred.

    What is missing is no such text.
    """
    texts_above = (
        any(map(finite_number, column))
        for text, *column in zip(*rows[:101])
        if text not in missing
    )
    return not any(map(finite_number, rows[0])) and any(texts_above)


def read_csv(path, delimiter, header, missing):
    """The names of the columns, the cells as texts, and the place of each row.

    Without a header, columns are called "0", "1", ... What is None is found out.
    """
    text = io.StringIO(read_text(path), newline="").readlines()
    try:
        found = [*csv_rows(text, delimiter or find_delimiter(text))]
    except InputError as fault:
        raise InputError(f"{path}, {fault}") from None
    if not found:
        raise InputError(f"{path}: the file is empty; it needs a row for each sample")
    lines, rows = zip(*found)
    for line, row in zip(lines, rows):
        if len(row) != len(rows[0]):
            raise InputError(
                f"{path}, line {line}: {len(row)} cells, but line {lines[0]} has "
                f"{len(rows[0])}; give each row as many, or name the delimiter in csv()"
            )
    names = [str(column) for column in range(len(rows[0]))]
    if has_header(rows, missing) if header is None else header:
        names, rows, lines = [name.strip() for name in rows[0]], rows[1:], lines[1:]
    for name, count in Counter(names).items():
        if count > 1:
            raise InputError(
                f"{path}: two columns are called {name!r}; rename one of them"
            )
    if not rows:
        raise InputError(f"{path}: no rows below the names of the columns; add some")
    places = np.array([f"{path}, line {line}" for line in lines], dtype=object)
    return names, np.array(rows, dtype=object), places


def read_tables(paths, target, features, delimiter, header, missing):
    """Each part's cells of the features, of the targets, and the places of its rows.

    Then the names of all columns of the training part, of features and of targets.
    """
    columns, cells, places = read_csv(paths["train"], delimiter, header, missing)
    if len(cells) < 2:
        raise InputError(
            f"{paths['train']}: one row is not enough to learn from; add some"
        )
    roles = column_roles(columns, target, features, paths["train"])
    parts = {}
    for part, path in paths.items():
        names = columns
        if part != "train":
            names, cells, places = read_csv(path, delimiter, header, missing)
        x, y = (cells[:, find_columns(role, names, path)] for role in roles)
        parts[part] = x, y, places
    return parts, columns, *roles


def learn_categories(cells, names, missing, path, chosen=()):
    """The categories of each column of texts, sorted, and the most frequent one's code.

    A column is one of texts if it holds no number, or is one of the `chosen`.
    """
    learnt = {"data/frequent": np.full(len(names), math.nan)}
    for column, name in enumerate(names):
        texts = cells[:, column].tolist()
        known = (text for text in texts if text not in missing)
        if name not in chosen and any(map(finite_number, known)):
            continue
        counts = Counter(texts)
        categories = sorted(counts.keys() - set(missing))
        if not categories:
            raise InputError(
                f"{path}, column {name!r}: no value in the training part; leave it out"
            )
        if len(categories) * max(map(len, categories)) > 2**24:
            raise InputError(
                f"{path}, column {name!r}: {len(categories)} different texts, too long "
                "for categories; leave it out of the features"
            )
        frequent = max(categories, key=lambda category: counts[category])
        learnt["data/frequent"][column] = categories.index(frequent)
        learnt[f"data/categories/{column}"] = np.array(categories)
    return learnt


def learn_classes(cells, names, missing, path, count, last=False):
    """The classes that a target names, `count` of them; nothing if it holds numbers.

    `last` says that a split has taken the last rows.
    """
    categories = learn_categories(cells, names, missing, path)
    if len(names) > 1 or "data/categories/0" not in categories:
        return {}
    classes = categories["data/categories/0"]
    if (found := len(classes)) != count:
        few = ", ".join(map(repr, classes[:5].tolist()))
        few = f"{found} class{'es' * (found > 1)} in the training part ({few})"
        needed, way_out = f"network tells {count} apart", "give rows of other classes"
        way_out += ", or split with stratify=true" * last
        if not count:
            needed, way_out = "loss takes numbers", "change it and the last layer"
        elif found > 1:
            way_out = f"end it in dense({found}, softmax), or {way_out}"
        raise InputError(
            f"{path}, column {names[0]!r}: {few}, but the {needed}; {way_out}"
        )
    return {"data/classes": classes}


def check_learnt(learnt, names):
    """The data section needs what it learnt under these names."""
    lacking = [name for name in names if name not in learnt]
    if lacking:
        raise InputError(
            f"the weights come without {', '.join(lacking)}, learnt from the data; "
            "take the weights.npz of a training on this data"
        )


def check_columns(learnt, columns, path):
    """A table must have the columns of the one that was learnt from."""
    check_learnt(learnt, ["data/columns"])
    if learnt["data/columns"].tolist() != list(columns):
        raise InputError(
            f"{path}: other columns than the weights were trained on; train anew"
        )


@contextlib.contextmanager
def as_learnt():
    """Samples that do not go with what was learnt from others are a fault."""
    try:
        yield
    except (LookupError, TypeError, ValueError) as error:
        raise InputError(
            f"what was learnt does not go with the samples: {error}; "
            "take the weights.npz of a training on this data"
        ) from error


def to_numbers(texts, missing):
    """Texts as numbers, NaN for what is missing or no number up to 1e38."""
    known = dict.fromkeys(missing, "nan")
    texts = [known.get(text, text) for text in texts]
    try:
        values = np.array(list(map(float, texts)))
    except ValueError:
        values = np.array([float(t) if finite_number(t) else math.nan for t in texts])
    return np.where(np.abs(values) < 1e38, values, math.nan)


@as_learnt()
def encode_cells(cells, places, names, learnt, missing, impute=False, last=False):
    """Cells as numbers, those of a column with categories as their codes.

    What is missing is a fault; with `impute` NaN, or the most frequent category's code.
    `last` says that a split has taken the last rows.
    """
    x = np.empty(cells.shape)
    for column, name in enumerate(names):
        texts = cells[:, column].tolist()
        reason = "is no number (up to 1e38); correct it, or name it in missing=[...]"
        if (categories := learnt.get(f"data/categories/{column}")) is None:
            x[:, column] = to_numbers(texts, missing)
        else:
            codes = {text: float(code) for code, text in enumerate(categories.tolist())}
            if impute:
                codes |= dict.fromkeys(missing, learnt["data/frequent"][column])
            x[:, column] = [codes.get(text, math.nan) for text in texts]
            reason = "is in no row of the training part; leave such rows out"
            reason += ", or split with seed=0 or stratify=true" * last
        for row in np.flatnonzero(np.isnan(x[:, column])):
            if texts[row] not in missing:
                cell = repr(texts[row][:60])
                raise InputError(f"{places[row]}, column {name!r}: {cell} {reason}")
            if not impute:
                raise InputError(
                    f"{places[row]}, column {name!r}: the value is missing; fill it in,"
                    " leave the row out, or add an impute for features"
                )
    return x


def encode_target(cells, places, names, learnt, missing, last=False):
    """The targets' cells as numbers, names of classes as their indices."""
    classes = learnt.get("data/classes")
    known = {} if classes is None else {"data/categories/0": classes}
    y = encode_cells(cells, places, names, known, missing, last=last)
    return y[:, 0] if len(names) == 1 else y


def read_features(path, columns, features, targets, delimiter, header, missing):
    """The cells of the features in a file with or without targets; its rows' places.

    `columns` are the names of all columns of the training data.
    """
    numbered = list(columns) == [str(i) for i in range(len(columns))]
    names, cells, places = read_csv(
        path, delimiter, not numbered if header is None else header, missing
    )
    if numbered and len(names) < len(columns):  # then numbers do not tell which it has
        rest = [name for name in columns if name not in targets]
        for some in (rest, features):
            if len(some) == len(names):
                names = list(some)
                break
        else:
            raise InputError(
                f"{path}: {len(names)} columns, but the training data has"
                f" {len(columns)}, {len(rest)} without the target; give those"
            )
    return cells[:, find_columns(features, names, path)], places


def data_folders(data_dir, spec_folder):
    """Where files are looked for: the data directory, if any; then the spec's."""
    given = data_dir or os.environ.get("NNSPEC_DATA")
    return [Path(given), spec_folder] if given else [spec_folder]


def find_file(name, folders):
    """The file of that name, in the first of the folders that has it."""
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    places = " and ".join(str(folder.resolve()) for folder in folders)
    raise InputError(
        f"{name}: no such file in {places}; say where it is with --data-dir"
    )


def check_classes(learnt, count):
    """If the classes have names, these must be a row of so many."""
    names = learnt.get("data/classes")
    if names is not None and names.shape != (count,):
        raise InputError(
            f"the weights' data/classes has the shape {names.shape}, not {(count,)}; "
            "take the weights.npz of a training on this data"
        )


def class_indices(y, n, shape, where):
    """The labels of n samples as indices of classes, of which there are shape[-1]."""
    if y.dtype.kind not in "biuf" or y.size != n * math.prod(shape[:-1]):
        found = f"labels {y.dtype} {y.shape} for {n} samples"
        raise InputError(f"{where(0)}: {found}; give each the index of its class")
    y = y.reshape(n, *shape[:-1])
    if odd := np.argwhere((y < 0) | (y >= shape[-1]) | (y != np.floor(y))).tolist():
        label = f"{where(odd[0][0])}: the label {y[tuple(odd[0])]} is no class"
        raise InputError(f"{label} from 0 to {shape[-1] - 1}; classes count from 0")
    return y.astype(np.intp)


def read_npz(path, names, trains=True):
    """Each part's (x, y), by names in an archive; to train, "train" must be there."""
    with file_errors(
        path, "it should be an .npz file; npz(x=, y=) can name other arrays"
    ):
        file = np.lib.npyio.NpzFile(path)
        there = [p for p, n in names.items() if p == "train" * trains or {*n} & {*file}]
        if lacking := sorted({name for p in there for name in names[p]} - {*file}):
            raise ValueError(f"it has {[*file]}, but not {' and '.join(lacking)}")
        return {p: tuple(np.asarray(file[name]) for name in names[p]) for p in there}


def check_samples(x, shape, where, nan=False):
    """Samples must have this shape, and numbers up to 1e38 or where allowed NaN."""
    if x.dtype.kind not in "biuf" or x.shape[1:] != shape or not x.size:
        found = f"an array {x.dtype} {x.shape} does not hold samples {shape}"
        raise InputError(f"{where(0)}: {found}; give numbers of that shape")
    for start in range(0, len(x) if x.dtype.kind == "f" else 0, 4096):
        block = x[start : start + 4096]
        fits = (np.abs(block) < np.float32(1e38)) | (nan & np.isnan(block))
        for row, *place in np.argwhere(~fits).tolist():
            found = f"{where(start + row)}: {block[row, *place]} at {tuple(place)}"
            raise InputError(f"{found}; give numbers up to 1e38, or NaN and an impute")


def check_features(x, shape):
    """x, if the network takes its number of features."""
    if x.shape[1:] != shape:
        raise InputError(
            f"the table makes samples of shape {x.shape[1:]}, but the network takes "
            f"{shape}; change its input, or the features"
        )
    return x


def stratified_order(y, seed):
    """The rows in random order, the labels mixed so evenly that any run has its share.

    The i-th of the n rows of a label stands at (i + 1/2) / n of the way.
    """
    order = np.random.default_rng(seed).permutation(len(y))
    texts = y.reshape(len(y), -1).astype(str)[order]
    _, labels, counts = np.unique(
        texts, axis=0, return_inverse=True, return_counts=True
    )
    labels = labels.reshape(-1)
    by_label = np.argsort(labels, kind="stable")
    starts = np.cumsum(counts) - counts
    rank = np.empty(len(y))
    rank[by_label] = np.arange(len(y)) - starts[labels[by_label]]
    return order[np.argsort((rank + 0.5) / counts[labels], kind="stable")]


def split_off(parts, validation=0, test=0):
    """Set the last samples apart for the test, and those before for validation.

    Below 1 a share of all samples, else a count. A part that is there already stays.
    """
    arrays = parts["train"]
    count = stop = len(arrays[0])
    for part, size in {"test": test, "validation": validation}.items():
        if size and part not in parts:
            cut = math.floor(count * (1 - size)) if size < 1 else count - int(size)
            start = stop - (count - cut)
            if not 0 < start < stop:
                raise InputError(f"{count} samples: too few for split({part}={size})")
            parts[part] = tuple(array[start:stop] for array in arrays)
            stop = start
    parts["train"] = tuple(array[:stop] for array in arrays)


def load_data(options, learnt=None):
    """The parts of the data, each (x, y); and what was learnt from the training part."""
    if options.data_dir and not options.data_dir.is_dir():
        raise InputError(f"--data-dir {options.data_dir}: there is no such folder")
    fresh, learnt = learnt is None, learnt or {}
    if options.data:
        parts = read_npz(options.data, ARRAYS, trains=not hasattr(options, "weights"))
        for part, (x, y) in parts.items():
            where = partial("{}, {}, row {}".format, options.data, part)
            check_samples(x, INPUT_SHAPE, where)
            parts[part] = x, class_indices(y, len(x), OUTPUT_SHAPE, where)
        if "train" in parts:
            order = stratified_order(parts["train"][1], 0)
            parts["train"] = tuple(array[order] for array in parts["train"])
            split_off(parts, validation=0.15, test=0.25)
    else:
        parts = load_tables(options, learnt, fresh)
    return {p: (prepare(x, learnt), y) for p, (x, y) in parts.items()}, learnt


def load_tables(options, learnt, fresh):
    """The parts of the table as numbers; categories are those of the training part."""
    folders = data_folders(options.data_dir, SPEC_FOLDER)
    paths = {part: find_file(name, folders) for part, name in FILES.items()}
    parts, columns, features, targets = read_tables(
        paths, TARGET, FEATURES, None, True, MISSING
    )
    order = stratified_order(parts["train"][1], 0)
    parts["train"] = tuple(array[order] for array in parts["train"])
    split_off(parts, validation=0.15, test=0.25)
    if fresh:
        (x, y, _), path = parts["train"], paths["train"]
        learnt["data/columns"] = np.array(columns)
        learnt |= learn_categories(x, features, MISSING, path)
        learnt |= learn_classes(y, targets, MISSING, path, 3)
    check_columns(learnt, columns, paths["train"])
    for part, (x, y, places) in parts.items():
        x = encode_cells(x, places, features, learnt, MISSING)
        y = encode_target(y, places, targets, learnt, MISSING)
        y = class_indices(y, len(x), OUTPUT_SHAPE, places.item)
        parts[part] = x, y
    return parts


def prepare(x, learnt):
    """x after the transforms."""
    check_features(x, INPUT_SHAPE)
    return np.ascontiguousarray(x, DTYPE)


def read_input(path, learnt):
    """Samples to predict for, prepared, from a file like the data without its target."""
    check_classes(learnt, 3)
    check_learnt(learnt, ["data/columns"])
    columns = learnt["data/columns"].tolist()
    features, targets = column_roles(columns, TARGET, FEATURES, path)
    cells, places = read_features(path, columns, features, targets, None, True, MISSING)
    x = encode_cells(cells, places, features, learnt, MISSING)
    return prepare(x, learnt)


# -- Training --------------------------------------------------------------------------


def progress(steps, title):
    """Go through `steps`; if there is a title, with a bar on a terminal."""
    began, shown = time.monotonic(), title and sys.stderr.isatty()
    try:
        for i, step in enumerate(steps):
            if shown and i % (len(steps) // 100 + 1) == 0:
                left = (time.monotonic() - began) * (len(steps) - i) / max(i, 1)
                bar = f"{'=' * (40 * i // len(steps)):40}"
                sys.stderr.write(f"\r{title} [{bar}] {left:.0f} s left\033[K")
            yield step
    finally:
        if shown:
            sys.stderr.write("\r\033[K")


def warn_of_nan(where, w):
    """Say it if weights are NaN or infinite: then predictions are, too."""
    if not all(np.isfinite(part).all() for part in vars(w).values()):
        what = "some weights are NaN or infinite; train with a lower learning rate"
        print(f"{where}: {what}", file=sys.stderr)


def load(path, w, shapes, same, way_out="take a weights.npz of this model"):
    """Set the weights w to those of an .npz file; all that it holds, by name.

    What it says of itself, if anything, must be the `same` as here; it is in "about".
    """
    with file_errors(path, way_out):
        file = np.lib.npyio.NpzFile(path)
        arrays, about = dict(file), {**json.loads(file.zip.comment or "{}")}
        for key, value in same.items() if about else ():
            if about.get(key) != value:
                found = f"{key} {about.get(key)!r}, this script has {value!r}"
                raise ValueError(f"it was trained with {found}")
        more = {k for k in arrays.keys() - shapes if re.match("(data|training)/", k)}
        found = {k: a.shape for k, a in arrays.items() if k not in more}
        if found != shapes:
            more, less = found.items() - shapes.items(), shapes.items() - found.items()
            raise ValueError(f"it has {dict(sorted(more))}, not {dict(sorted(less))}")
        for name, weight in zip(shapes, vars(w).values()):
            np.copyto(weight, arrays[name])
    warn_of_nan(path, w)
    return arrays | {"about": about}


@contextlib.contextmanager
def write_whole(path):
    """A file that takes its name once it is whole and on the disk; a pipe as it is."""
    plain, part = path.is_file() or not path.exists(), path
    if plain:
        path = Path(os.path.realpath(path))  # a link stays one
        part = path.with_name(f".{path.name[:99]}.{os.getpid()}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            if plain:
                os.fsync(file.fileno())
        os.replace(part, path)  # a pipe by itself: nothing happens
    finally:
        if plain:
            part.unlink(missing_ok=True)


def save_arrays(path, arrays, about):
    """Write an .npz file, and what it is of as its comment, which `unzip -z` shows."""
    with write_whole(path) as file, zipfile.ZipFile(file, "w") as archive:
        archive.comment = json.dumps(about).encode()
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as part:
                np.lib.format.write_array(part, np.asarray(array), allow_pickle=False)


def has_training(folder):
    """Whether a training has left anything there."""
    return any((folder / f"{n}.npz").exists() for n in ("weights", "checkpoint"))


def lock(path):
    """An open file that nobody else gets until it is closed; None if someone has it."""
    file = path.open("a")
    with contextlib.suppress(ImportError):  # Windows has no such locks
        fcntl = importlib.import_module("fcntl")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
    return file


@contextlib.contextmanager
def results_folder(options, first):
    """A folder for results, kept from others: --out, or the next of FIRST, FIRST-2, ...

    With --resume it is the one of these that was written to last.
    """
    more = (first.with_name(f"{first.name}-{i}") for i in range(2, 10_000))
    folders = [options.out or first] if options.out or options.force else [first, *more]
    if options.resume:
        runs = filter(Path.exists, [folder / "checkpoint.npz" for folder in folders])
        last = max(runs, key=os.path.getmtime, default=folders[0] / "checkpoint.npz")
        folders = [last.parent]
    for folder in folders:
        fault = f"{folder} has a training: go on with --resume, or anew with --force"
        if options.resume or options.force or not has_training(folder):
            folder.mkdir(parents=True, exist_ok=True)
            if held := lock(folder / ".lock"):
                break
            fault = f"another training writes to {folder}; wait, or give another --out"
    else:
        raise InputError(fault)
    if folder != folders[0] and not options.quiet:
        print(f"saving to {folder}; to go on with the last: --resume", file=sys.stderr)
    try:
        for part in folder.glob(".*.part"):  # of a training that was killed
            part.unlink()
        yield folder
    finally:
        with contextlib.suppress(OSError), held:
            (folder / ".lock").unlink()
            folder.rmdir()  # if it is empty


def interrupt(number, _):
    """End as Ctrl-C does; the same signal cannot break off what is saved then."""
    signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt(number)


def curves(history):
    """An SVG picture: the loss and each metric over the epochs."""
    names = [k for k in history[0] if not k.startswith("val_")][1:-2]
    path = '<path d="{}" stroke="{}" stroke-width="{}"/>\n'.format
    text = '<text x="{:.1f}" y="{:.1f}" fill="{}">{}</text>\n'.format
    svg, dx = "", 280 / (len(history) + 1)
    shown = np.linspace(1, len(history), min(len(history), 300)).round().astype(int)
    for i, name in enumerate(names):
        keys = [k for k in (name, f"val_{name}") if k in history[0]]
        lines = np.array([[row[k] for row in history] for k in keys])
        finite = lines[np.isfinite(lines)]
        low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
        step = 10.0 ** math.floor(math.log10(max(high - low, abs(high) / 50, 1e-9)))
        step /= 1 if high - low > 4 * step else 2 if high - low > 2 * step else 5
        bottom, top = math.floor(low / step), math.floor(high / step) + 1
        x, y = 360 * (i % 3) + 60, 270 * (i // 3) + 40
        svg += f'<g transform="translate({x} {y})">\n'
        svg += text(140, -26, "#333", name) + text(140, 216, "#333", "epoch")
        for level in range(bottom, top + 1):
            y = 180 * (top - level) / (top - bottom)
            svg += path(f"M0,{y:.1f}h280", "#ccc", 1)
            svg += text(-26, y + 4, "#333", f"{level * step:.4g}")
        svg += path("M0,0v180h280", "#333", 1)
        for epoch in range(len(history), 0, -math.ceil(len(history) / 10)):
            svg += text(dx * epoch, 197, "#333", epoch)
        looks = (90, "training", "#0072b2"), (190, "validation", "#d55e00")
        for values, (x, part, color) in zip(lines, looks):
            line, heights = "", 180 * (top - values / step) / (top - bottom)
            for epoch, y in zip(shown, heights[shown - 1]):
                line += f"L{dx * epoch:.1f},{y:.1f}h0" if math.isfinite(y) else " "
            line = "".join(f"M{run[1:]}" for run in line.split())  # from gap to gap
            svg += path(line, color, 2)
            if len(history) <= 300:  # a dot for each epoch, where there is room
                svg += path(line.replace("L", "M"), color, 5)
            svg += text(x, -8, color, f"\u25cf {part}")
        svg += "</g>\n"
    width, height = 360 * min(len(names), 3), 270 * math.ceil(len(names) / 3)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"
 viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11" fill="none"
 text-anchor="middle" stroke-linecap="round" stroke-linejoin="round">
<rect width="100%" height="100%" fill="white"/>\n{svg}</svg>\n"""


def run_epoch(state, x, y, options):
    """One pass over all samples; the means of what was measured on the way."""
    epoch, sums = len(state.history) + 1, np.zeros(len(METRICS))
    rng = np.random.default_rng([options.seed, epoch])
    order = rng.permutation(len(x))
    batch = cache(lambda k, n: buffers(n, DTYPE))
    title = "" if options.quiet else f"epoch {epoch}/{options.epochs}"

    def run_share(k, rows):
        a, da = batch(k, len(rows))
        np.take(x, rows, axis=0, out=a.x, mode="clip")
        forward(state.w, a)
        backward(state.w, state.dw[k], a, da, y[rows])
        return len(rows) * measure(a, y[rows])

    for start in progress(range(0, len(x), options.batch_size), title):
        rows = order[start : start + options.batch_size]
        shares = np.array_split(rows, SHARES)[: len(rows)]
        parts = np.array([share.size for share in shares]) / rows.size
        sums += sum(POOL.map(run_share, range(SHARES), shares))
        np.dot(parts.astype(DTYPE), state.shares[: len(shares)], out=state.gradients)
        state.step += 1
        adam(state.parameters, state.gradients, state.slots, LEARNING_RATE, state.step)
    return dict(zip(METRICS, (sums / len(x)).tolist()))


def forward_all(w, x):
    """The activations of all samples, a batch at a time for each thread."""

    def run(first):
        rows = slice(first, first + 64)
        a, _ = buffers(min(64, len(x) - first), DTYPE)
        a.x = x[rows]
        forward(w, a)
        return rows, a

    for first in range(0, len(x), 64 * THREADS):
        last = min(len(x), first + 64 * THREADS)
        yield from POOL.map(run, range(first, last, 64))


def evaluate_part(w, x, y, prefix):
    """The loss and the metrics over a part of the data."""
    sums = sum(len(y[rows]) * measure(a, y[rows]) for rows, a in forward_all(w, x))
    return {prefix + m: v for m, v in zip(METRICS, (sums / len(x)).tolist())}


def report(row, options):
    """Print a line of results."""
    if options.json:
        # JSON has neither NaN nor Infinity.
        print(re.sub("NaN|-?Infinity", "null", json.dumps(row)), flush=True)
    elif not options.quiet:
        print("  ".join(f"{k} {value:.4g}" for k, value in row.items()), flush=True)


def save(state, options, learnt, whole=True):
    """Write weights.npz, history.csv and curves.svg; checkpoint.npz after whole epochs."""
    about = state.about | {"epoch": len(state.history), "step": state.step}
    table = [[*row.values()] for row in state.history]
    if whole:
        arrays = dict(zip(SHAPES, vars(state.w).values()))
        arrays |= {"training/slots": state.slots, "training/history": np.array(table)}
        save_arrays(options.out / "checkpoint.npz", arrays, about)
    arrays = dict(zip(SHAPES, vars(state.w).values())) | learnt
    save_arrays(options.out / "weights.npz", arrays, about)
    lines = (",".join(map(str, row)) for row in [state.history[0], *table])
    with write_whole(options.out / "history.csv") as file:
        file.writelines(f"{line}\n".encode() for line in lines)
    with write_whole(options.out / "curves.svg") as file:
        file.write(curves(state.history).encode())


def resume(state, options):
    """Go on from checkpoint.npz, if there is one; it must be of this very training."""
    if not has_training(options.out):
        print(
            f"{options.out}: nothing to go on with; a training begins", file=sys.stderr
        )
        return
    path, way_out = options.out / "checkpoint.npz", "--force would begin anew"
    arrays = load(path, state.w, SHAPES, state.same, way_out)
    about, names = arrays["about"], ["epoch", *METRICS]
    with file_errors(path, way_out):
        np.copyto(state.slots, arrays["training/slots"].reshape(state.slots.shape))
        if state.same["validation samples"]:
            names += [f"val_{name}" for name in names[1:]]
        names += ["learning_rate", "seconds"]
        rows = arrays["training/history"].astype(float, casting="same_kind")
        for i, row in enumerate(rows.tolist(), 1):
            state.history.append(dict(zip(names, row)) | {"epoch": i})
        state.step = int(about.get("step", 0))
        if rows.shape != (i, len(names)) or i > state.step:
            raise ValueError("it is no checkpoint")
    for key, value in state.given.items():
        if about.get(key) != value and not options.quiet:
            print(f"{key} {value} follows on {about.get(key)!r}", file=sys.stderr)


def fit(options, parts, learnt):
    """Train on the parts, and save to `options.out` unless it is None; the state."""
    state = SimpleNamespace(step=0, history=[])
    state.parameters = np.zeros(PARAMETERS, DTYPE)
    state.gradients = np.zeros(PARAMETERS, DTYPE)
    state.slots = np.zeros((len(SLOTS), PARAMETERS), DTYPE)
    state.shares = np.zeros((SHARES, PARAMETERS), DTYPE)
    state.w, state.dw = views(state.parameters), [*map(views, state.shares)]
    initialize(state.w, np.random.default_rng(options.seed))
    if options.initial_weights:
        load(options.initial_weights, state.w, SHAPES, same={})
    state.same = MODEL | TRAINING | {"seed": options.seed}
    for part in ("train", "validation"):
        state.same[f"{part} samples"] = len(parts[part][0]) if part in parts else 0
    state.given = {"epochs": options.epochs, "batch_size": options.batch_size}
    state.given["learning_rate"] = LEARNING_RATE
    state.about = ORIGIN | state.same | state.given
    if options.resume:
        resume(state, options)
    whole, saved = bool(state.history), time.monotonic() if state.history else -math.inf
    try:
        for epoch in range(len(state.history) + 1, options.epochs + 1):
            whole, began = False, time.monotonic()
            row = {"epoch": epoch, **run_epoch(state, *parts["train"], options)}
            if "validation" in parts:
                row |= evaluate_part(state.w, *parts["validation"], "val_")
            row |= {"learning_rate": LEARNING_RATE, "seconds": time.monotonic() - began}
            state.history.append(row)
            report(row, options)
            whole = True
            if options.out and time.monotonic() > saved + 10:
                save(state, options, learnt)
                saved = time.monotonic()
        state.about["finished"] = True
    finally:  # Ctrl-C, too, leaves behind what was learnt, once an epoch is done
        if options.out and (whole or saved > -math.inf):
            save(state, options, learnt, whole)
        warn_of_nan(options.out or NAME, state.w)
        if options.out and (whole or saved > -math.inf) and not options.quiet:
            print(f"saved to {options.out}", file=sys.stderr)
    return state


def run_train(options):
    """Train, evaluate on the test part, and save to a folder."""
    with results_folder(options, Path("runs", NAME)) as options.out:
        parts, learnt = load_data(options)
        state = fit(options, parts, learnt)
    if "test" in parts:
        report(evaluate_part(state.w, *parts["test"], "test_"), options)


def run_evaluate(options):
    """Tell the loss and the metrics of the test part."""
    w = views(np.empty(PARAMETERS, DTYPE))
    parts, _ = load_data(options, load(options.weights, w, SHAPES, MODEL))
    if "test" not in parts:
        raise InputError("there is no test part: give one with --data FILE.npz")
    report(evaluate_part(w, *parts["test"], "test_"), options)


def run_predict(options):
    """Write predictions for the rows of a file as CSV."""
    w = views(np.empty(PARAMETERS, DTYPE))
    learnt = load(options.weights, w, SHAPES, MODEL)
    x = read_input(options.input, learnt)
    p = np.concatenate([a.p.reshape(-1, 3) for _, a in forward_all(w, x)])
    names = learnt.get("data/classes", np.arange(3))
    header = ["prediction", *(f"probability_{name}" for name in names)]
    table = [[name, *row] for name, row in zip(names[p.argmax(axis=1)], p.tolist())]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *table])
    if options.output:
        with write_whole(options.output) as file:
            file.write(text.getvalue().encode())
    else:
        sys.stdout.buffer.write(text.getvalue().encode())  # in UTF-8, as a file is


def run_gradcheck(options):
    """Compare the derivatives with central differences in float64."""
    rng, n = np.random.default_rng(options.seed), 4
    parameters, gradients = rng.normal(0.0, 0.1, PARAMETERS), np.zeros(PARAMETERS)
    w, dw, (a, da) = views(parameters), views(gradients), buffers(n, np.float64)
    a.x[...] = rng.normal(size=a.x.shape)
    y = rng.integers(3, size=(n,))
    forward(w, a)
    backward(w, dw, a, da, y)
    errors = {}
    for name, part, slope in zip(SHAPES, vars(w).values(), vars(dw).values()):
        scale, errors[name] = max(np.abs(slope).max(), 1e-3), 0.0
        for _ in range(10):
            d = rng.normal(size=slope.shape)  # a direction, in which we go to and fro
            d /= np.linalg.norm(d)
            for h in (1e-5, 1e-6, 1e-7):  # small steps seldom cross the kink of a ReLU
                rise = 0.0
                for step in (h, -h):
                    part += step * d
                    forward(w, a)
                    part -= step * d
                    rise += measure(a, y)[0] / (2 * step)
                error = abs(rise - np.vdot(slope, d)) / scale
                if error < 1e-6:
                    break
            errors[name] = np.maximum(errors[name], error)
    for name, error in errors.items():
        print(f"{name}: relative error {error:.1e}", "" if error < 1e-6 else "MISMATCH")
    return int(not all(error < 1e-6 for error in errors.values()))


def main():
    """The command line; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(required=True)
    for run in (run_train, run_evaluate, run_predict, run_gradcheck):
        name = run.__name__.removeprefix("run_")
        commands.add_parser(name, help=run.__doc__).set_defaults(run=run)

    def option(names, *args, **settings):
        for name in names.split():
            commands.choices[name].add_argument(*args, **settings)

    option("predict", "input", type=Path, help="rows like those of the training data")
    option("predict", "--output", type=Path, help="where to, if not standard output")
    option("evaluate predict", "--weights", type=Path, required=True)
    option("train", "--epochs", type=int, default=EPOCHS, help="passes over the data")
    option("train", "--batch-size", type=int, default=BATCH_SIZE, help="for an update")
    option("train gradcheck", "--seed", type=int, default=SEED, help="of what is drawn")
    option("train evaluate", "--data-dir", type=Path, help="has the data files")
    option("train evaluate", "--data", type=Path, help=".npz of x_train, y_train, ...")
    option("train", "--out", type=Path, help=f"for results; else runs/{NAME}, -2, ...")
    option("train", "--initial-weights", type=Path, help=".npz to begin with")
    option("train", "--resume", action="store_true", help="go on with a training")
    option("train", "--force", action="store_true", help="write over what --out has")
    option("train evaluate predict gradcheck", "--threads", type=int, help="how many")
    option("train evaluate", "--quiet", action="store_true", help="tell errors only")
    option("train evaluate", "--json", action="store_true", help="an object a line")
    known = {"-h", "--help", *commands.choices} & {*sys.argv[1:2]}
    options = parser.parse_args(sys.argv[1:] if known else ["train", *sys.argv[1:]])
    for name, least in {"epochs": 1, "batch_size": 1, "threads": 1, "seed": 0}.items():
        if (number := getattr(options, name, None)) is not None and number < least:
            parser.error(f"--{name.replace('_', '-')} must be at least {least}")
    try:
        return options.run(options)
    except (InputError, OSError) as fault:
        print(f"error: {fault}", file=sys.stderr)
        return 3
    except KeyboardInterrupt as end:
        print("interrupted", file=sys.stderr)
        return 128 + next(iter(end.args), 2)  # which signal it was


if __name__ == "__main__":
    for _name in {"SIGINT", "SIGTERM", "SIGHUP"} & {*dir(signal)}:
        if signal.getsignal(getattr(signal, _name)) != signal.SIG_IGN:
            signal.signal(getattr(signal, _name), interrupt)
    sys.exit(main())

# nnspec sha256:fa64cd44576acb8cda377520284052807ba84c1774240e368ac1e13046ff118c

"""mnist_sigmoid: (28, 28) -> (512,) -> (256,) -> (10,), 535,818 parameters.

python mnist_sigmoid.py                                     trains, evaluates and saves
python mnist_sigmoid.py evaluate --weights FILE.npz         tells loss and metrics
python mnist_sigmoid.py predict INPUT --weights FILE.npz    writes predictions as CSV
python mnist_sigmoid.py gradcheck                           checks the derivatives
"""

import argparse
import contextlib
import csv
import gzip
import hashlib
import importlib
import io
import json
import math
import os
import re
import signal
import sys
import time
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace

if __name__ == "__main__":  # OpenBLAS reads these once: when NumPy is imported
    if _threads := re.search(r" --t\w*[= ](\d+)", " ".join(sys.argv)):
        os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = _threads[1]
    # Its idle threads wait for work at full speed: they are to leave the cores to ours.
    os.environ.setdefault("OPENBLAS_THREAD_TIMEOUT", "16")
    # Not on every processor that has AVX-512 does it choose to use it.
    _cpu = Path("/proc/cpuinfo")
    _flags = {*_cpu.read_text().split()} if _cpu.exists() else set()
    if {"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"} <= _flags:
        os.environ.setdefault("OPENBLAS_CORETYPE", "SkylakeX")

import numpy as np

NAME = "mnist_sigmoid"
EPOCHS = 20
BATCH_SIZE = 100
LEARNING_RATE = 0.01
SEED = 0
DTYPE = np.float32
ORIGIN = {"model": NAME, "nnspec": "0.1.0", "spec": "678820a12373"}
MODEL = {  # what weights must be of, ...
    "network": "input(28, 28), flatten, dense(512, sigmoid), den... d523503ab878",
    "transforms": "scale(0.00392156862745098)",
}
TRAINING = {  # ... and checkpoints, too
    "layers": "input(28, 28), flatten, dense(512, sigmoid), den... d523503ab878",
    "data": "mnist, scale(0.00392156862745098)",
    "loss": "sparse_categorical_crossentropy, accuracy, float32",
    "optimizer": "sgd",
}
INPUT_SHAPE = (28, 28)
OUTPUT_SHAPE = (10,)
SPEC_FOLDER = Path(__file__).resolve().parent
ARRAYS = {p: (f"x_{p}", f"y_{p}") for p in ("train", "validation", "test")}

# -- Network: weights w, activations a, and by them the loss's derivatives dw and da ---

SHAPES = {
    "dense/kernel": (784, 512),
    "dense/bias": (512,),
    "dense_1/kernel": (512, 256),
    "dense_1/bias": (256,),
    "dense_2/kernel": (256, 10),
    "dense_2/bias": (10,),
}
PARAMETERS = sum(map(math.prod, SHAPES.values()))  # 535,818 parameters
METRICS = ["loss", "accuracy"]


def views(flat):
    """The weights' names for the parts of one flat array."""
    w = SimpleNamespace()
    for name, shape in SHAPES.items():
        part, flat = np.split(flat, [math.prod(shape)])
        setattr(w, name.replace("/", "_"), part.reshape(shape))
    return w


def initialize(w, rng):
    """Draw the initial weights; the others stay 0."""
    limit = math.sqrt(6 / (784 + 512))  # glorot_uniform
    w.dense_kernel[...] = rng.uniform(-limit, limit, (784, 512))
    limit = math.sqrt(6 / (512 + 256))  # glorot_uniform
    w.dense_1_kernel[...] = rng.uniform(-limit, limit, (512, 256))
    limit = math.sqrt(6 / (256 + 10))  # glorot_uniform
    w.dense_2_kernel[...] = rng.uniform(-limit, limit, (256, 10))


def buffers(n, dtype):
    """The arrays for a batch of n samples: made once, written for every batch."""
    new = partial(np.empty, dtype=dtype)
    a, da = SimpleNamespace(), SimpleNamespace()
    a.x = new((n, 28, 28))
    a.dense = new((n, 512))
    a.dense_1 = new((n, 256))
    a.dense_2 = new((n, 10))
    a.p = new((n, 10))
    da.dense = new((n, 512))
    da.dense_1 = new((n, 256))
    da.dense_2 = new((n, 10))
    return a, da


def forward(w, a):
    """From a.x to a.p."""
    a.flatten = a.x.reshape(-1, 784)
    np.matmul(a.flatten, w.dense_kernel, out=a.dense)  # (B, 784) @ (784, 512)
    a.dense += w.dense_bias
    np.multiply(a.dense, 0.5, out=a.dense)  # sigmoid(x) = (1 + tanh(x / 2)) / 2
    np.tanh(a.dense, out=a.dense)
    a.dense += 1.0
    a.dense *= 0.5
    np.matmul(a.dense, w.dense_1_kernel, out=a.dense_1)  # (B, 512) @ (512, 256)
    a.dense_1 += w.dense_1_bias
    np.multiply(a.dense_1, 0.5, out=a.dense_1)  # sigmoid(x) = (1 + tanh(x / 2)) / 2
    np.tanh(a.dense_1, out=a.dense_1)
    a.dense_1 += 1.0
    a.dense_1 *= 0.5
    np.matmul(a.dense_1, w.dense_2_kernel, out=a.dense_2)  # (B, 256) @ (256, 10)
    a.dense_2 += w.dense_2_bias
    a.peak = a.dense_2.max(axis=-1, keepdims=True)  # softmax
    np.subtract(a.dense_2, a.peak, out=a.p)
    np.exp(a.p, out=a.p)
    a.total = a.p.sum(axis=-1, keepdims=True)
    a.p /= a.total


def measure(a, y):
    """The mean over the batch of -log p[y], y the index of the class, then the metrics."""
    picked = a.dense_2[np.arange(y.size), y.reshape(-1)]
    loss = np.mean(np.log(a.total) + a.peak) - np.mean(picked)
    return np.array([loss, np.mean(a.p.argmax(axis=-1) == y)])


def backward(w, dw, a, da, y):
    """The derivatives of the loss, from the last layer back to the first."""
    np.copyto(da.dense_2, a.p)
    da.dense_2[np.arange(y.size), y.reshape(-1)] -= 1.0
    da.dense_2 /= y.size
    np.matmul(a.dense_1.T, da.dense_2, out=dw.dense_2_kernel)  # dense_1 @ kernel + bias
    np.sum(da.dense_2, axis=0, out=dw.dense_2_bias)
    np.matmul(da.dense_2, w.dense_2_kernel.T, out=da.dense_1)
    da.dense_1 *= a.dense_1 * (1.0 - a.dense_1)  # sigmoid
    np.matmul(a.dense.T, da.dense_1, out=dw.dense_1_kernel)  # dense @ kernel + bias
    np.sum(da.dense_1, axis=0, out=dw.dense_1_bias)
    np.matmul(da.dense_1, w.dense_1_kernel.T, out=da.dense)
    da.dense *= a.dense * (1.0 - a.dense)  # sigmoid
    np.matmul(a.flatten.T, da.dense, out=dw.dense_kernel)  # flatten @ kernel + bias
    np.sum(da.dense, axis=0, out=dw.dense_bias)


SLOTS = ()  # arrays like the parameters that it keeps
_threads = os.environ.get("OMP_NUM_THREADS", "")
# The cores that this process may use; not every system tells them:
_cores = getattr(os, "sched_getaffinity", lambda _: range(os.cpu_count() or 1))(0)
THREADS = max(1, int(_threads)) if _threads.isdigit() else len(_cores)
POOL = ThreadPoolExecutor(THREADS)
BLOCK = min(256_000, math.ceil(1.08 * PARAMETERS / THREADS))  # the last is smaller
BLOCKS = [slice(i, i + BLOCK) for i in range(0, PARAMETERS, BLOCK)]


def sgd(parameters, gradients, slots, learning_rate):
    """w -= learning_rate * g."""
    blocks = iter(BLOCKS)

    def update(_):
        for part in blocks:  # a thread that is done with one takes the next
            w, g = parameters[part], gradients[part]
            g *= learning_rate
            w -= g

    others = POOL.map(update, range(1, THREADS))
    update(0)
    list(others)  # wait for them


# -- Data ------------------------------------------------------------------------------


class InputError(Exception):
    """Data, a file or an argument at fault: told in a line, without a traceback."""


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


def download(url, path, sha256):
    """Fetch `url` to `path`, whole and with this SHA-256, or not at all."""
    print(f"fetching {url}", file=sys.stderr)
    place = f"{path.parent.name}/{path.name} in the data directory (--data-dir)"
    with file_errors(f"cannot fetch {url} to {path}", f"put it by hand at {place}"):
        with urllib.request.urlopen(url, timeout=30) as reply:
            blocks = progress(range(0, reply.length or 1, 1 << 18), path.name)
            data = b"".join(reply.read(1 << 18) for _ in blocks) + reply.read()
        if (found := hashlib.sha256(data).hexdigest()) != sha256:
            raise ValueError(f"its SHA-256 is {found} instead of {sha256}")
        path.parent.mkdir(parents=True, exist_ok=True)
        with write_whole(path) as file:
            file.write(data)


def read_idx(path):
    """The array in an IDX file, the format of MNIST, packed with gzip or not."""
    types = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}
    with file_errors(path, "it should be an IDX file, the format of MNIST"):
        data = path.read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        # It starts with 0, 0, the type and the number of axes; then come their sizes.
        if data[:2] != b"\0\0" or len(data) < 4 or data[2] not in types:
            raise ValueError("it does not begin like one")
        shape = np.frombuffer(data, ">u4", data[3], 4)
        array = np.frombuffer(data, types[data[2]], offset=4 + shape.nbytes)
        return array.reshape(shape)


def read_mnist(folder, url, files):
    """Each part's (x, y), from the folder, else from a cache of downloads."""
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folders, arrays = (folder, Path(cache, "nnspec", folder.name)), []
    for sha256, name in map(str.split, files.strip().splitlines()):
        places = [folder / file for folder in folders for file in (f"{name}.gz", name)]
        path = next(filter(os.path.exists, places), places[2])
        if not os.path.exists(path):
            download(f"{url}{name}.gz", path, sha256)
        arrays.append(read_idx(path))
    return {"train": tuple(arrays[:2]), "test": tuple(arrays[2:])}


MNIST_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
MNIST_FILES = """
440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609 train-images-idx3-ubyte
3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c train-labels-idx1-ubyte
8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6 t10k-images-idx3-ubyte
f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6 t10k-labels-idx1-ubyte
"""  # the SHA-256 of each file as it is published, with .gz, and its name without


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


def load_data(options):
    """The parts of the data, each (x, y)."""
    if options.data_dir and not options.data_dir.is_dir():
        raise InputError(f"--data-dir {options.data_dir}: there is no such folder")
    if options.data:
        parts = read_npz(options.data, ARRAYS, trains=not hasattr(options, "weights"))
    else:
        folder = Path(options.data_dir or os.environ.get("NNSPEC_DATA") or SPEC_FOLDER)
        parts = read_mnist(folder / "mnist", MNIST_URL, MNIST_FILES)
    for part, (x, y) in parts.items():
        where = partial("{}, {}, row {}".format, options.data or "mnist", part)
        check_samples(x, INPUT_SHAPE, where)
        parts[part] = x, class_indices(y, len(x), OUTPUT_SHAPE, where)
    return {p: (prepare(x), y) for p, (x, y) in parts.items()}


def prepare(x):
    """x after the transforms."""
    x = np.multiply(x, 0.00392156862745098, dtype=DTYPE)
    return np.ascontiguousarray(x, DTYPE)


def read_input(path):
    """Samples to predict for, prepared, from a file like the data without its target."""
    x = read_idx(path)
    check_samples(x, INPUT_SHAPE, partial("{}, row {}".format, path))
    return prepare(x)


# -- Training --------------------------------------------------------------------------


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
    batch = cache(lambda n: buffers(n, DTYPE))
    title = "" if options.quiet else f"epoch {epoch}/{options.epochs}"
    for start in progress(range(0, len(x), options.batch_size), title):
        rows = order[start : start + options.batch_size]
        a, da = batch(len(rows))
        np.take(x, rows, axis=0, out=a.x, mode="clip")
        forward(state.w, a)
        backward(state.w, state.dw, a, da, y[rows])
        sums += len(rows) * measure(a, y[rows])
        state.step += 1
        sgd(state.parameters, state.gradients, state.slots, LEARNING_RATE)
    return dict(zip(METRICS, (sums / len(x)).tolist()))


def forward_all(w, x):
    """The activations of all samples, a batch at a time."""
    for first in range(0, len(x), 512):
        rows = slice(first, first + 512)
        a, _ = buffers(min(512, len(x) - first), DTYPE)
        a.x = x[rows]
        forward(w, a)
        yield rows, a


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


def save(state, options, whole=True):
    """Write weights.npz, history.csv and curves.svg; checkpoint.npz after whole epochs."""
    about = state.about | {"epoch": len(state.history), "step": state.step}
    table = [[*row.values()] for row in state.history]
    if whole:
        arrays = dict(zip(SHAPES, vars(state.w).values()))
        arrays |= {"training/slots": state.slots, "training/history": np.array(table)}
        save_arrays(options.out / "checkpoint.npz", arrays, about)
    arrays = dict(zip(SHAPES, vars(state.w).values()))
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


def fit(options, parts):
    """Train on the parts, and save to `options.out` unless it is None; the state."""
    state = SimpleNamespace(step=0, history=[])
    state.parameters = np.zeros(PARAMETERS, DTYPE)
    state.gradients = np.zeros(PARAMETERS, DTYPE)
    state.slots = np.zeros((len(SLOTS), PARAMETERS), DTYPE)
    state.w, state.dw = views(state.parameters), views(state.gradients)
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
                save(state, options)
                saved = time.monotonic()
        state.about["finished"] = True
    finally:  # Ctrl-C, too, leaves behind what was learnt, once an epoch is done
        if options.out and (whole or saved > -math.inf):
            save(state, options, whole)
        warn_of_nan(options.out or NAME, state.w)
        if options.out and (whole or saved > -math.inf) and not options.quiet:
            print(f"saved to {options.out}", file=sys.stderr)
    return state


def run_train(options):
    """Train, evaluate on the test part, and save to a folder."""
    with results_folder(options, Path("runs", NAME)) as options.out:
        parts = load_data(options)
        state = fit(options, parts)
    if "test" in parts:
        report(evaluate_part(state.w, *parts["test"], "test_"), options)


def run_evaluate(options):
    """Tell the loss and the metrics of the test part."""
    w = views(np.empty(PARAMETERS, DTYPE))
    load(options.weights, w, SHAPES, MODEL)
    parts = load_data(options)
    if "test" not in parts:
        raise InputError("there is no test part: give one with --data FILE.npz")
    report(evaluate_part(w, *parts["test"], "test_"), options)


def run_predict(options):
    """Write predictions for the rows of a file as CSV."""
    w = views(np.empty(PARAMETERS, DTYPE))
    load(options.weights, w, SHAPES, MODEL)
    x = read_input(options.input)
    p = np.concatenate([a.p.reshape(-1, 10) for _, a in forward_all(w, x)])
    header = ["prediction", *(f"probability_{i}" for i in range(10))]
    table = [[row.argmax(), *row.tolist()] for row in p]
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
    y = rng.integers(10, size=(n,))
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

# nnspec sha256:aee6d771cd406ce2341cce3b9cbab4b46662e8261e45d267148ebd2ce96a62a0

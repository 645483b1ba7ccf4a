# /// script
# requires-python = ">=3.11"
# dependencies = ["keras>=3.15", "jax", "numpy>=1.26"]
# ///
"""mnist_512: (28, 28) -> (512,) -> (10,), 407,050 parameters.

Compiled by nnspec 0.1.0 from mnist_512.nn (SHA-256 c32b14acb48e...).
The output is yours; nnspec claims no rights in it. Its parts, in the order of reading:
network, training, data, commands, files.

python mnist_512_keras.py                  trains, evaluates and saves
python mnist_512_keras.py evaluate         prints loss and metrics
python mnist_512_keras.py predict INPUT    writes predictions as CSV

A script of Keras 3 (--target keras), which computes with --backend jax (the default),
tensorflow or torch.
"""

import argparse
import contextlib
import csv
import gzip
import hashlib
import json
import math
import os
import re
import shutil
import sys
import time
import urllib.request
import zipfile
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np

# Keras reads its settings when it is imported.
if __name__ == "__main__":
    early = argparse.ArgumentParser(add_help=False)
    early.add_argument("--backend", default=os.environ.get("KERAS_BACKEND") or "jax")
    os.environ["KERAS_BACKEND"] = early.parse_known_args()[0].backend
os.environ.setdefault("KERAS_BACKEND", "jax")

try:
    import keras
except (ImportError, ValueError) as fault:  # it, or its backend, is not there
    if __name__ != "__main__":
        raise
    backend = os.environ["KERAS_BACKEND"]
    print(f"error: {fault}; `pip install keras {backend}`", file=sys.stderr)
    sys.exit(3)

__all__ = ["InputError", "Model", "build_model", "compile_model", "main"]

NAME = "mnist_512"
RUNS = Path("runs", NAME)
EPOCHS = 5
BATCH_SIZE = 128
SEED = 0
DTYPE = np.float32
METRICS = ["loss", "accuracy"]
ORIGIN = {"model": NAME, "nnspec": "0.1.0", "spec": "c32b14acb48e"}
MODEL = {  # what weights must be of
    "network": "input(28, 28), flatten, dense(512, relu), dense(10, softmax)",
    "transforms": "scale(0.00392156862745098)",
}
INPUT_SHAPE = (28, 28)
OUTPUT_SHAPE = (10,)
SPEC_FOLDER = Path(__file__).resolve().parent
ARRAYS = {p: (f"x_{p}", f"y_{p}") for p in ("train", "validation", "test")}

# -- Network ---------------------------------------------------------------------------


def build_model():
    """Return the network, its weights drawn at random."""
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(512, activation="relu", name="dense"),
            keras.layers.Dense(10, activation="softmax", name="dense_1"),
        ],
        name=NAME,
    )


# -- Training --------------------------------------------------------------------------


class History(keras.callbacks.Callback):
    """The rows of history.csv: what each epoch comes to."""

    def __init__(self, names, prints=False):
        super().__init__()
        self.names, self.prints, self.rows = names, prints, []

    def on_epoch_begin(self, epoch, logs=None):
        self.began = time.monotonic()

    def on_epoch_end(self, epoch, logs=None):
        names = [*self.names, *(f"val_{name}" for name in self.names)]
        row = {"epoch": epoch + 1, **{n: float(logs[n]) for n in names if n in logs}}
        row["learning_rate"] = float(self.model.optimizer.learning_rate)
        row["seconds"] = time.monotonic() - self.began
        self.rows.append(row)
        if self.prints:
            print(json.dumps(row), flush=True)


def compile_model(model):
    """Say what the model is trained by."""
    model.compile(
        optimizer="rmsprop",
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )


def fit(options, parts, *callbacks):
    """Train on the parts; return the model, and a row of results for each epoch."""
    keras.utils.set_random_seed(options.seed)
    model = build_model()
    if options.initial_weights:
        read_weights(model, options.initial_weights, {})
    x, y = parts["train"]
    compile_model(model)

    history = History(METRICS, prints=options.json)
    callbacks = [history, *callbacks]
    model.fit(
        x,
        y,
        batch_size=options.batch_size,
        validation_data=parts.get("validation"),
        validation_batch_size=options.batch_size,
        epochs=options.epochs,
        callbacks=callbacks,
        verbose=0 if options.quiet or options.json else 2,
    )
    return model, history.rows


def evaluate(model, x, y, options, prefix="test_"):
    """Return the loss and the metrics of samples, by their names."""
    found = model.evaluate(
        x, y, batch_size=options.batch_size, verbose=0, return_dict=True
    )
    return {prefix + name: float(found[name]) for name in METRICS}


def outputs_of(model, x):
    """Return what the network gives for samples x."""
    return model.predict(x, batch_size=512, verbose=0)


def weights_of(model):
    """Return the model's weights by the names that they have in files."""
    found = {}
    for weight in model.weights:
        found[weight.path.removeprefix(f"{NAME}/")] = weight
    return found


def arrays_of(model):
    """Return the weights as arrays."""
    return {n: keras.ops.convert_to_numpy(w) for n, w in weights_of(model).items()}


def read_weights(model, path, same):
    """Set a model's weights to those of an .npz file; return all that it holds."""
    weights, arrays = weights_of(model), SimpleNamespace(**arrays_of(model))
    shapes = {name: tuple(weight.shape) for name, weight in weights.items()}
    found = load(path, arrays, shapes, same)
    for name, weight in weights.items():
        weight.assign(getattr(arrays, name))
    return found


# -- Data ------------------------------------------------------------------------------


def load_data(options, parts=None):
    """Return the parts of the data, each (x, y)."""
    if options.data_dir and not options.data_dir.is_dir():
        raise InputError(f"--data-dir {options.data_dir}: there is no such folder")
    if parts is not None:
        parts, options.data = given_parts(parts, ARRAYS), "parts"
    elif options.data:
        parts = read_npz(options.data, ARRAYS, trains=not hasattr(options, "weights"))
    else:
        folder = Path(options.data_dir or os.environ.get("NNSPEC_DATA") or SPEC_FOLDER)
        options.files = find_mnist(folder / "mnist", MNIST_URL, MNIST_FILES)
        parts = read_mnist(options.files)
    for part, (x, y) in parts.items():
        where = partial("{}, {}, row {}".format, options.data or "mnist", part)
        check_samples(x, INPUT_SHAPE, where)
        parts[part] = x, class_indices(y, len(x), OUTPUT_SHAPE, where)
    return {p: (prepare(x), y) for p, (x, y) in parts.items()}


def prepare(x):
    """Return x after the transforms."""
    x = np.multiply(x, 1 / 255, dtype=DTYPE)
    return np.ascontiguousarray(x, DTYPE)


def read_input(path):
    """Yield raw samples of a file, some at a time, and what to call their rows."""
    x = read_idx(path)
    for i in range(0, len(x) or 1, 512):
        yield x[i : i + 512], lambda row, i=i: f"{path}, row {i + row}"


# -- Use from Python -------------------------------------------------------------------


class Model:
    """A trained model: of a weights.npz, by its path or open for bytes."""

    def __init__(self, weights):
        self.network = build_model()
        compile_model(self.network)
        read_weights(self.network, weights, MODEL)
        self.classes = [*range(10)]

    def predict(self, rows, where="row {}".format):
        """Return the outputs (N, 10) for raw samples (N, 28, 28)."""
        with file_errors("rows", "give an array of samples"):
            x = np.asarray(rows)
        check_samples(x, INPUT_SHAPE, where)
        x = prepare(x)
        return outputs_of(self.network, x)


# -- Commands --------------------------------------------------------------------------


def newest_weights(options):
    """Return the weights of the newest run, and say which these are."""
    for path in runs_with(RUNS, "weights.npz"):
        say(options, f"weights of {path}, the newest run")
        return path
    raise InputError(f"there is no run in {RUNS}; give --weights FILE.npz")


def save(model, rows, options):
    """Write weights.npz and history.csv."""
    about = ORIGIN | MODEL | {"epochs": options.epochs, "finished": True}
    arrays = arrays_of(model)
    save_arrays(options.out / "weights.npz", arrays, about)
    with write_whole(options.out / "history.csv") as file:
        write = csv.writer(file, lineterminator="\n").writerows
        write([[*rows[0]], *([*row.values()] for row in rows)])


def report(row, options):
    """Print the results of the test part."""
    if options.json:
        # JSON has neither NaN nor Infinity.
        print(re.sub("NaN|-?Infinity", "null", json.dumps(row)))
    elif not options.quiet:
        print("  ".join(f"{name} {number(value)}" for name, value in row.items()))


def run_train(options):
    """Train, evaluate on the test part, and save to a folder."""
    options.out = new_folder(options.out, RUNS, options.force)
    distribute()
    parts = load_data(options)
    model, rows = fit(options, parts)
    save(model, rows, options)
    say(options, f"saved to {options.out}")
    if "test" in parts:
        report(evaluate(model, *parts["test"], options), options)


def run_evaluate(options):
    """Print the loss and the metrics of the test part."""
    model = Model(options.weights or newest_weights(options))
    parts = load_data(options)
    if "test" not in parts:
        raise InputError("there is no test part: give one with --data FILE.npz")
    report(evaluate(model.network, *parts["test"], options), options)


def run_predict(options):
    """Write predictions for the rows of a file as CSV."""
    model = Model(options.weights or newest_weights(options))
    source = Path("/dev/stdin") if str(options.input) == "-" else options.input
    if not (options.output or sys.stdout):
        raise InputError("standard output is closed; name a file with --output")
    output = options.output and write_whole(options.output)
    with output or contextlib.nullcontext(sys.stdout) as file:
        write = csv.writer(file, lineterminator="\n").writerow
        names = ["prediction", *(f"probability_{name}" for name in model.classes)]
        write(names)
        for x, where in read_input(source):
            p = model.predict(x, where)
            for row, best in zip(p.astype(str).tolist(), p.argmax(axis=1)):
                write([model.classes[best], *row])


def distribute():
    """Share each batch among all devices, where there are several."""
    if keras.backend.backend() == "jax" and len(keras.distribution.list_devices()) > 1:
        keras.distribution.set_distribution(keras.distribution.DataParallel())


def parse(argv):
    """Return the options of a command line; one that is wrong ends in SystemExit."""
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(description=about)
    commands = parser.add_subparsers(required=True)
    backends = ("jax", "tensorflow", "torch")
    for run in (run_train, run_evaluate, run_predict):
        one = commands.add_parser(run.__name__.removeprefix("run_"), help=run.__doc__)
        one.set_defaults(run=run, quiet=False)
        one.add_argument("--backend", choices=backends, help="what Keras computes with")
    train, evaluate, predict = map(
        commands.choices.get, ("train", "evaluate", "predict")
    )
    train.add_argument("--epochs", type=int, default=EPOCHS, metavar="N")
    train.add_argument("--seed", type=int, default=SEED, metavar="N")
    train.add_argument("--initial-weights", type=Path, metavar="FILE")
    train.add_argument("--out", type=Path, metavar="DIR", help=f"default: {RUNS}, ...")
    train.add_argument("--force", action="store_true", help="overwrite what is in DIR")
    for one in (train, evaluate):
        one.add_argument("--batch-size", type=int, default=BATCH_SIZE, metavar="N")
        one.add_argument(
            "--data", type=Path, metavar="FILE", help="x_train, y_train, ..."
        )
        one.add_argument("--data-dir", type=Path, metavar="DIR")
        one.add_argument("--quiet", action="store_true", help="print errors only")
        one.add_argument("--json", action="store_true", help="print JSON objects")
    for one in (evaluate, predict):
        one.add_argument("--weights", type=Path, metavar="FILE", help="of a run")
    predict.add_argument("input", type=Path, help="samples, or - for standard input")
    predict.add_argument("--output", type=Path, metavar="FILE")
    if not argv or (argv[0].startswith("-") and argv[0] not in ("-h", "--help")):
        argv = ["train", *argv]
    options = parser.parse_args(argv)
    for name, least in {"epochs": 1, "batch_size": 1, "seed": 0}.items():
        if getattr(options, name, least) < least:
            parser.error(f"--{name.replace('_', '-')} must be at least {least}")
    return options


def main(argv=None):
    """Run a command line, by default that of the process; return the exit code."""
    try:
        options = parse(sys.argv[1:] if argv is None else [*argv])
        options.run(options)
        return 0
    except SystemExit as end:  # --help, or what is wrong with the usage, was told
        return end.code
    except BrokenPipeError:  # whoever read the output has read enough
        return 0
    except (InputError, OSError, MemoryError) as fault:  # a MemoryError may be empty
        print(f"error: {str(fault) or 'not enough memory'}", file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


# -- Files and checks ------------------------------------------------------------------


class InputError(Exception):
    """Data, a file or an argument is wrong: one line says so, without a traceback."""


@contextlib.contextmanager
def file_errors(path, way_out="check it or get it anew"):
    """Turn any error inside the block into an InputError with file and way out."""
    try:
        yield
    except MemoryError:  # no fault of the file
        raise
    except Exception as error:  # a broken file fails in a dozen ways
        text = getattr(error, "strerror", None) or str(error) or type(error).__name__
        line = text.splitlines()[0][:400]
        raise InputError(f"{path}: {line}; {way_out}") from error


def has_training(folder):
    """Whether a training has left anything there."""
    return any((folder / f"{n}.npz").exists() for n in ("weights", "checkpoint"))


def new_folder(out, first, force):
    """Make a folder for results: `out`, or the next free one of FIRST, FIRST-2, ..."""
    folder, number = out or first, 1
    while not out and has_training(folder):
        number += 1
        folder = Path(f"{first}-{number}")
    if has_training(folder) and not force:
        raise InputError(f"{folder} has a training: overwrite it with --force")
    with file_errors(f"cannot write {folder}", "try --out DIR"):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


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


def number(value):
    """A number in six columns, or with an exponent if it is tiny or huge."""
    if value and not 1e-3 <= abs(value) < 9999.5:
        return f"{value:.2e}"
    return f"{value:#.5g}" if abs(value) >= 1 else f"{value:.4f}"


def runs_with(first, name):
    """The files of a name in the folders FIRST, FIRST-2, ..., the newest first."""
    ours = re.compile(rf"{re.escape(first.name)}(-\d+)?").fullmatch
    found = [path for path in first.parent.glob(f"*/{name}") if ours(path.parent.name)]
    return sorted(found, key=os.path.getmtime, reverse=True)


def say(options, *words):
    """Print a notice on standard error, unless --quiet; a bar there gives way."""
    if sys.stderr and not options.quiet:
        wiped = "\r\033[K" * sys.stderr.isatty()
        print(wiped + " ".join(map(str, words)), file=sys.stderr)


def progress(steps, title, measured=dict):
    """Yield each step; with a title, a terminal shows a bar, and what is `measured`."""
    shown = title and sys.stderr and sys.stderr.isatty()
    began = drawn = time.monotonic()
    try:
        for i, step in enumerate(steps):
            now = time.monotonic()
            if shown and i and now - drawn > 0.1:
                drawn, each = now, (now - began) / i
                left = f"{each * (len(steps) - i):.0f} s left"
                texts = [title, f"{i}/{len(steps)}", left]
                texts += [f"{name} {number(v)}" for name, v in measured().items()]
                texts += [f"{1000 * each:.3g} ms/step"] * (len(texts) > 3)
                room = shutil.get_terminal_size().columns - 1
                while len(texts) > 1 and len("  ".join(texts)) > room - 9:
                    texts.pop()
                bar = max(5, room - 4 - len("  ".join(texts)))
                bar = f"[{'=' * (bar * i // len(steps)):{bar}}]"
                line = "  ".join([bar, *texts])[:room]
                print(f"\r{line}\033[K", end="", file=sys.stderr, flush=True)
            yield step
    finally:
        if shown:
            sys.stderr.write("\r\033[K")


@contextlib.contextmanager
def write_whole(path):
    """Open a text file that takes its name once it is whole and on disk.

    A pipe or a device is written as it is: /dev/stdout goes on as the shell has it.
    """
    plain = not path.is_relative_to("/dev") and (path.is_file() or not path.exists())
    part, mode = path, "w" if plain else "a"
    if plain:
        path = Path(os.path.realpath(path))  # a link stays one
        part = path.with_name(f".{path.name[:99]}.{os.getpid()}.part")
    try:
        with part.open(mode, encoding="utf-8", newline="") as file:
            yield file
            file.flush()
            if plain:
                os.fsync(file.fileno())
        os.replace(part, path)  # a pipe by itself: nothing happens
    finally:
        if plain:
            part.unlink(missing_ok=True)


def download(url, path, sha256):
    """Download `url` to `path`; keep it only if it is whole and has this SHA-256."""
    if path.parts[0] == "~":
        raise InputError("there is no home folder for a cache; set XDG_CACHE_HOME")
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
            file.buffer.write(data)


def read_idx(path):
    """Read the array of an IDX file, the format of MNIST, packed with gzip or not."""
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


def find_mnist(folder, url, files):
    """Return the paths of the four files, in the folder or in a cache of downloads."""
    downloads = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    folders, paths = (folder, Path(downloads, "nnspec", folder.name)), []
    for sha256, name in map(str.split, files.strip().splitlines()):
        places = [folder / file for folder in folders for file in (f"{name}.gz", name)]
        path = next(filter(os.path.exists, places), places[2])
        if not os.path.exists(path):
            download(f"{url}{name}.gz", path, sha256)
        paths.append(path)
    return paths


def read_mnist(paths):
    """Read (x, y) of each part."""
    arrays = [*map(read_idx, paths)]
    return {"train": tuple(arrays[:2]), "test": tuple(arrays[2:])}


MNIST_URL = "https://storage.googleapis.com/cvdf-datasets/mnist/"
MNIST_FILES = """
440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609 train-images-idx3-ubyte
3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c train-labels-idx1-ubyte
8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6 t10k-images-idx3-ubyte
f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6 t10k-labels-idx1-ubyte
"""  # the SHA-256 of each file as it is published, with .gz, and its name without


def given_parts(parts, names, take=np.asarray):
    """Each part's (x, y) that a caller gives, if these are the parts that there are."""
    with file_errors("parts", 'give {"train": (x, y)}, and "validation" or "test"'):
        if "train" not in parts or not set(parts) <= set(names):
            raise ValueError(f"these are {[*parts]}")
        return {part: (take(x), np.asarray(y)) for part, (x, y) in parts.items()}


def read_npz(path, names, trains=True):
    """Read (x, y) of each part by its names in an archive; training needs "train"."""
    with file_errors(
        path, "it should be an .npz file; npz(x=, y=) can name other arrays"
    ):
        file = np.lib.npyio.NpzFile(path)
        there = [p for p, n in names.items() if p == "train" * trains or {*n} & {*file}]
        if lacking := sorted({name for p in there for name in names[p]} - {*file}):
            raise ValueError(f"it has {[*file]}, but not {' and '.join(lacking)}")
        return {p: tuple(np.asarray(file[name]) for name in names[p]) for p in there}


def check_samples(x, shape, where, nan=False):
    """Check that samples have this shape, and numbers up to 1e38 (or NaN, if so)."""
    if x.dtype.kind not in "biuf" or x.shape[1:] != shape or not x.size:
        found = f"an array {x.dtype} {x.shape} does not hold samples {shape}"
        raise InputError(f"{where(0)}: {found}; give numbers (N, {str(shape)[1:]}")
    for start in range(0, len(x) if x.dtype.kind == "f" else 0, 4096):
        block = x[start : start + 4096]
        fits = (np.abs(block) < np.float32(1e38)) | (nan & np.isnan(block))
        if odd := np.argwhere(~fits).tolist():
            row, *place = odd[0]
            found = f"{where(start + row)}: {block[row, *place]} at {tuple(place)}"
            raise InputError(f"{found}; give numbers up to 1e38, NaN only to impute")


def class_indices(y, n, shape, where):
    """Return the labels of n samples as indices of classes, from 0 to shape[-1] - 1."""
    if y.dtype.kind not in "biuf" or y.size != n * math.prod(shape[:-1]):
        found = f"labels {y.dtype} {y.shape} for {n} samples"
        raise InputError(f"{where(0)}: {found}; give each the index of its class")
    y = y.reshape(n, *shape[:-1])
    if odd := np.argwhere((y < 0) | (y >= shape[-1]) | (y != np.floor(y))).tolist():
        label = f"{where(odd[0][0])}: the label {y[tuple(odd[0])]} is no class"
        raise InputError(f"{label} from 0 to {shape[-1] - 1}; classes count from 0")
    return y.astype(np.intp)


def save_arrays(path, arrays, about):
    """Write an .npz file, and what it is of as its comment, which `unzip -z` shows."""
    with write_whole(path) as file, zipfile.ZipFile(file.buffer, "w") as archive:
        archive.comment = json.dumps(about).encode()
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as part:
                np.lib.format.write_array(part, np.asarray(array), allow_pickle=False)


if __name__ == "__main__":
    sys.exit(main())

# nnspec sha256:5d237feeaae4bea36dacafc0dcf6da0b07426ae9512a28ce26c32da026b65742

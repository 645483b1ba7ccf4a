# /// script
# requires-python = ">=3.11"
# dependencies = ["keras>=3.15", "jax", "numpy>=1.26"]
# ///
"""cifar10_residual: (32, 32, 3) -> ... -> (10,), 78,666 parameters.

Compiled by nnspec 0.1.0 from cifar10_residual.nn (SHA-256 6a8a929649c4...).
The output is yours; nnspec claims no rights in it. Its parts, in the order of reading:
network, training, data, commands, files.

python cifar10_residual_keras.py                  trains, evaluates and saves
python cifar10_residual_keras.py evaluate         prints loss and metrics
python cifar10_residual_keras.py predict INPUT    writes predictions as CSV

A script of Keras 3 (--target keras), which computes with --backend jax (the default),
tensorflow or torch.
"""

import argparse
import contextlib
import csv
import gzip
import hashlib
import io
import json
import math
import os
import re
import shutil
import sys
import tarfile
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

NAME = "cifar10_residual"
RUNS = Path("runs", NAME)
EPOCHS = 20
BATCH_SIZE = 64
SEED = 0
DTYPE = np.float32
METRICS = ["loss", "accuracy"]
ORIGIN = {"model": NAME, "nnspec": "0.1.0", "spec": "6a8a929649c4"}
MODEL = {  # what weights must be of
    "network": "input(32, 32, 3), conv2d(16, [3, 3], padding=sam... a82c7dd8262c",
    "transforms": "scale(0.00392156862745098)",
}
INPUT_SHAPE = (32, 32, 3)
OUTPUT_SHAPE = (10,)
SPEC_FOLDER = Path(__file__).resolve().parent
ARRAYS = {p: (f"x_{p}", f"y_{p}") for p in ("train", "validation", "test")}

# -- Network ---------------------------------------------------------------------------


def build_model():
    """Return the network, its weights drawn at random."""
    input_layer = keras.Input((32, 32, 3))
    # convolution
    x = keras.layers.Conv2D(
        16,
        (3, 3),
        padding="same",
        kernel_initializer="he_normal",
        kernel_regularizer=keras.regularizers.L2(l2=0.0001),
        name="convolution.conv2d",
    )(input_layer)
    x = keras.layers.BatchNormalization(name="convolution.batch_normalization")(x)
    relu = keras.layers.ReLU(name="relu")(x)
    # same
    x = keras.layers.Conv2D(
        16,
        (3, 3),
        padding="same",
        kernel_initializer="he_normal",
        kernel_regularizer=keras.regularizers.L2(l2=0.0001),
        name="same.convolution.conv2d",
    )(relu)
    x = keras.layers.BatchNormalization(name="same.convolution.batch_normalization")(x)
    x = keras.layers.ReLU(name="same.relu")(x)
    x = keras.layers.Conv2D(
        16,
        (3, 3),
        padding="same",
        kernel_initializer="he_normal",
        kernel_regularizer=keras.regularizers.L2(l2=0.0001),
        name="same.convolution_1.conv2d",
    )(x)
    x = keras.layers.BatchNormalization(name="same.convolution_1.batch_normalization")(
        x
    )
    x = keras.layers.Add(name="same.add")([x, relu])
    same_relu_1 = keras.layers.ReLU(name="same.relu_1")(x)
    # half
    x = keras.layers.Conv2D(
        32,
        (3, 3),
        strides=(2, 2),
        padding="same",
        kernel_initializer="he_normal",
        kernel_regularizer=keras.regularizers.L2(l2=0.0001),
        name="half.convolution.conv2d",
    )(same_relu_1)
    x = keras.layers.BatchNormalization(name="half.convolution.batch_normalization")(x)
    x = keras.layers.ReLU(name="half.relu")(x)
    x = keras.layers.Conv2D(
        32,
        (3, 3),
        padding="same",
        kernel_initializer="he_normal",
        kernel_regularizer=keras.regularizers.L2(l2=0.0001),
        name="half.main.conv2d",
    )(x)
    half_main_batch_normalization = keras.layers.BatchNormalization(
        name="half.main.batch_normalization"
    )(x)
    x = keras.layers.Conv2D(
        32,
        (1, 1),
        strides=(2, 2),
        padding="same",
        kernel_initializer="he_normal",
        kernel_regularizer=keras.regularizers.L2(l2=0.0001),
        name="half.conv2d",
    )(same_relu_1)
    x = keras.layers.Add(name="half.add")([x, half_main_batch_normalization])
    half_relu_1 = keras.layers.ReLU(name="half.relu_1")(x)
    # half_1
    x = keras.layers.Conv2D(
        64,
        (3, 3),
        strides=(2, 2),
        padding="same",
        kernel_initializer="he_normal",
        kernel_regularizer=keras.regularizers.L2(l2=0.0001),
        name="half_1.convolution.conv2d",
    )(half_relu_1)
    x = keras.layers.BatchNormalization(name="half_1.convolution.batch_normalization")(
        x
    )
    x = keras.layers.ReLU(name="half_1.relu")(x)
    x = keras.layers.Conv2D(
        64,
        (3, 3),
        padding="same",
        kernel_initializer="he_normal",
        kernel_regularizer=keras.regularizers.L2(l2=0.0001),
        name="half_1.main.conv2d",
    )(x)
    half_1_main_batch_normalization = keras.layers.BatchNormalization(
        name="half_1.main.batch_normalization"
    )(x)
    x = keras.layers.Conv2D(
        64,
        (1, 1),
        strides=(2, 2),
        padding="same",
        kernel_initializer="he_normal",
        kernel_regularizer=keras.regularizers.L2(l2=0.0001),
        name="half_1.conv2d",
    )(half_relu_1)
    x = keras.layers.Add(name="half_1.add")([x, half_1_main_batch_normalization])
    x = keras.layers.ReLU(name="half_1.relu_1")(x)
    x = keras.layers.GlobalAveragePooling2D(name="global_average_pooling2d")(x)
    dense = keras.layers.Dense(
        10, activation="softmax", kernel_initializer="he_normal", name="dense"
    )(x)
    return keras.Model(input_layer, dense, name=NAME)


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


class Batches(keras.utils.PyDataset):
    """Batches of samples x, of their labels y and the weights of these.

    They are made when they are needed. With a seed, each epoch has an order of its own;
    `change` changes the samples of a batch, in place, by a generator of random numbers.
    """

    def __init__(self, x, y=None, size=512, seed=None, change=None, weights=None):
        super().__init__()
        self.x, self.y, self.size = x, y, size
        self.weights = weights
        self.seed, self.change, self.epoch = seed, change, 0
        self.on_epoch_begin()

    def __len__(self):
        return math.ceil(len(self.x) / self.size)

    def on_epoch_begin(self):
        self.epoch += 1
        self.order = np.arange(len(self.x))
        if self.seed is not None:
            rng = np.random.default_rng([self.seed, self.epoch])
            self.order = rng.permutation(len(self.x))

    def __getitem__(self, number):
        rows = self.order[number * self.size : (number + 1) * self.size]
        x = np.array(self.x[rows])
        if self.change is not None:
            self.change(x, np.random.default_rng([self.seed or 0, self.epoch, number]))
        return x, *self.told(rows)

    def told(self, rows):
        """Return the labels of a batch and their weights, as far as there are any."""
        return [part[rows] for part in (self.y, self.weights) if part is not None]


def compile_model(model):
    """Say what the model is trained by."""
    model.compile(
        optimizer="adam",
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
    validation = None
    if "validation" in parts:
        validation = Batches(*parts["validation"], options.batch_size)
    batches = Batches(x, y, options.batch_size, seed=options.seed, change=augment)
    model.fit(
        batches,
        shuffle=False,  # which would be that of whole batches
        validation_data=validation,
        epochs=options.epochs,
        callbacks=callbacks,
        verbose=0 if options.quiet or options.json else 2,
    )
    return model, history.rows


def evaluate(model, x, y, options, prefix="test_"):
    """Return the loss and the metrics of samples, by their names."""
    batches = Batches(x, y, options.batch_size)
    found = model.evaluate(batches, verbose=0, return_dict=True)
    return {prefix + name: float(found[name]) for name in METRICS}


def outputs_of(model, x):
    """Return what the network gives for samples x."""
    return model.predict(Batches(x), verbose=0)


def weights_of(model):
    """Return the model's weights by the names that they have in files."""
    found = {}
    for weight in model.weights:
        found[weight.path.replace(".", "/")] = weight
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
        paths = find_cifar10(folder / "cifar10")
        options.files = paths
        parts = read_cifar10(paths)
    for part, (x, y) in parts.items():
        where = partial("{}, {}, row {}".format, options.data or "cifar10", part)
        check_samples(x, INPUT_SHAPE, where)
        parts[part] = x, class_indices(y, len(x), OUTPUT_SHAPE, where)
    if "train" in parts:
        split_off(parts, validation=0.1)
    return {p: (prepare(x), y) for p, (x, y) in parts.items()}


def prepare(x):
    """Return x after the transforms."""
    x = np.multiply(x, 1 / 255, dtype=DTYPE)
    return np.ascontiguousarray(x, DTYPE)


def augment(x, rng):
    """Change the images x (B, 32, 32, 3) of a batch at random, in place."""
    flip = rng.random(len(x)) < 0.5
    x[flip] = x[flip, :, ::-1]
    shift_images(x, rng.integers(-4, 4, (len(x), 2), endpoint=True))


def read_input(path):
    """Yield raw samples of a file, some at a time, and what to call their rows."""
    x = cifar10_samples(path)
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
        """Return the outputs (N, 10) for raw samples (N, 32, 32, 3)."""
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


def read_cifar10_batch(path, data=None):
    """Read x uint8 (N, 32, 32, 3) and y uint8 (N,) of a file of CIFAR-10, or its bytes.

    A record is 3,073 bytes: the class, then the red, green and blue planes.
    """
    with file_errors(path, "it should be of CIFAR-10's binary version"):
        data = path.read_bytes() if data is None else data
        if not data or len(data) % 3073:
            raise ValueError(f"{len(data):,} bytes are no records of 3,073")
        rows = np.frombuffer(data, np.uint8).reshape(-1, 3073)
        odd = np.flatnonzero(rows[:, 0] > 9)
        if odd.size:
            raise ValueError(f"record {odd[0]} is of class {rows[odd[0], 0]}, above 9")
        planes = rows[:, 1:].reshape(-1, 3, 32, 32)
        return np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), rows[:, 0].copy()


CIFAR10_URL = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"
CIFAR10_SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"
CIFAR10_FILES = [*(f"data_batch_{i}.bin" for i in range(1, 6)), "test_batch.bin"]


def find_cifar10(folder):
    """Return the paths of the data: those of all batches, or that of the archive.

    They are .bin files in the folder or in its cifar-10-batches-bin/, or in the archive
    there; else in the cache, where downloads go, too.
    """
    name = CIFAR10_URL.rpartition("/")[2]
    downloads = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    for place in (folder, folder / "cifar-10-batches-bin"):
        paths = [place / file for file in CIFAR10_FILES]
        if any(map(os.path.exists, paths)):
            return paths
    path = folder / name
    if not os.path.exists(path):
        path = Path(downloads, "nnspec", "cifar10", name)
    if not os.path.exists(path):
        download(CIFAR10_URL, path, CIFAR10_SHA256)
    return [path]


def read_cifar10(paths):
    """Read pictures x uint8 (N, 32, 32, 3) and classes y uint8 (N,) of both parts."""
    if len(paths) == 1:
        batches = archived_batches(*paths)
    else:
        batches = [read_cifar10_batch(path) for path in paths]
    train = tuple(map(np.concatenate, zip(*batches[:-1])))
    return {"train": train, "test": batches[-1]}


def archived_batches(path):
    """Read x and y of each batch in the archive.

    It is read once from its beginning to its end; nothing is unpacked to disk.
    """
    found = {}
    with (
        file_errors(path),
        gzip.open(path) as file,
        tarfile.open(fileobj=file, mode="r|") as archive,
    ):
        for member in archive:
            folder, _, name = member.name.rpartition("/")
            wanted = folder == "cifar-10-batches-bin" and name in CIFAR10_FILES
            if wanted and member.isfile():
                if member.size > 2**25:
                    raise ValueError(f"{name} is too large")
                found[name] = archive.extractfile(member).read()
        for name in CIFAR10_FILES:
            if name not in found:
                raise ValueError(f"{name} is not in it")
    return [read_cifar10_batch(path / name, found[name]) for name in CIFAR10_FILES]


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


def load_array(path):
    """Map the array of a .npy file; read x, x_test or the only one of an .npz."""
    with file_errors(path, "save numbers with np.save, or as x with np.savez"):
        with path.open("rb") as file:
            whole = None if path.is_file() else io.BytesIO(file.read())  # of a pipe
            if (whole or file).read(2) not in (b"\x93N", b"PK"):
                raise ValueError("it is no .npy or .npz file")
        if whole:
            whole.seek(0)
        loaded = np.load(whole or path, mmap_mode=None if whole else "r")
        if not isinstance(loaded, np.ndarray):
            names = loaded.files
            known = [name for name in ("x", "x_test") if name in names]
            if not known and len(names) != 1:
                raise ValueError(f"neither x nor x_test is in it, but {names}")
            loaded = loaded[(known or names)[0]]
        if loaded.dtype.kind not in "biuf":
            raise ValueError(f"it holds {loaded.dtype}")
        return loaded


def cifar10_samples(path):
    """Read the pictures of a .bin file of CIFAR-10, or of an array saved by NumPy."""
    return read_cifar10_batch(path)[0] if path.suffix == ".bin" else load_array(path)


def split_off(parts, validation=0, test=0):
    """Set the last samples apart for the test, and those before them for validation.

    A size below 1 is a share of all samples, else a count. A part that exists stays.
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


def shift_images(x, shift):
    """Move each image of x (N, h, w) or (N, h, w, c) down and right, in place.

    `shift` (N, 2) is in whole pixels. The edge fills what moves in from outside.
    """
    most = np.abs(shift).max()
    frame = [(0, 0), (most, most), (most, most), (0, 0)]
    framed = np.pad(x, frame[: x.ndim], mode="edge")
    h, w = x.shape[1:3]
    for image, wide, (i, j) in zip(x, framed, most - shift):
        image[...] = wide[i : i + h, j : j + w]


def save_arrays(path, arrays, about):
    """Write an .npz file, and what it is of as its comment, which `unzip -z` shows."""
    with write_whole(path) as file, zipfile.ZipFile(file.buffer, "w") as archive:
        archive.comment = json.dumps(about).encode()
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as part:
                np.lib.format.write_array(part, np.asarray(array), allow_pickle=False)


if __name__ == "__main__":
    sys.exit(main())

# nnspec sha256:2fd6e741863bca13bec33f59a6c00d861eabe023a06756445740770eb1360638

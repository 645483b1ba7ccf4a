# /// script
# requires-python = ">=3.11"
# dependencies = ["keras>=3.15", "jax", "numpy>=1.26"]
# ///
"""formulas: (1,) -> (16,) -> (16,) -> (1,), 577 parameters.

Compiled by nnspec 0.1.0 from formulas.nn (SHA-256 b319827431a6...).
The output is yours; nnspec claims no rights in it. Its parts, in the order of reading:
network, training, data, commands, files.

python formulas_keras.py                  trains, evaluates and saves
python formulas_keras.py evaluate         prints loss and metrics
python formulas_keras.py predict INPUT    writes predictions as CSV

A script of Keras 3 (--target keras), which computes with --backend jax (the default),
tensorflow or torch.
"""

import argparse
import contextlib
import csv
import gzip
import io
import itertools
import json
import math
import os
import re
import sys
import time
import zipfile
from functools import partial
from itertools import islice
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
    from keras import ops
except (ImportError, ValueError) as fault:  # it, or its backend, is not there
    if __name__ != "__main__":
        raise
    backend = os.environ["KERAS_BACKEND"]
    print(f"error: {fault}; `pip install keras {backend}`", file=sys.stderr)
    sys.exit(3)

__all__ = ["InputError", "Model", "build_model", "compile_model", "main"]

NAME = "formulas"
RUNS = Path("runs", NAME)
EPOCHS = 20
BATCH_SIZE = 32
SEED = 0
DTYPE = np.float32
METRICS = ["loss", "mae"]
ORIGIN = {"model": NAME, "nnspec": "0.1.0", "spec": "b319827431a6"}
MODEL = {  # what weights must be of
    "network": "input(1), dense(16, snake 382b617a84d9), gated 4... 6c3178622cf6",
    "transforms": "standardize",
}
INPUT_SHAPE = (1,)
OUTPUT_SHAPE = (1,)
ARRAYS = {p: (f"x_{p}", f"y_{p}") for p in ("train", "validation", "test")}
LEARNT = ["data/mean", "data/deviation"]

# -- Network ---------------------------------------------------------------------------


def snake_activation(x):
    # snake(x) = x + sin(a * x) ** 2 / a
    return x + ops.square(ops.sin(0.5 * x)) / 0.5


class GatedLayer(keras.layers.Layer):
    """The layer `gated` of the spec."""

    def build(self, shape):
        self.kernel = self.add_weight(shape=(16, 16), name="kernel")
        self.gate_kernel = self.add_weight(shape=(16, 16), name="gate_kernel")
        self.gate_bias = self.add_weight(
            shape=(16,),
            initializer=keras.initializers.Constant(value=-1.0),
            name="gate_bias",
        )

    def call(self, x):
        # gated(x):
        #     kernel = weight((size(x), size(x)))
        #     gate_kernel = weight((size(x), size(x)))
        #     gate_bias = weight(size(x), constant(-1.0))
        #     gate = sigmoid(x @ gate_kernel + gate_bias)
        #     gate * snake(x @ kernel) + (1 - gate) * x
        gate = ops.sigmoid(ops.matmul(x, self.gate_kernel) + self.gate_bias)
        dots = ops.matmul(x, self.kernel)
        part = gate * (dots + ops.square(ops.sin(0.5 * dots)) / 0.5)
        return part + (1.0 - gate) * x


class CautiousLoss(keras.losses.Loss):
    """The loss `cautious` of the spec."""

    def call(self, y, p):
        # cautious(y, p) = where(p > y, over * (p - y) ** 2, (p - y) ** 2)
        squares = ops.square(p - y)
        return ops.where(p > y, 3.0 * squares, squares)


def build_model():
    """Return the network, its weights drawn at random."""
    return keras.Sequential(
        [
            keras.Input((1,)),
            keras.layers.Dense(16, activation=snake_activation, name="dense"),
            GatedLayer(name="gated"),
            keras.layers.Dense(1, name="dense_1"),
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
        optimizer=keras.optimizers.Adam(learning_rate=0.01),
        loss=CautiousLoss(),
        metrics=[keras.metrics.MeanAbsoluteError(name="mae")],
    )


def fit(options, parts, learnt, *callbacks):
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


def load_data(options, learnt=None, parts=None):
    """Return the parts of the data, (x, y), and what the training part teaches."""
    if options.data_dir and not options.data_dir.is_dir():
        raise InputError(f"--data-dir {options.data_dir}: there is no such folder")
    fresh, learnt = learnt is None, learnt or {}
    if parts is not None:
        parts, options.data = given_parts(parts, ARRAYS), "parts"
    elif options.data:
        parts = read_npz(options.data, ARRAYS, trains=not hasattr(options, "weights"))
    else:
        parts = {"train": sine(samples=2000, noise=0.3, seed=0)}
    for part, (x, y) in parts.items():
        where = partial("{}, {}, row {}".format, options.data or "sine", part)
        check_samples(x, INPUT_SHAPE, where)
        parts[part] = x, target_values(y, len(x), OUTPUT_SHAPE, where).astype(DTYPE)
    if "train" in parts:
        split_off(parts, validation=0.1, test=0.2)
    if fresh:
        learn(parts["train"][0], learnt)
    check_learnt(learnt, LEARNT)
    return {p: (prepare(x, learnt), y) for p, (x, y) in parts.items()}, learnt


def learn(x, learnt):
    """Add what the transforms learn from x, the training part, one after another."""
    so_far = partial(prepare, learnt=learnt)
    learnt["data/mean"], learnt["data/deviation"] = mean_and_deviation(x, so_far)


def prepare(x, learnt):
    """Return x after the transforms, up to one that is still to learn."""
    with as_learnt():
        x = np.asarray(x, np.result_type(x, DTYPE))
        if "data/mean" not in learnt:
            return x
        x = (x - learnt["data/mean"]) / learnt["data/deviation"]
        return np.ascontiguousarray(x, DTYPE)


def read_input(path):
    """Yield raw samples of a file, some at a time, and what to call their rows."""
    first = 0
    for x in read_table(path):
        yield x, lambda row, first=first: f"{path}, row {first + row}"
        first += len(x)


# -- Use from Python -------------------------------------------------------------------


class Model:
    """A trained model: of a weights.npz, by its path or open for bytes."""

    def __init__(self, weights):
        self.network = build_model()
        compile_model(self.network)
        self.learnt = read_weights(self.network, weights, MODEL)
        check_learnt(self.learnt, LEARNT)
        self.classes = None

    def predict(self, rows, where="row {}".format):
        """Return the outputs (N, 1) for raw samples (N, 1)."""
        with file_errors("rows", "give an array of samples"):
            x = np.asarray(rows)
        check_samples(x, INPUT_SHAPE, where)
        x = prepare(x, self.learnt)
        return outputs_of(self.network, x)


# -- Commands --------------------------------------------------------------------------


def newest_weights(options):
    """Return the weights of the newest run, and say which these are."""
    for path in runs_with(RUNS, "weights.npz"):
        say(options, f"weights of {path}, the newest run")
        return path
    raise InputError(f"there is no run in {RUNS}; give --weights FILE.npz")


def save(model, rows, options, learnt):
    """Write weights.npz and history.csv."""
    about = ORIGIN | MODEL | {"epochs": options.epochs, "finished": True}
    arrays = arrays_of(model) | learnt
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
    parts, learnt = load_data(options)
    model, rows = fit(options, parts, learnt)
    save(model, rows, options, learnt)
    say(options, f"saved to {options.out}")
    if "test" in parts:
        report(evaluate(model, *parts["test"], options), options)


def run_evaluate(options):
    """Print the loss and the metrics of the test part."""
    model = Model(options.weights or newest_weights(options))
    parts, _ = load_data(options, model.learnt)
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
        names = ["prediction"]
        write(names)
        for x, where in read_input(source):
            p = model.predict(x, where).reshape(-1, 1)
            for row in p.astype(str).tolist():
                write(row)


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


def sine(samples, noise, seed):
    """Return numbers x (N, 1) from -pi to pi, and y = sin(x) + noise (N, 1)."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-np.pi, np.pi, size=(samples, 1))
    return x, np.sin(x) + noise * rng.normal(size=x.shape)


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


def target_values(y, n, shape, where):
    """Return the labels of n samples in the shape of the network's outputs."""
    if y.dtype.kind not in "biuf" or y.size != n * math.prod(shape):
        raise InputError(
            f"{where(0)}: labels {y.dtype} {y.shape} for {n} samples with outputs "
            f"{shape}; change the last layer, or write one_hot(target) for classes"
        )
    odd = np.argwhere(~(np.abs(y) < np.float32(1e38)))
    if len(odd):
        label = f"{where(odd[0][0])}: the label {y[tuple(odd[0])]}"
        raise InputError(f"{label} is no number up to 1e38; correct it")
    return y.reshape(n, *shape)


def is_number(text):
    """Whether a text is a number: one that `float` reads, in ASCII and without `_`.

    An identifier such as 2020_01 is none, nor are digits of another width.
    """
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii() and "_" not in text


UTF_16 = 'text in UTF-16; write encoding="utf-16", or save it as UTF-8'
KINDS = {
    b"\xff\xfe": UTF_16,
    b"\xfe\xff": UTF_16,
    b"\xd0\xcf\x11\xe0": "an Excel workbook; save its sheet as CSV",
    b"PAR1": "a Parquet file; save it as CSV",
    b"%PDF": "a PDF document; save its table as CSV",
    b"<!doctype html": "a page of HTML; download the file itself",
    b"<html": "a page of HTML; download the file itself",
    b"version https://git-lfs": "a pointer of Git LFS; `git lfs pull` gets the file",
}


def file_kind(head, encoding):
    """Say what a file is that begins so, and the way out; nothing if it may be text."""
    if head[:4] == b"PK\3\4":
        if b"[Content_Types].xml" in head or b"xl/" in head or b"docProps" in head:
            return KINDS[b"\xd0\xcf\x11\xe0"]
        return "a ZIP archive; unpack it"
    start = head.lstrip(b"\xef\xbb\xbf \r\n").lower()
    for sign, kind in KINDS.items():
        if head.startswith(sign) or start.startswith(sign):
            return "" if kind == UTF_16 and encoding.startswith("utf-16") else kind
    return ""


def text_lines(path, encoding, way_out):
    """The lines of a text file, unpacked if it is a gzip file, one by one.

    The `way_out` is for a file in another encoding. A byte order mark is passed over.
    """
    with file_errors(path), path.open("rb") as file:
        head = file.peek(512)[:512]
        kind, block = file_kind(head, encoding), []
        packed = head[:2] == b"\x1f\x8b"
        unpacked = gzip.GzipFile(fileobj=file) if packed else file
        codec = "utf-8-sig" if encoding == "utf-8" else encoding
        text = io.TextIOWrapper(unpacked, codec, "surrogateescape", newline="")
        number = 0
        while not kind and (block := text.readlines(2**16)) and is_text("".join(block)):
            yield from block
            number += len(block)
        good = [*itertools.takewhile(is_text, block)]
        yield from good
    if kind:
        raise InputError(f"{path}: it is {kind}")
    if len(good) == len(block):
        return
    fault = f"not {encoding.upper()}; {way_out}"
    if "\0" in block[len(good)]:
        fault = "a NUL byte; this is no text file"
    raise InputError(f"{path}, line {number + len(good) + 1}: {fault}")


def is_text(lines):
    """Whether all bytes fit the encoding, others are surrogates; and none is NUL."""
    try:
        if not lines.isascii():
            lines.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in lines


def read_table(path):
    """Yield the numbers of a CSV file, some rows at a time; names may stand above."""
    rows = number_rows(path)
    yield np.array([*islice(rows, 512)])  # a file without any gives one that is empty
    while block := [*islice(rows, 512)]:
        yield np.array(block)


def number_rows(path):
    """Yield the rows of numbers of a CSV file."""
    delimiter, top, width = None, 0, 0
    for i, line in enumerate(text_lines(path, "utf-8", "save it as UTF-8"), 1):
        if not (text := line.replace('"', "").strip()):
            continue
        if not top:
            top, delimiter = i, next((d for d in ";\t," if d in text), None)
        cells = text.split(delimiter)
        wrong = [j for j, cell in enumerate(cells) if not is_number(cell)]
        if i == top and len(wrong) == len(cells):
            continue  # the names of the columns
        if wrong:
            place = f"{path}, line {i}, column {wrong[0] + 1}"
            cell = cells[wrong[0]].strip()
            raise InputError(f"{place}: {cell!r} is no number; write one")
        width = width or len(cells)
        if len(cells) != width:
            raise InputError(
                f"{path}, line {i}: {len(cells)} numbers, but {width} above; "
                "give each row as many"
            )
        yield [float(cell) for cell in cells]


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


def mean_and_deviation(x, so_far):
    """Return mean and biased standard deviation of each feature (1 if that is 0).

    It reads blocks of rows, after the transforms so far; NaN is missing.
    """
    starts = range(0, len(x), 4096)
    count = total = squares = np.zeros(())
    for start in starts:
        block = so_far(x[start : start + 4096])
        count = count + np.sum(~np.isnan(block), axis=0)
        total = total + np.nansum(block, axis=0, dtype=np.float64)
    mean = total / np.maximum(count, 1)
    for start in starts:
        block = so_far(x[start : start + 4096])
        squares = squares + np.nansum((block - mean) ** 2, axis=0)
    deviation = np.sqrt(squares / np.maximum(count, 1))
    constant = deviation <= 1e-13 * np.abs(mean)  # but for what rounding leaves
    deviation[constant] = 1.0
    return mean.astype(block.dtype), deviation.astype(block.dtype)


def check_learnt(learnt, names):
    """Check that everything that the data section learns is there, by name."""
    lacking = [name for name in names if name not in learnt]
    if lacking:
        raise InputError(
            f"the weights come without {', '.join(lacking)}, learnt from the data; "
            "take the weights.npz of a training on this data"
        )


@contextlib.contextmanager
def as_learnt():
    """Turn an error inside the block into one that says that the samples do not fit."""
    try:
        yield
    except (LookupError, TypeError, ValueError) as error:
        raise InputError(
            f"what was learnt does not go with the samples: {error}; "
            "take the weights.npz of a training on this data"
        ) from error


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


def save_arrays(path, arrays, about):
    """Write an .npz file, and what it is of as its comment, which `unzip -z` shows."""
    with write_whole(path) as file, zipfile.ZipFile(file.buffer, "w") as archive:
        archive.comment = json.dumps(about).encode()
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as part:
                np.lib.format.write_array(part, np.asarray(array), allow_pickle=False)


if __name__ == "__main__":
    sys.exit(main())

# nnspec sha256:6d06f76f2c1b880ee4141cac9d6a73ef1e45fee73fb11da0244a19794d527c60

# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26"]
# ///
"""mnist_half_dropout: (28, 28) -> (512,) -> (10,), 407,050 parameters.

Compiled by nnspec 0.1.0 from mnist_half_dropout.nn (SHA-256 153401d7c900...).
The output is yours; nnspec claims no rights in it. Its parts, in the order of reading:
network, optimizer, data, training; use from Python, commands, threads, files.

python mnist_half_dropout.py                  trains, evaluates and saves
python mnist_half_dropout.py evaluate         prints loss and metrics
python mnist_half_dropout.py predict INPUT    writes predictions as CSV
python mnist_half_dropout.py verify RUN       trains again, and compares the results
python mnist_half_dropout.py gradcheck        checks the derivatives
"""

import argparse
import contextlib
import csv
import ctypes
import gzip
import hashlib
import html
import importlib
import io
import json
import math
import os
import platform
import re
import shlex
import shutil
import signal
import sys
import tempfile
import time
import traceback
import urllib.request
import zipfile
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from functools import cache, partial
from itertools import repeat
from pathlib import Path
from threading import Lock
from types import SimpleNamespace

import numpy as np

__all__ = ["InputError", "Model", "main", "train"]

NAME = "mnist_half_dropout"
RUNS = Path("runs", NAME)
EPOCHS = 20
BATCH_SIZE = 128
LEARNING_RATE = 0.001
SEED = 0
DTYPE = np.float32
ORIGIN = {"model": NAME, "nnspec": "0.1.0", "spec": "153401d7c900"}
MODEL = {  # what weights must be of, ...
    "network": "input(28, 28), flatten, dense(512, relu), dense(10, softmax)",
    "transforms": "scale(0.00392156862745098)",
}
TRAINING = {  # ... and checkpoints, too
    "layers": "input(28, 28), flatten, dense(512, relu), dropou... f4326f4822bb",
    "data": "mnist, scale(0.00392156862745098), split(0.1, 0.0)",
    "loss": "sparse_categorical_crossentropy, accuracy, float32",
    "optimizer": "rmsprop",
}
INPUT_SHAPE = (28, 28)
OUTPUT_SHAPE = (10,)
SPEC_FOLDER = Path(__file__).resolve().parent
ARRAYS = {p: (f"x_{p}", f"y_{p}") for p in ("train", "validation", "test")}

# -- Network ---------------------------------------------------------------------------
# w   weights            dw  the derivatives of the loss with respect to them
# a   activations        da  the derivatives of the loss with respect to them
# B   size of a batch    p   the output of the network

SHAPES = {
    "dense/kernel": (784, 512),
    "dense/bias": (512,),
    "dense_1/kernel": (512, 10),
    "dense_1/bias": (10,),
}
PARAMETERS = sum(map(math.prod, SHAPES.values()))  # 407,050 parameters
METRICS = ["loss", "accuracy"]
ZEROS = np.zeros(512, DTYPE)  # maximum is faster with these than with 0


def views(flat):
    """Return views of the parts of one flat array, by the weights' names."""
    w = SimpleNamespace()
    for name, shape in SHAPES.items():
        part, flat = np.split(flat, [math.prod(shape)])
        setattr(w, name.replace("/", "_"), part.reshape(shape))
    return w


def named(w):
    """The weights by the names that they have in files."""
    return dict(zip(SHAPES, vars(w).values(), strict=True))


def initialize(w, rng):
    """Set the initial weights (the others stay 0)."""
    limit = math.sqrt(6 / (784 + 512))  # glorot_uniform
    w.dense_kernel[...] = rng.uniform(-limit, limit, (784, 512))
    limit = math.sqrt(6 / (512 + 10))  # glorot_uniform
    w.dense_1_kernel[...] = rng.uniform(-limit, limit, (512, 10))


def buffers(n, dtype):
    """Make the arrays for batches of n samples, which each batch overwrites."""
    new = partial(np.empty, dtype=dtype)
    a, da = SimpleNamespace(), SimpleNamespace()
    a.x = new((n, 28, 28))
    a.dense = new((n, 512))
    a.dropout_mask = new((n, 512))
    a.dense_1 = new((n, 10))
    a.p = new((n, 10))
    da.dense = new((n, 512))
    da.dense_1 = new((n, 10))
    return a, da


def forward(w, a, rng=None):
    """Compute a.p from a.x; in training, rng draws the dropouts."""
    a.flatten = a.x.reshape(-1, 784)

    product(a.flatten, w.dense_kernel, out=a.dense)  # (B, 784) @ (784, 512)
    a.dense += w.dense_bias
    np.maximum(a.dense, ZEROS[:512], out=a.dense)  # relu(x) = max(x, 0)

    # dropout: y = x * mask, each mask 0 with probability rate, else 1 / (1 - rate)
    if rng is not None:
        rng.random(dtype=a.dropout_mask.dtype, out=a.dropout_mask)
        np.greater_equal(a.dropout_mask, 0.5, out=a.dropout_mask)
        a.dropout_mask /= 1.0 - 0.5
        a.dense *= a.dropout_mask

    np.matmul(a.dense, w.dense_1_kernel, out=a.dense_1)  # (B, 512) @ (512, 10)
    a.dense_1 += w.dense_1_bias
    # softmax: p = exp(z) / sum(exp(z)). Less the largest z, exp cannot overflow.
    a.peak = a.dense_1.max(axis=-1, keepdims=True)
    np.subtract(a.dense_1, a.peak, out=a.p)
    np.exp(a.p, out=a.p)
    a.total = a.p.sum(axis=-1, keepdims=True)
    a.p /= a.total


def measure(a, y):
    """Return the mean of -log p[y], y the index of the class, then the metrics."""
    picked = a.dense_1[np.arange(len(y)), y][:, None]
    loss = np.mean(np.log(a.total) + (a.peak - picked))  # -log(p[y])
    return np.array([loss, np.mean(a.p.argmax(axis=-1) == y)], float)


def backward(w, dw, a, da, y):
    """Compute the derivatives of the loss, from the last layer to the first."""
    # With respect to z, the derivative of -log(softmax(z)[y]) is p - one_hot(y).
    np.copyto(da.dense_1, a.p)
    da.dense_1[np.arange(len(y)), y] -= 1.0
    da.dense_1 /= len(y)

    # dense_1 = dense @ kernel + bias
    np.matmul(a.dense.T, da.dense_1, out=dw.dense_1_kernel)  # (512, B) @ (B, 10)
    np.sum(da.dense_1, axis=0, out=dw.dense_1_bias)  # the bias is added to each row
    np.matmul(da.dense_1, w.dense_1_kernel.T, out=da.dense)  # (B, 10) @ (10, 512)

    da.dense *= a.dropout_mask  # dropout: dy/dx = mask

    da.dense *= a.dense > 0.0  # relu: dy/dx is 1 where y > 0, else 0
    # dense = flatten @ kernel + bias
    product(a.flatten.T, da.dense, out=dw.dense_kernel)  # (784, B) @ (B, 512)
    np.sum(da.dense, axis=0, out=dw.dense_bias)


# -- Optimizer -------------------------------------------------------------------------

SLOTS = ("velocity",)  # arrays like the parameters that it keeps
BLOCKS = [slice(i, i + 203_525) for i in range(0, PARAMETERS, 203_525)]  # fit the cache


def rmsprop(parameters, gradients, slots, learning_rate):
    """v = 0.9 * v + (1 - 0.9) * g**2, then w -= learning_rate * g / sqrt(v + 1e-07).

    RMSprop (Hinton, 2012). To save a pass, velocity is v / (1 - 0.9);
    rate and epsilon make up for it.
    """
    rate, epsilon = learning_rate / math.sqrt(1 - 0.9), 1e-07 / (1 - 0.9)

    def update(part):
        w, g = parameters[part], gradients[part]
        s = np.empty_like(w)
        velocity = slots[0, part]
        velocity *= 0.9
        np.square(g, out=s)
        velocity += s
        np.add(velocity, epsilon, out=s)
        np.sqrt(s, out=s)
        np.divide(g, s, out=s)
        s *= rate
        w -= s

    in_threads(update, BLOCKS)


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
    if "train" in parts:
        split_off(parts, validation=0.1)
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


# -- Training --------------------------------------------------------------------------


def run_epoch(state, x, y, options):
    """Train on every sample once; return the means of the loss and the metrics."""
    epoch, sums = len(state.history) + 1, np.zeros(len(METRICS))
    # An epoch draws by its own number, so that --resume goes on as if without a break.
    rng = np.random.default_rng([options.seed, epoch])
    order = rng.permutation(len(x))
    batch = cache(lambda n: buffers(n, DTYPE))  # the last may be smaller

    def means():
        return dict(zip(METRICS, (sums / (start + len(rows))).tolist()))

    title = "" if options.quiet else f"epoch {epoch}/{options.epochs}"
    for start in progress(range(0, len(x), options.batch_size), title, means):
        rows = order[start : start + options.batch_size]
        labels = y[rows]
        a, da = batch(len(rows))
        np.take(x, rows, axis=0, out=a.x, mode="clip")  # "raise" copies twice
        forward(state.w, a, rng)
        sums += len(rows) * measure(a, labels)
        backward(state.w, state.dw, a, da, labels)
        state.step += 1
        rmsprop(state.parameters, state.gradients, state.slots, LEARNING_RATE)
        if not (state.diverged or math.isfinite(sums[0])):
            state.diverged = f"epoch {epoch}, batch {start // options.batch_size + 1}"
            ways_out = "lower learning_rate, standardize the data, or set clipnorm=1"
            say(options, f"{state.diverged}: the loss is {sums[0]}; {ways_out}")
    return means()


def forward_all(w, x):
    """Yield the activations of all samples, a batch at a time."""
    for first in range(0, len(x), 512):
        rows = slice(first, first + 512)
        a, _ = buffers(min(512, len(x) - first), DTYPE)
        a.x = x[rows]
        forward(w, a)
        yield rows, a


@np.errstate(all="ignore")  # what overflows is seen in the results
def evaluate_part(w, x, y, prefix):
    """Return the loss and the metrics over a part of the data."""
    sums = sum(len(y[rows]) * measure(a, y[rows]) for rows, a in forward_all(w, x))
    return {prefix + m: v for m, v in zip(METRICS, (sums / len(x)).tolist())}


def report(row, options, head=False):
    """Print results: those of an epoch as a row of a table, or of the test part."""
    if options.json:
        # JSON has neither NaN nor Infinity.
        print(re.sub("NaN|-?Infinity", "null", json.dumps(row)), flush=True)
    elif not options.quiet and "epoch" in row:
        cells = {name: number(value) for name, value in row.items()}
        cells["epoch"] = f"{row['epoch']}/{options.epochs}"
        cells["seconds"] = f"{row['seconds']:.1f}"
        del cells["learning_rate"]  # it is always the same
        widths = [max(8, len(name)) for name in cells]
        if head:
            print(*map(str.rjust, cells, widths), sep="  ")
        print(*map(str.rjust, cells.values(), widths), sep="  ", flush=True)
    elif not options.quiet:
        print("  ".join(f"{name} {number(value)}" for name, value in row.items()))


def save(state, options, whole=True):
    """Write weights, history.csv and curves.svg; the checkpoint after whole epochs."""
    columns, table = [*state.history[0]], [[*row.values()] for row in state.history]
    about = state.about | {"columns": columns, "epoch": len(table), "step": state.step}
    arrays = named(state.w)
    if whole:
        more = {"training/slots": state.slots, "training/history": np.array(table)}
        save_arrays(options.out / "checkpoint.npz", arrays | more, about)
    save_arrays(options.out / "weights.npz", arrays, about)
    with write_whole(options.out / "history.csv") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *table])
    with write_whole(options.out / "curves.svg") as file:
        file.write(curves(state.history, NAME))
    save_run(state, options, whole)


def begin_run(options):
    """Return what a training is of, for run.json."""
    return ORIGIN | run_facts(options, Path(__file__), sha256_of) | {"threads": THREADS}


def resume(state, options):
    """Read checkpoint.npz, if there is one; it must be of this very training."""
    if not has_training(options.out):
        return say(options, f"{options.out}: nothing to go on with; a training begins")
    path, way_out = options.out / "checkpoint.npz", "--force would begin anew"
    arrays = load(path, state.w, SHAPES, state.same, way_out)
    with file_errors(path, way_out):
        np.copyto(state.slots, arrays["training/slots"].reshape(state.slots.shape))
        about, rows = arrays["about"], arrays["training/history"]
        columns, i, state.step = about["columns"], about["epoch"], int(about["step"])
        if rows.shape != (i, len(columns)) or not 0 < i <= state.step:
            raise ValueError("it is no checkpoint")
        for row in rows.astype(float, casting="same_kind").tolist():
            state.history.append(dict(zip(columns, row)) | {"epoch": int(row[0])})
    before = {key: about.get(key) for key in ("epoch", "epochs", "batch_size")}
    state.about["resumed"] = [*about.get("resumed", []), before]
    say(options, f"{options.out}: goes on after epoch {i} of {options.epochs}")
    for key in ("epochs", "batch_size", "learning_rate"):
        if about.get(key) != (value := state.about[key]):
            say(options, f"{key} {value} follows on {about.get(key)!r}")


def announce(options, parts):
    """Say what a training begins with, and which part of the data lacks a class."""
    if not options.json:
        sizes = " and ".join(f"{len(x):,} {part}" for part, (x, _) in parts.items())
        sizes = sizes.replace("train", "training")
        about = f"{NAME}: {PARAMETERS:,} parameters, {sizes} samples"
        say(options, f"{about}, {THREADS} thread{'s' * (THREADS > 1)}")
    started = "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"
    if next(filter(None, map(os.environ.get, started)), "1") != "1":
        say(options, "each process trains alone; `nnspec compile --mpi N` shares one")
    labels = {part: y for part, (_, y) in parts.items()}
    names = [*range(10)]
    every = {*np.concatenate([*labels.values()]).tolist()}
    for part, y in labels.items():
        if lacking := [f"`{names[i]}`" for i in sorted(every.difference(y.tolist()))]:
            few = ", ".join(lacking[:3]) + ", ..." * (len(lacking) > 3)
            few += "; write stratify=true or seed=0 in split"
            say(options, f"the {part} part has no sample of class {few}")


@np.errstate(all="ignore")  # a loss that is no number is told once, not by each line
def fit(options, parts):
    """Train on the parts, save to `options.out` unless it is None, return the state."""
    state = SimpleNamespace(step=0, history=[], diverged="")
    state.parameters = np.zeros(PARAMETERS, DTYPE)
    state.gradients = np.zeros(PARAMETERS, DTYPE)
    state.slots = np.zeros((len(SLOTS), PARAMETERS), DTYPE)
    state.w, state.dw = views(state.parameters), views(state.gradients)
    # The weights to begin with: drawn, given, or those of the checkpoint.
    initialize(state.w, np.random.default_rng(options.seed))
    if options.initial_weights and options.partial:
        load_fitting(options, state.w, SHAPES)
    elif options.initial_weights:
        way_out = "take a weights.npz of this model, or add --partial"
        load(options.initial_weights, state.w, SHAPES, {}, way_out)
    # What files say of themselves; a checkpoint must be of the same, or is refused.
    state.same = MODEL | TRAINING | {"seed": options.seed}
    for part in ("train", "validation"):
        state.same[f"{part} samples"] = len(parts[part][0]) if part in parts else 0
    state.about = ORIGIN | state.same | {"epochs": options.epochs}
    state.about["batch_size"] = options.batch_size
    state.about["learning_rate"] = LEARNING_RATE
    if options.resume:
        resume(state, options)
    state.run = options.out and begin_run(options)
    announce(options, parts)
    whole, saved, first = True, -math.inf, len(state.history) + 1
    try:
        for epoch in range(first, (options.until or options.epochs) + 1):
            whole, began = False, time.monotonic()
            row = {"epoch": epoch, **run_epoch(state, *parts["train"], options)}
            if "validation" in parts:
                row |= evaluate_part(state.w, *parts["validation"], "val_")
            row |= {"learning_rate": LEARNING_RATE, "seconds": time.monotonic() - began}
            state.history.append(row)
            report(row, options, head=epoch == first)
            whole = True
            if options.out and time.monotonic() > saved + 10:
                save(state, options)
                saved = time.monotonic()
        state.about["finished"] = True
    finally:  # Ctrl-C, too, leaves behind what was learnt, once an epoch is done
        if options.out and state.history:
            save(state, options, whole)
            say(options, f"saved to {options.out}")
            if "finished" not in state.about:
                say(options, "to go on:", again(options, options.epochs))
        warn_of_nan(options.out or NAME, state.w)
    return state


def fit_and_test(options, parts):
    """Train, then evaluate on the test part, if there is one; return state and values."""
    state, values = fit(options, parts), {}
    if "test" in parts:
        values = evaluate_part(state.w, *parts["test"], "test_")
    save_run(state, options, test=values)
    return state, values


def run_train(options):
    """Train, evaluate on the test part, and save to a folder."""
    weights = ["--weights", options.out / "weights.npz"] if options.out else []
    with results_folder(options, RUNS) as options.out:
        parts = load_data(options)
        state, values = fit_and_test(options, parts)
    if values:
        report(values, options)
    if not (options.json or state.diverged):
        if "test" in parts and not (options.data or options.data_dir):
            say(options, "to evaluate:", command("evaluate", *weights))
        say(options, "to predict:", command("predict", "FILE", *weights))
        say(options, "to go on:", again(options, 2 * options.epochs))


# -- Use from Python -------------------------------------------------------------------


class Model:
    """A trained model: of a weights.npz, by its path or open for bytes."""

    def __init__(self, weights):
        self.w = views(np.empty(PARAMETERS, DTYPE))
        load(weights, self.w, SHAPES, MODEL)
        self.classes = [*range(10)]

    @np.errstate(all="ignore")  # what overflows is seen in the results
    def predict(self, rows, where="row {}".format):
        """Return the outputs (N, 10) for raw samples (N, 28, 28)."""
        with file_errors("rows", "give an array of samples"):
            x = np.asarray(rows)
        check_samples(x, INPUT_SHAPE, where)
        x = prepare(x)
        with one_blas_thread():
            return np.concatenate([a.p for _, a in forward_all(self.w, x)])


def train(
    parts=None, *, out=None, epochs=EPOCHS, batch_size=BATCH_SIZE, seed=SEED, quiet=True
):
    """Train on {"train": (x, y), ...} or the spec's data; return Model and history."""
    if min(epochs, batch_size) < 1 or seed < 0:
        raise InputError("epochs and batch_size must be at least 1, and seed 0")
    options = parse(["train"])
    vars(options).update(epochs=epochs, batch_size=batch_size, seed=seed, quiet=quiet)
    options.out, options.files = out and Path(out), [] if parts is None else None
    folder = results_folder(options, options.out) if out else contextlib.nullcontext()
    with folder as options.out, one_blas_thread():
        state = fit(options, load_data(options, parts))
    file = io.BytesIO()
    np.savez(file, **named(state.w))
    return Model(file), state.history


# -- Commands --------------------------------------------------------------------------


def newest_weights(options):
    """Return the weights of the newest finished run, and say which these are."""
    for path in runs_with(RUNS, "weights.npz"):
        with file_errors(path, "name another run with --weights FILE.npz"):
            about = json.loads(zipfile.ZipFile(path).comment or "{}")
        if "finished" in about:
            say(options, f"weights of {path}, the newest finished run")
            return path
    raise InputError(f"there is no finished run in {RUNS}; give --weights FILE.npz")


def command(*words):
    """Return the line for a shell that runs this script with these words."""
    path, here = Path(__file__), Path.cwd()
    path = path.relative_to(here) if path.is_relative_to(here) else path
    return shlex.join(map(str, ["python", path, *words]))


def again(options, epochs):
    """Return the line that goes on with a training, up to so many epochs."""
    same = re.sub(r" --(resume|force|epochs[ =]\d+)", "", command(*options.argv))
    return f"{same} --resume --epochs {epochs}"


def run_evaluate(options):
    """Print the loss and the metrics of the test part."""
    model = Model(options.weights or newest_weights(options))
    parts = load_data(options)
    if "test" not in parts:
        raise InputError("there is no test part: give one with --data FILE.npz")
    options.quiet = False  # who asks for a result gets it
    report(evaluate_part(model.w, *parts["test"], "test_"), options)


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


def run_verify(options):
    """Train again as in the run of a folder, and compare what comes of both."""
    run, words = read_run(options, Path(__file__))
    again = parse(["train", "--quiet", *words])
    again.until = run["until"]
    with tempfile.TemporaryDirectory() as folder:
        again.out = Path(folder)
        parts = load_data(again)
        check_origin(options.folder, run, begin_run(again))
        fit_and_test(again, parts)
        return compare_runs(options.folder, again.out, 0.01)


def run_gradcheck(options):
    """Compare the derivatives with central differences in float64."""
    rng, n = np.random.default_rng(options.seed), 4
    parameters, gradients = rng.normal(0.0, 0.1, PARAMETERS), np.zeros(PARAMETERS)
    w, dw, (a, da) = views(parameters), views(gradients), buffers(n, np.float64)
    a.x[...] = rng.normal(size=a.x.shape)
    y = rng.integers(10, size=(n,))
    forward(w, a, np.random.default_rng(0))
    backward(w, dw, a, da, y)
    code = 0
    for (name, part), slope in zip(named(w).items(), vars(dw).values(), strict=True):
        scale, most = max(np.abs(slope).max(), 1e-3), 0.0
        for _ in range(10):
            d = rng.normal(size=slope.shape)  # a direction, in which we go to and fro
            d /= np.linalg.norm(d)
            for h in (1e-5, 1e-6, 1e-7):  # small steps seldom cross the kink of a ReLU
                rise = 0.0
                for step in (h, -h):
                    part += step * d
                    forward(w, a, np.random.default_rng(0))
                    part -= step * d
                    rise += measure(a, y)[0] / (2 * step)
                error = abs(rise - np.vdot(slope, d)) / scale
                if error < 1e-6:
                    break
            most = np.maximum(most, error)
        right = most < 1e-6
        print(f"{name}: relative error {most:.1e}{'' if right else ' MISMATCH'}")
        code = code or int(not right)
    return code


OPTIONS = f"""
train             --epochs N              passes over the data (default: {EPOCHS})
train             --batch-size N          samples per update (default: {BATCH_SIZE})
train gradcheck   --seed N                seed of all random numbers (default: {SEED})
train             --out DIR               for results (default: {RUNS}, {RUNS}-2, ...)
train             --resume                go on with the last training, or that in --out
train             --force                 overwrite the training in the folder
train verify      --initial-weights FILE  start with the weights of this .npz file
train             --partial               take the layers of it that fit, no others
train evaluate verify  --data FILE        .npz file of x_train, y_train, x_test, ...
train evaluate verify  --data-dir DIR     folder of the data files
evaluate predict  --weights FILE          weights.npz (default: that of the newest run)
predict           --output FILE           write there instead of to standard output
all               --threads N             threads to use (default: all cores)
train evaluate    --quiet                 print errors only (evaluate: and the result)
train evaluate    --json                  print JSON objects, one a line (and an epoch)
"""


def parse(argv):
    """Return the options of a command line; one that is wrong ends in SystemExit."""
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog=command(), description=about)
    commands = parser.add_subparsers(required=True)
    for run in (run_train, run_evaluate, run_verify, run_predict, run_gradcheck):
        one = commands.add_parser(run.__name__.removeprefix("run_"), help=run.__doc__)
        one.set_defaults(run=run, argv=argv, quiet=False, files=[], until=None)
        one.suggest_on_error = parser.suggest_on_error = True  # from Python 3.14 on
    rows = "rows like those of the training data, or - for standard input"
    commands.choices["predict"].add_argument("input", type=Path, help=rows)
    run = "the folder of a training, with its run.json"
    commands.choices["verify"].add_argument("folder", type=Path, help=run)
    for line in OPTIONS.strip().splitlines():
        names, flag, text = re.split("  +", line)
        flag, _, value = flag.partition(" ")
        kind = {"type": int if value == "N" else Path, "metavar": value}
        if default := re.search(r"default: (\d+)", text):
            kind["default"] = int(default[1])
        kind = kind if value else {"action": "store_true"}
        for name in commands.choices if names == "all" else names.split():
            commands.choices[name].add_argument(flag, help=text, **kind)
    if not argv or (argv[0].startswith("-") and argv[0] not in ("-h", "--help")):
        argv = ["train", *argv]
    options = parser.parse_args(argv)
    if vars(options).get("partial") and not options.initial_weights:
        parser.error("--partial is for --initial-weights FILE")
    for name, least in {"epochs": 1, "batch_size": 1, "threads": 1, "seed": 0}.items():
        if (number := getattr(options, name, None)) is not None and number < least:
            parser.error(f"--{name.replace('_', '-')} must be at least {least}")
    return options


def main(argv=None):
    """Run a command line, by default that of the process; return the exit code."""
    global THREADS
    sys.stderr = sys.stderr or io.StringIO()  # it may be closed
    getattr(sys.stdout, "reconfigure", dict)(encoding="utf-8", newline="\n")
    try:
        options = parse(sys.argv[1:] if argv is None else [*argv])
        THREADS = options.threads or THREADS
        with one_blas_thread():
            code = options.run(options) or 0
        print(end="", flush=True)
        return code
    except SystemExit as end:  # --help, or what is wrong with the usage, was told
        return end.code
    except BrokenPipeError:  # whoever read the output has read enough
        return 0
    except (InputError, OSError, MemoryError) as fault:  # a MemoryError may be empty
        print(f"error: {str(fault) or 'not enough memory'}", file=sys.stderr)
        return 3
    except KeyboardInterrupt as end:
        print("interrupted", file=sys.stderr)
        return 128 + next(iter(end.args), 2)  # which signal it was
    except Exception:  # noqa: BLE001 (1 is for derivatives that are wrong)
        traceback.print_exc()
        return 70
    finally:
        try:
            print(end="", flush=True)
        except OSError:  # Python would try it again when it ends
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# -- Threads ---------------------------------------------------------------------------


# By these names OpenBLAS, MKL, BLIS and Accelerate are told how many threads they have:
BLAS = """scipy_openblas_set_num_threads64_ scipy_openblas_set_num_threads
openblas_set_num_threads64_ openblas_set_num_threads
MKL_Set_Num_Threads bli_thread_set_num_threads BLASSetThreading"""
BEFORE = list[int]()  # the numbers of threads to go back to
LOCKS = dict[int, Lock]()  # one for each process: a fork copies one as it is


@cache
def blas_library():
    """The library of NumPy's BLAS: its own file, or the one that is linked to it."""
    bundled = Path(np.__file__).parent.with_name("numpy.libs").glob("*openblas*")
    return ctypes.CDLL(str(next(bundled, np.linalg._umath_linalg.__file__)))


@cache
def blas_threads():
    """The functions that get and set the threads of NumPy's BLAS, if it has any."""
    library = blas_library()
    for name in BLAS.split():
        if hasattr(library, name):  # it has what it is linked to, too
            get = name.replace("Set_Num", "Get_Max").replace("Set", "Get")
            return library[get.replace("set", "get")], library[name]
    return (lambda: 1), (lambda number: None)


@contextlib.contextmanager
def one_blas_thread():
    """Within it, BLAS has one thread: threads of ours share the work.

    Its own wait for each other at full speed. Where another program takes a core, a
    product would take ten times as long.
    """
    get_threads, set_threads = blas_threads()
    lock = LOCKS.setdefault(os.getpid(), Lock())
    with lock:
        BEFORE.append(get_threads())
        set_threads(1)
    try:
        yield
    finally:
        with lock:  # the last one to leave takes what the first one found
            set_threads(BEFORE.pop())


def usable_cores(root="/"):
    """How many cores this process may use: by its affinity, and a container's quota."""
    every = range(os.cpu_count() or 1)
    cores = len(getattr(os, "sched_getaffinity", lambda _: every)(0))
    files = ("cpu.max", "cpu.cfs_quota_us", "cpu.cfs_period_us")  # of cgroups 2 and 1
    with contextlib.suppress(OSError, ValueError):  # only Linux has groups
        for line in Path(root, "proc/self/cgroup").read_text().splitlines():
            _, kind, group = line.split(":", 2)
            folder = Path(root, "sys/fs/cgroup", kind, group.strip("/"))
            for path in (folder, *folder.parents):
                there = [path / name for name in files if (path / name).exists()]
                text = " ".join(file.read_text().strip() for file in there)
                if limit := re.fullmatch(r"(\d+) (\d+)", text):  # or "max", or -1
                    cores = min(cores, max(1, round(int(limit[1]) / int(limit[2]))))
    return cores


_threads = os.environ.get("OMP_NUM_THREADS", "")
THREADS = max(1, int(_threads)) if _threads.isdecimal() else usable_cores()


@cache
def helpers(process, number):
    """Threads that wait for work; a process that was forked starts its own."""
    return ThreadPoolExecutor(number, initializer=np.seterr, initargs=["ignore"])


def in_threads(function, *arguments):
    """[*map(function, *arguments)], with helpers: each takes what is next.

    Nobody waits for one that has not begun: where cores are taken, fewer help.
    """
    jobs = [*enumerate(zip(*arguments))]
    results, left = [None] * len(jobs), deque([*jobs, *[None] * THREADS])

    def work():
        for i, job in iter(left.popleft, None):  # None is the end, one for each
            results[i] = function(*job)

    others = [
        helpers(os.getpid(), THREADS - 1).submit(work)
        for _ in range(min(THREADS, len(jobs)) - 1)
    ]
    try:
        work()
    finally:
        others = [other for other in others if not other.cancel()]
        wait(others)
    for other in others:
        other.result()  # raises what went wrong in it
    return results


def product(a, b, out):
    """out = a @ b, a large one in parts for threads: some of its columns, or rows.

    Its shape alone says how many parts, twice as many for four times the work: so the
    number of threads changes no digit.
    """
    rows, columns = out.shape
    parts = 1 << (rows * columns * len(b) >> 22).bit_length() // 2
    if parts == 1:
        np.matmul(a, b, out=out)
    elif rows > columns:
        product(b.T, a.T, out.T)
    else:
        width = -(-columns // parts)
        cuts = [np.s_[:, i : i + width] for i in range(0, columns, width)]
        in_threads(np.matmul, repeat(a), [b[c] for c in cuts], [out[c] for c in cuts])


# -- Files, checks and curves ----------------------------------------------------------


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


def number(value):
    """A number in six columns, or with an exponent if it is tiny or huge."""
    if value and not 1e-3 <= abs(value) < 9999.5:
        return f"{value:.2e}"
    return f"{value:#.5g}" if abs(value) >= 1 else f"{value:.4f}"


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


def say(options, *words):
    """Print a notice on standard error, unless --quiet; a bar there gives way."""
    if sys.stderr and not options.quiet:
        wiped = "\r\033[K" * sys.stderr.isatty()
        print(wiped + " ".join(map(str, words)), file=sys.stderr)


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


def load_fitting(options, w, shapes):
    """Take the layers that --initial-weights has in the same shapes; tell which."""
    with file_errors(options.initial_weights, "take weights of a network like this"):
        found = dict(np.lib.npyio.NpzFile(options.initial_weights))
        there = {name: found[name].shape for name in shapes if name in found}
        unlike = {os.path.dirname(name) for name, _ in shapes.items() - there.items()}
        if unlike == {*map(os.path.dirname, shapes)}:
            raise ValueError(f"no layer fits: it has {[*found]}, not {[*shapes]}")
        for name, weight in zip(shapes, vars(w).values()):
            what = f"not taken: {there.get(name, 'none')} in the file"
            if os.path.dirname(name) not in unlike:
                np.copyto(weight, found[name])
                what = "taken"
            say(options, f"{name:{max(map(len, shapes))}}  {what}")


def save_arrays(path, arrays, about):
    """Write an .npz file, and what it is of as its comment, which `unzip -z` shows."""
    with write_whole(path) as file, zipfile.ZipFile(file.buffer, "w") as archive:
        archive.comment = json.dumps(about).encode()
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as part:
                np.lib.format.write_array(part, np.asarray(array), allow_pickle=False)


def has_training(folder):
    """Whether a training has left anything there."""
    return any((folder / f"{n}.npz").exists() for n in ("weights", "checkpoint"))


def runs_with(first, name):
    """The files of a name in the folders FIRST, FIRST-2, ..., the newest first."""
    ours = re.compile(rf"{re.escape(first.name)}(-\d+)?").fullmatch
    found = [path for path in first.parent.glob(f"*/{name}") if ours(path.parent.name)]
    return sorted(found, key=os.path.getmtime, reverse=True)


@contextlib.contextmanager
def results_folder(options, first):
    """Keep a folder for results from others: --out, or the next of FIRST, FIRST-2, ...

    With --resume it is the one of these that was written to last.
    """
    last = runs_with(first, "checkpoint.npz") if options.resume else []
    folders = [options.out or (last[0].parent if last else first)]
    if not (options.out or options.force or options.resume):
        folders += [Path(f"{first}-{i}") for i in range(2, 10_000)]
    for folder in folders:
        fault = f"{folder} has a training: go on with --resume, or anew with --force"
        if has_training(folder) and not (options.resume or options.force):
            continue
        with file_errors(f"cannot write {folder}", "try --out DIR"):
            folder.mkdir(parents=True, exist_ok=True)
            held = (folder / ".lock").open("a")
        try:
            with contextlib.suppress(ImportError):  # Windows has no such locks
                fcntl = importlib.import_module("fcntl")
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            fault = f"another training writes to {folder}; wait, or give another --out"
    else:
        raise InputError(fault)
    if folder != folders[0]:
        say(options, f"saving to {folder}; to go on with the last: --resume")
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


def scale_of(values):
    """The step of an axis for these values, and its ends in steps."""
    finite = values[np.isfinite(values)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    span = max(high - low, abs(high) / 50) or 1.0
    step = 10.0 ** math.floor(math.log10(span))
    step /= 1 if span > 4 * step else 2 if span > 2 * step else 5
    end = max(high, low + span)
    return step, math.floor(low / step + 1e-9), math.ceil(end / step - 1e-9)


def curves(history, title):
    """Draw the loss and each metric over the epochs: an SVG picture, as text."""
    names = [k for k in history[0] if not k.startswith("val_")][1:-2]
    path = '<path d="{}" stroke="{}" stroke-width="{}"/>\n'.format
    text = '<text x="{:.1f}" y="{:.1f}" fill="{}">{}</text>\n'.format
    svg, last, title = "", len(history), html.escape(title)
    # A point for each pixel is enough; dots stand only where they can be told apart.
    epochs = np.unique(np.linspace(1, last, min(last, 280)).astype(int))
    across = 280 * epochs / (last + 1)
    for i, name in enumerate(names):
        keys = [k for k in (name, f"val_{name}") if k in history[0]]
        lines = np.array([[history[e - 1][k] for e in epochs] for k in keys])
        step, bottom, top = scale_of(lines)
        x, y = 360 * (i % 3) + 60, 270 * (i // 3) + 40
        svg += f'<g transform="translate({x} {y})">\n'
        svg += text(140, -26, "#333", name) + text(140, 216, "#333", "epoch")
        for level in range(bottom, top + 1):
            y = 180 * (top - level) / (top - bottom)
            svg += path(f"M0,{y:.1f}h280", "#ddd", 1)
            svg += text(-28, y + 4, "#333", f"{level * step:,.6g}")
        svg += path("M0,0v180h280", "#333", 1)
        for epoch in range(last, 0, -math.ceil(last / (11 - 2 * len(str(last))))):
            svg += text(280 * epoch / (last + 1), 197, "#333", epoch)
        looks = (90, "training", "#0072b2", 3), (190, "validation", "#d55e00", 1.5)
        for values, (x, part, color, width) in zip(lines, looks):
            points = zip(across, 180 * (top - values / step) / (top - bottom))
            line = "".join(
                f"L{x:.1f},{y:.1f}h0" if math.isfinite(y) else " " for x, y in points
            )
            line = "".join(f"M{run[1:]}" for run in line.split())  # from gap to gap
            svg += path(line, color, width)
            svg += path(line.replace("L", "M"), color, width + 3) if last <= 40 else ""
            svg += text(x, -8, color, f"\u25cf {part}")
        svg += "</g>\n"
    width, height = 360 * min(len(names), 3), 270 * math.ceil(len(names) / 3)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"
 viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11" fill="none"
 text-anchor="middle" stroke-linecap="round" stroke-linejoin="round" role="img">
<title>{title}: {", ".join(names)} over {last} epochs</title>
<rect width="100%" height="100%" fill="white"/>\n{svg}</svg>\n"""


def machine():
    """What the last bits of results depend on: NumPy, the kernel of its BLAS, both.

    OpenBLAS chooses a kernel that fits the processor, and says which.
    """
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]["name"]
    name = blas_threads()[1].__name__.replace("set_num_threads", "get_config")
    if "get_config" in name:
        told = blas_library()[name]
        told.restype = ctypes.c_char_p
        blas = told().decode()
    cpus = Path("/proc/cpuinfo")  # Linux has it
    model = re.search("model name.*: (.*)", cpus.read_text() if cpus.exists() else "")
    processor = model[1] if model else platform.processor() or platform.machine()
    return {"numpy": np.__version__, "blas": blas, "processor": processor}


def sha256_of(path):
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def run_facts(options, script, hash_of):
    """What a training comes of: its options, SHA-256 of files, and the machine."""
    names = ["epochs", "batch_size", "seed", "data", "data_dir"]
    names += ["initial_weights", "partial"]
    given, weights = {n: getattr(options, n) for n in names}, options.initial_weights
    files, here = options.files, Path.cwd()
    files = [options.data] if options.data and files is not None else files
    near = (f.relative_to(here) if f.is_relative_to(here) else f for f in files or ())
    data = dict(zip(map(str, near), map(hash_of, files or ())))
    return {
        "options": {k: str(v) if isinstance(v, Path) else v for k, v in given.items()},
        "script": sha256_of(script) if script.is_file() else None,
        "initial_weights": weights and sha256_of(weights),
        "data": None if files is None else data,  # None: given in Python
    } | machine()


def save_run(state, options, whole=True, test=None):
    """Write run.json: what a training came of and came to, for `verify`.

    Weights are not `whole` in the middle of an epoch; `test` are values of that part.
    """
    run = state.run | {
        "epoch": len(state.history),
        "finished": "finished" in state.about,
        "resumed": state.about.get("resumed", []),
        "whole": whole,
        "weights": sha256_of(options.out / "weights.npz"),
        "test": json.loads(json.dumps(test), parse_constant=lambda _: None),
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in run.items()]
    with write_whole(options.out / "run.json") as file:
        file.write("\n".join(["{", ",\n".join(lines), "}\n"]))


def read_run(options, script):
    """Return what run.json in `options.folder` says, and the options of its training.

    Files may lie elsewhere now: then the command line says where.
    """
    with file_errors(options.folder / "run.json", "name the folder of a training"):
        run = json.loads((options.folder / "run.json").read_text("utf-8"))
        if run["script"] != sha256_of(script):
            raise ValueError("this script is not the one that trained it")
        if run["data"] is None:
            raise ValueError("its data were given in Python")
        run["until"] = None if run["finished"] else int(run["epoch"])
        run["files"] = run["initial_weights"], [*run["data"].values()]
        given = {k: getattr(options, k, None) or v for k, v in run["options"].items()}
    words = {f"--{k.replace('_', '-')}": v for k, v in given.items()}
    words = {k: v for k, v in words.items() if v is not None and v is not False}
    return run, [k if v is True else f"{k}={v}" for k, v in words.items()]


def check_origin(folder, run, now):
    """Check that a run had the initial weights and the data that there are now."""
    (weights, data), there = run["files"], [*now["data"].values()]
    if weights != now["initial_weights"]:
        raise InputError(f"{folder} has other --initial-weights; name the same file")
    if data != there:
        names = ", ".join(now["data"])
        raise InputError(f"{folder} is not of these data: {names}; say where they are")


def results_of(folder):
    """Return run.json of a folder, and what its training came to: arrays by name.

    Weights are left out where a run was interrupted in the middle of an epoch.
    """
    with file_errors(folder, "name the folder of a training"):
        run, found = json.loads((folder / "run.json").read_text("utf-8")), {}
        if run["whole"]:
            found.update(np.load(folder / "weights.npz"))
        with (folder / "history.csv").open(encoding="utf-8", newline="") as file:
            rows = [*csv.DictReader(file)]
        for name in filter("seconds".__ne__, rows[0]):
            found[f"history of {name}"] = np.array([float(row[name]) for row in rows])
        for name, value in (run["test"] or {}).items():
            found[name] = np.array(value, float)
    return run, found


def difference(one, other, tolerance):
    """Say how an array differs from another one, if by more than it may.

    That is the tolerance times its largest number, or times 1 if that is larger.
    """
    if other is None or one.shape != other.shape:
        return f"{one.shape}, now {getattr(other, 'shape', 'not there')}"
    if one.tobytes() == other.tobytes():
        return ""
    if one.dtype.kind not in "biuf":
        return "other texts"
    most = np.abs(np.subtract(one, other, dtype=float)).max()
    allowed = tolerance * max(1.0, np.abs(one).max())
    return "" if most <= allowed else f"differs by {most:.1e}, may by {allowed:.1e}"


def compare_runs(folder, again, tolerance):
    """Print what came of a run otherwise than of its repetition; return the exit code.

    On the same machine not a bit may differ; else the tolerance is allowed.
    """
    (run, before), (now, after) = results_of(folder), results_of(again)
    changed = [k for k in ("numpy", "blas", "processor") if run[k] != now[k]]
    allowed = tolerance if changed else 0.0
    found = {k: difference(v, after.get(k), allowed) for k, v in before.items()}
    told = [f"{name}: {text}" for name, text in found.items() if text]
    told += [f"{name}: {run[name]}, now {now[name]}" for name in changed]
    for line in told:
        print(line)
    how = f"within {tolerance:g}" if changed else "the same bits"
    what = "weights, history" if run["whole"] else "history"
    what += " and test values" * bool(run["test"])
    differ = sum(map(bool, found.values()))
    end = f"{differ} of {len(found)} DIFFER" if differ else how
    print(f"{run['epoch']} epochs trained again, {what}: {end}")
    return int(differ > 0)


if __name__ == "__main__":
    for _name in {"SIGINT", "SIGTERM", "SIGHUP"} & {*dir(signal)}:
        if signal.getsignal(getattr(signal, _name)) != signal.SIG_IGN:
            signal.signal(getattr(signal, _name), interrupt)
    sys.exit(main())

# nnspec sha256:54b97441e0ae06db5f1c3bd2b124eab90a0c1c794951644c348994dd50a2823b

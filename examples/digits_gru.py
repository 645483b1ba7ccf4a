# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26"]
# ///
"""digits_gru: (8, 8) -> (64,) -> (10,), 8,714 parameters.

Compiled by nnspec 0.1.0 from digits_gru.nn (SHA-256 a1fdb0352582...).
The output is yours; nnspec claims no rights in it. Its parts, in the order of reading:
network, optimizer, data, training; use from Python, commands, threads, files.

python digits_gru.py                  trains, evaluates and saves
python digits_gru.py evaluate [FILE]  prints loss and metrics
python digits_gru.py predict INPUT    writes predictions as CSV
python digits_gru.py verify RUN       trains again, and compares the results
python digits_gru.py gradcheck        checks the derivatives
"""

import argparse
import contextlib
import csv
import ctypes
import difflib
import gzip
import hashlib
import html
import importlib
import io
import itertools
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
import warnings
import zipfile
from collections import Counter, deque
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from threading import Lock
from types import SimpleNamespace

import numpy as np

__all__ = ["InputError", "Model", "main", "train"]

NAME = "digits_gru"
RUNS = Path("runs", NAME)
EPOCHS = 20
BATCH_SIZE = 32
LEARNING_RATE = 0.003
SEED = 0
DTYPE = np.float32
ORIGIN = {"model": NAME, "nnspec": "0.1.0", "spec": "a1fdb0352582"}
MODEL = {  # what weights must be of, ...
    "network": "input(8, 8), bidirectional(gru(32)), dense(10, softmax)",
    "transforms": "scale(0.0625), reshape(8, 8)",
}
TRAINING = {  # ... and checkpoints, too
    "layers": "input(8, 8), bidirectional(gru(32)), dropout(0.2... 1a660f0136f1",
    "data": 'csv("data/digits.csv.gz", [digit]), scale(0.0625... 0914f9927f0e',
    "loss": "sparse_categorical_crossentropy, accuracy, float32",
    "optimizer": "adam",
}
INPUT_SHAPE = (8, 8)
OUTPUT_SHAPE = (10,)
SPEC_FOLDER = Path(__file__).resolve().parent
ARRAYS = {p: (f"x_{p}", f"y_{p}") for p in ("train", "validation", "test")}
FILES = {"train": "data/digits.csv.gz"}
TARGET = ["digit"]
FEATURES = None
MISSING = {
    "texts": ["", "?", "na", "n/a", "nan", "null", "#n/a"],
    "numbers": ["", "?", "na", "n/a", "nan", "null", "#n/a", "none", "-", "."],
}
WAY_OUT = 'save it as UTF-8, or write encoding="cp1252" in csv(), or another'

# -- Network ---------------------------------------------------------------------------
# w   weights            dw  the derivatives of the loss with respect to them
# a   activations        da  the derivatives of the loss with respect to them
# B   size of a batch    p   the output of the network

SHAPES = {
    "bidirectional/forward_gru/kernel": (8, 96),
    "bidirectional/forward_gru/recurrent_kernel": (32, 96),
    "bidirectional/forward_gru/bias": (2, 96),
    "bidirectional/backward_gru/kernel": (8, 96),
    "bidirectional/backward_gru/recurrent_kernel": (32, 96),
    "bidirectional/backward_gru/bias": (2, 96),
    "dense/kernel": (64, 10),
    "dense/bias": (10,),
}
PARAMETERS = sum(map(math.prod, SHAPES.values()))  # 8,714 parameters
METRICS = ["loss", "accuracy"]


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
    limit = math.sqrt(6 / (8 + 96))  # glorot_uniform
    w.bidirectional_forward_gru_kernel[...] = rng.uniform(-limit, limit, (8, 96))
    w.bidirectional_forward_gru_recurrent_kernel[...] = orthogonal(rng, (32, 96), 1.0)
    w.bidirectional_backward_gru_kernel[...] = rng.uniform(-limit, limit, (8, 96))
    w.bidirectional_backward_gru_recurrent_kernel[...] = orthogonal(rng, (32, 96), 1.0)
    limit = math.sqrt(6 / (64 + 10))  # glorot_uniform
    w.dense_kernel[...] = rng.uniform(-limit, limit, (64, 10))


def buffers(n, dtype):
    """Make the arrays for batches of n samples, which each batch overwrites.

    Of two that share memory, as in `b = a`, only one is needed at a time.
    """
    new = partial(np.empty, dtype=dtype)
    a, da = SimpleNamespace(), SimpleNamespace()
    a.x = new((n, 8, 8))
    a.both_forward = new((n, 32))
    a.both_forward_steps = new((8, n, 8))
    a.both_forward_gates = new((8, n, 96))
    a.both_forward_h = new((9, n, 32))
    a.both_forward_inner = new((8, 3, n, 32))
    a.both_forward_sums = new((3, n, 32))
    a.both_backward = new((n, 32))
    a.both_backward_steps = new((8, n, 8))
    a.both_backward_gates = new((8, n, 96))
    a.both_backward_h = new((9, n, 32))
    a.both_backward_inner = new((8, 3, n, 32))
    a.both_backward_sums = new((3, n, 32))
    a.both = new((n, 64))
    a.dropout_mask = new((n, 64))
    a.dense = new((n, 10))
    a.p = new((n, 10))
    da.both_backward_dh = new((n, 32))
    da.both_backward_d = new((3, n, 32))
    da.both_forward_dh = da.both_backward_dh
    da.both_forward_d = da.both_backward_d
    da.both_forward = a.both_backward
    da.both_backward = a.both_forward
    da.both = new((n, 64))
    da.dense = new((n, 10))
    return a, da


def gru_step(sums, gates, inner, h, activation, recurrent_activation):
    """Set the state after a step, h[1] (n, U), from h[0] and the sums.

    gates (n, 3 U) are the sums over x, inner (3, n, U) those over h[0]. sums (3, n, U)
    become what z, r, g are activations of, and the gates z, r, g, each a block (n, U),
    which is faster than parts of rows.
    """
    np.copyto(sums, gates.reshape(len(gates), 3, -1).swapaxes(0, 1))
    z, r, g = y = gates.reshape(sums.shape)
    sums[:2] += inner[:2]
    recurrent_activation(sums[:2], y[:2])
    np.multiply(r, inner[2], out=g)
    sums[2] += g
    activation(sums[2], g)
    np.subtract(h[0], g, out=h[1])  # h = z * h + (1 - z) * g
    h[1] *= z
    h[1] += g


def gru_back(sums, gates, inner, h, dh, d, activation_back, recurrent_activation_back):
    """Turn gates and inner into the gradients by their sums, dh into z * dh.

    Both are blocks (n, U), the gradients rows (n, 3 U). h and dh (n, U) are those
    before and after the step; d (3, n, U) is to work in.
    """
    z, r, g = y = gates.reshape(d.shape)
    dz, dr, dg = d
    np.subtract(h, g, out=dz)  # h = z * h + (1 - z) * g
    dz *= dh
    np.multiply(dh, 1.0 - z, out=dg)
    dh *= z
    activation_back(sums[2], g, dg)
    np.multiply(dg, inner[2], out=dr)  # g = activation(... + r * inner)
    np.multiply(dg, r, out=g)
    recurrent_activation_back(sums[:2], y[:2], d[:2])
    rows = inner.reshape(len(h), 3, -1)
    rows[:, :2], rows[:, 2] = d[:2].swapaxes(0, 1), g
    gates.reshape(len(h), 3, -1)[...] = d.swapaxes(0, 1)


def apply_tanh(x, y):
    """Set y to tanh of x."""
    np.tanh(x, out=y)


def apply_tanh_back(x, y, dy):
    """Turn dy, by y = tanh of x, into the derivative by x, in place."""
    dy *= 1.0 - y * y  # tanh: dy/dx = 1 - y**2


def apply_sigmoid(x, y):
    """Set y to sigmoid of x."""
    np.negative(x, out=y)  # sigmoid(x) = 1 / (1 + exp(-x))
    with np.errstate(over="ignore"):  # 1 / inf is 0, as it should be
        np.exp(y, out=y)
    y += 1.0
    np.divide(1.0, y, out=y)


def apply_sigmoid_back(x, y, dy):
    """Turn dy, by y = sigmoid of x, into the derivative by x, in place."""
    dy *= y * (1.0 - y)  # sigmoid: dy/dx = y * (1 - y)


def forward(w, a, rng=None):
    """Compute a.p from a.x; in training, rng draws the dropouts."""
    # gru: z and r are activations of x @ kernel + h @ recurrent_kernel + biases, and
    # g likewise, with r * what comes of h; then h = z * h + (1 - z) * g, step by step
    np.copyto(a.both_forward_steps, a.x.swapaxes(0, 1))
    # (B * 8, 8) @ (8, 96)
    np.matmul(
        a.both_forward_steps.reshape(-1, 8),
        w.bidirectional_forward_gru_kernel,
        out=a.both_forward_gates.reshape(-1, 96),
    )
    a.both_forward_gates += w.bidirectional_forward_gru_bias[0]
    a.both_forward_h[0] = 0.0
    kernels = np.swapaxes(
        w.bidirectional_forward_gru_recurrent_kernel.reshape(32, 3, 32), 0, 1
    )
    for t in range(8):
        np.matmul(a.both_forward_h[t], kernels, out=a.both_forward_inner[t])
        a.both_forward_inner[t] += w.bidirectional_forward_gru_bias[1].reshape(3, 1, 32)
        gru_step(
            a.both_forward_sums,
            a.both_forward_gates[t],
            a.both_forward_inner[t],
            a.both_forward_h[t : t + 2],
            apply_tanh,
            apply_sigmoid,
        )
    np.copyto(a.both_forward, a.both_forward_h[-1])
    # gru
    np.copyto(a.both_backward_steps, a.x[:, ::-1].swapaxes(0, 1))
    # (B * 8, 8) @ (8, 96)
    np.matmul(
        a.both_backward_steps.reshape(-1, 8),
        w.bidirectional_backward_gru_kernel,
        out=a.both_backward_gates.reshape(-1, 96),
    )
    a.both_backward_gates += w.bidirectional_backward_gru_bias[0]
    a.both_backward_h[0] = 0.0
    kernels = np.swapaxes(
        w.bidirectional_backward_gru_recurrent_kernel.reshape(32, 3, 32), 0, 1
    )
    for t in range(8):
        np.matmul(a.both_backward_h[t], kernels, out=a.both_backward_inner[t])
        a.both_backward_inner[t] += w.bidirectional_backward_gru_bias[1].reshape(
            3, 1, 32
        )
        gru_step(
            a.both_backward_sums,
            a.both_backward_gates[t],
            a.both_backward_inner[t],
            a.both_backward_h[t : t + 2],
            apply_tanh,
            apply_sigmoid,
        )
    np.copyto(a.both_backward, a.both_backward_h[-1])
    # concatenate: side by side
    np.concatenate([a.both_forward, a.both_backward], axis=-1, out=a.both)

    # dropout: y = x * mask, each mask 0 with probability rate, else 1 / (1 - rate)
    if rng is not None:
        rng.random(dtype=a.dropout_mask.dtype, out=a.dropout_mask)
        np.greater_equal(a.dropout_mask, 0.2, out=a.dropout_mask)
        a.dropout_mask /= 1.0 - 0.2
        a.both *= a.dropout_mask

    np.matmul(a.both, w.dense_kernel, out=a.dense)  # (B, 64) @ (64, 10)
    a.dense += w.dense_bias
    # softmax: p = exp(z) / sum(exp(z)). Less the largest z, exp cannot overflow.
    a.peak = a.dense.max(axis=-1, keepdims=True)
    np.subtract(a.dense, a.peak, out=a.p)
    np.exp(a.p, out=a.p)
    a.total = a.p.sum(axis=-1, keepdims=True)
    a.p /= a.total


def measure(a, y):
    """Return the mean of -log p[y], y the index of the class, then the metrics."""
    picked = a.dense[np.arange(len(y)), y][:, None]
    loss = np.mean(np.log(a.total) + (a.peak - picked))  # -log(p[y])
    return np.array([loss, np.mean(a.p.argmax(axis=-1) == y)], float)


def backward(w, dw, a, da, y):
    """Compute the derivatives of the loss, from the last layer to the first."""
    # With respect to z, the derivative of -log(softmax(z)[y]) is p - one_hot(y).
    np.copyto(da.dense, a.p)
    da.dense[np.arange(len(y)), y] -= 1.0
    da.dense /= len(y)

    # dense = both @ kernel + bias
    np.matmul(a.both.T, da.dense, out=dw.dense_kernel)  # (64, B) @ (B, 10)
    np.sum(da.dense, axis=0, out=dw.dense_bias)  # the bias is added to each row
    np.matmul(da.dense, w.dense_kernel.T, out=da.both)  # (B, 10) @ (10, 64)

    da.both *= a.dropout_mask  # dropout: dy/dx = mask

    # concatenate: to each its part
    np.copyto(da.both_forward, da.both[:, :32])
    np.copyto(da.both_backward, da.both[:, 32:64])
    # gru, from the last step to the first; gates become gradients by their sums
    np.copyto(da.both_backward_dh, da.both_backward)
    kernel_t = np.ascontiguousarray(w.bidirectional_backward_gru_recurrent_kernel.T)
    for t in reversed(range(8)):
        gru_back(
            a.both_backward_sums,
            a.both_backward_gates[t],
            a.both_backward_inner[t],
            a.both_backward_h[t],
            da.both_backward_dh,
            da.both_backward_d,
            apply_tanh_back,
            apply_sigmoid_back,
        )
        da.both_backward_dh += a.both_backward_inner[t].reshape(-1, 96) @ kernel_t
    np.matmul(
        a.both_backward_h[:-1].reshape(-1, 32).T,
        a.both_backward_inner.reshape(-1, 96),
        out=dw.bidirectional_backward_gru_recurrent_kernel,
    )
    np.sum(
        a.both_backward_inner.reshape(-1, 96),
        axis=0,
        out=dw.bidirectional_backward_gru_bias[1],
    )
    np.matmul(
        a.both_backward_steps.reshape(-1, 8).T,
        a.both_backward_gates.reshape(-1, 96),
        out=dw.bidirectional_backward_gru_kernel,
    )
    np.sum(
        a.both_backward_gates, axis=(0, 1), out=dw.bidirectional_backward_gru_bias[0]
    )
    # gru, from the last step to the first; gates become gradients by their sums
    np.copyto(da.both_forward_dh, da.both_forward)
    kernel_t = np.ascontiguousarray(w.bidirectional_forward_gru_recurrent_kernel.T)
    for t in reversed(range(8)):
        gru_back(
            a.both_forward_sums,
            a.both_forward_gates[t],
            a.both_forward_inner[t],
            a.both_forward_h[t],
            da.both_forward_dh,
            da.both_forward_d,
            apply_tanh_back,
            apply_sigmoid_back,
        )
        da.both_forward_dh += a.both_forward_inner[t].reshape(-1, 96) @ kernel_t
    np.matmul(
        a.both_forward_h[:-1].reshape(-1, 32).T,
        a.both_forward_inner.reshape(-1, 96),
        out=dw.bidirectional_forward_gru_recurrent_kernel,
    )
    np.sum(
        a.both_forward_inner.reshape(-1, 96),
        axis=0,
        out=dw.bidirectional_forward_gru_bias[1],
    )
    np.matmul(
        a.both_forward_steps.reshape(-1, 8).T,
        a.both_forward_gates.reshape(-1, 96),
        out=dw.bidirectional_forward_gru_kernel,
    )
    np.sum(a.both_forward_gates, axis=(0, 1), out=dw.bidirectional_forward_gru_bias[0])


# -- Optimizer -------------------------------------------------------------------------

SLOTS = ("m", "v")  # arrays like the parameters that it keeps
BLOCKS = [slice(i, i + 65_536) for i in range(0, PARAMETERS, 65_536)]  # fit the cache


def adam(parameters, gradients, slots, learning_rate, step):
    """Adam (Kingma and Ba, 2015). In update number t, with the gradient g:

    m = 0.9 * m + (1 - 0.9) * g
    v = 0.999 * v + (1 - 0.999) * g**2
    w -= learning_rate * sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (sqrt(v) + 1e-07)

    To save two passes, m and v are kept divided by (1 - 0.9) and (1 - 0.999);
    rate and epsilon make up for it.
    """
    root = math.sqrt(1 - 0.999)
    rate = learning_rate * math.sqrt(1 - 0.999**step) / (1 - 0.9**step)
    rate, epsilon = rate * (1 - 0.9) / root, 1e-07 / root
    for part in BLOCKS:
        w, g = parameters[part], gradients[part]
        s = np.empty_like(w)
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


def load_data(options, learnt=None, parts=None):
    """Return the parts of the data, (x, y), and what the training part teaches."""
    if options.data_dir and not options.data_dir.is_dir():
        raise InputError(f"--data-dir {options.data_dir}: there is no such folder")
    fresh, learnt = learnt is None, learnt or {}
    if options.data:
        parts = read_npz(options.data, ARRAYS, trains=not hasattr(options, "weights"))
        if fresh:
            labels = parts["train"][1]
            learnt |= learn_classes(labels, 10, options.data)
        for part, (x, y) in parts.items():
            where = partial("{}, {}, row {}".format, options.data, part)
            check_samples(x, x.shape[1:], where)
            y = class_numbers(y, learnt, where)
            parts[part] = x, class_indices(y, len(x), OUTPUT_SHAPE, where)
        if "train" in parts:
            order = stratified_order(parts["train"][1], 0)
            parts["train"] = tuple(array[order] for array in parts["train"])
            split_off(parts, test=0.2)
    else:
        parts = load_tables(options, learnt, fresh, parts)
    prepared = partial(by_blocks, partial(prepare, learnt=learnt))
    return {p: (prepared(x), y) for p, (x, y) in parts.items()}, learnt


def open_table(path):
    """Return the names of the columns of a file, and the function that reads them."""
    lines = text_lines(path, "utf-8", WAY_OUT)
    return open_csv(path, lines, ",;\t|", True, '"', MISSING["texts"])


def load_tables(options, learnt, fresh, parts=None):
    """Return the parts as numbers; categories are those of the training part."""
    if parts is not None:
        parts, columns, features, targets = given_tables(
            parts, ARRAYS, (TARGET, FEATURES, ()), MISSING
        )
        path = "parts, train"
    elif path := getattr(options, "input", None):
        columns, features, targets = table_roles(learnt)
        opened = open_table(path)
        parts = {
            "test": read_labelled(path, opened, columns, (features, targets), TARGET),
        }
    else:
        folders = data_folders(options.data_dir, SPEC_FOLDER)
        paths = {part: find_file(name, folders) for part, name in FILES.items()}
        options.files = [*paths.values()]
        parts, columns, features, targets = read_tables(
            paths, open_table, (TARGET, FEATURES, ()), TARGET
        )
        path = paths["train"]
    if "train" in parts:
        order = stratified_order(parts["train"][1], 0)
        parts["train"] = tuple(array[order] for array in parts["train"])
        split_off(parts, test=0.2)
    if fresh:
        x, y = parts["train"]
        learnt["data/columns"] = np.array(columns)
        learnt |= learn_categories(x, features, MISSING, path)
        labels = label_values(y, targets[0], MISSING)
        place = f"{path}, column {targets[0]!r}"
        learnt |= learn_classes(labels, 10, place)
    check_columns(learnt, columns, path)
    for part, (x, y) in parts.items():
        where = x.where
        x = encode_cells(x, features, learnt, MISSING)
        y = encode_classes(y, targets, learnt, MISSING)
        y = class_indices(y, len(x), OUTPUT_SHAPE, where)
        parts[part] = x, y
    return parts


def table_roles(learnt):
    """Return the names of all columns, of the features and of the targets."""
    check_learnt(learnt, ["data/columns"])
    columns = learnt["data/columns"].tolist()
    return columns, *column_roles(columns, TARGET, FEATURES, (), "the weights")


def prepare(x, learnt):
    """Return x after the transforms."""
    x = x * (1 / 16)
    x = reshape_samples(x, INPUT_SHAPE)
    return np.ascontiguousarray(x, DTYPE)


def read_input(path, learnt, keep=()):
    """Yield raw samples of a file, some at a time, and what to call their rows."""
    columns, features, targets = table_roles(learnt)
    opened = open_table(path)
    return read_features(path, opened, columns, features, targets, keep)


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
        adam(state.parameters, state.gradients, state.slots, LEARNING_RATE, state.step)
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


def save(state, options, learnt, whole=True):
    """Write weights, history.csv and curves.svg; the checkpoint after whole epochs."""
    columns, table = [*state.history[0]], [[*row.values()] for row in state.history]
    about = state.about | {"columns": columns, "epoch": len(table), "step": state.step}
    arrays = named(state.w)
    if whole:
        more = {"training/slots": state.slots, "training/history": np.array(table)}
        save_arrays(options.out / "checkpoint.npz", arrays | more, about)
    arrays = named(state.w) | learnt
    save_arrays(options.out / "weights.npz", arrays, about)
    with write_whole(options.out / "history.csv") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *table])
    with write_whole(options.out / "curves.svg") as file:
        file.write(curves(state.history, NAME))
    save_run(state, options, whole)


def begin_run(options):
    """Return what a training is of, for run.json."""
    return ORIGIN | run_facts(options, Path(__file__), sha256_of) | {"threads": 1}


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


def announce(options, parts, learnt):
    """Say what a training begins with, and which part of the data lacks a class."""
    if not options.json:
        sizes = " and ".join(f"{len(x):,} {part}" for part, (x, _) in parts.items())
        sizes = sizes.replace("train", "training")
        about = f"{NAME}: {PARAMETERS:,} parameters, {sizes} samples"
        say(options, about)
    started = "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"
    if next(filter(None, map(os.environ.get, started)), "1") != "1":
        say(options, "each process trains alone; `nnspec compile --mpi N` shares one")
    labels = {part: y for part, (_, y) in parts.items()}
    names = learnt.get("data/classes", np.arange(10)).tolist()
    every = {*np.concatenate([*labels.values()]).tolist()}
    for part, y in labels.items():
        if lacking := [f"`{names[i]}`" for i in sorted(every.difference(y.tolist()))]:
            few = ", ".join(lacking[:3]) + ", ..." * (len(lacking) > 3)
            say(options, f"the {part} part has no sample of class {few}")


@np.errstate(all="ignore")  # a loss that is no number is told once, not by each line
def fit(options, parts, learnt):
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
    announce(options, parts, learnt)
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
                save(state, options, learnt)
                saved = time.monotonic()
        state.about["finished"] = True
    finally:  # Ctrl-C, too, leaves behind what was learnt, once an epoch is done
        if options.out and state.history:
            save(state, options, learnt, whole)
            say(options, f"saved to {options.out}")
            if "finished" not in state.about:
                say(options, "to go on:", again(options, options.epochs))
        warn_of_nan(options.out or NAME, state.w)
    return state


def fit_and_test(options, parts, learnt):
    """Train, then evaluate on the test part, if there is one; return state and values."""
    state, values = fit(options, parts, learnt), {}
    if "test" in parts:
        values = evaluate_part(state.w, *parts["test"], "test_")
    save_run(state, options, test=values)
    return state, values


def run_train(options):
    """Train, evaluate on the test part, and save to a folder."""
    weights = ["--weights", options.out / "weights.npz"] if options.out else []
    with results_folder(options, RUNS) as options.out:
        parts, learnt = load_data(options)
        state, values = fit_and_test(options, parts, learnt)
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
        self.learnt = learnt = load(weights, self.w, SHAPES, MODEL)
        check_classes(self.learnt, 10)
        self.classes = learnt.get("data/classes", np.arange(10)).tolist()

    @np.errstate(all="ignore")  # what overflows is seen in the results
    def predict(self, rows, where="row {}".format):
        """Return the outputs (N, 10) for rows: dicts, or values in order."""
        x = rows
        if holds_numbers(x, self.learnt):
            check_samples(x, x.shape[1:], where)
        else:
            features = table_roles(self.learnt)[1]
            x = as_rows(x, features, MISSING, where)
            x = encode_cells(x, features, self.learnt, MISSING, trains=False)
        x = prepare(x, self.learnt)
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
        parts, learnt = load_data(options, parts=parts)
        state = fit(options, parts, learnt)
    file = io.BytesIO()
    np.savez(file, **named(state.w), **learnt)
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
    """Print the loss and the metrics of the test part, or of a table."""
    model = Model(options.weights or newest_weights(options))
    parts, _ = load_data(options, model.learnt)
    if "test" not in parts:
        raise InputError(
            "there is no test part: name a table that has the target: evaluate FILE"
        )
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
        write([*options.keep, *names])
        for x, where in read_input(source, model.learnt, options.keep):
            kept = np.array([x.texts(name) for name in options.keep], object)
            kept = kept.T.reshape(len(x), -1).tolist()
            p = model.predict(x, where)
            for cells, row, best in zip(kept, p.astype(str).tolist(), p.argmax(axis=1)):
                write([*cells, model.classes[best], *row])


def run_verify(options):
    """Train again as in the run of a folder, and compare what comes of both."""
    run, words = read_run(options, Path(__file__))
    again = parse(["train", "--quiet", *words])
    again.until = run["until"]
    with tempfile.TemporaryDirectory() as folder:
        again.out = Path(folder)
        parts, learnt = load_data(again)
        check_origin(options.folder, run, begin_run(again))
        fit_and_test(again, parts, learnt)
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
all               --threads N             changes nothing: too little work to share
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
    keep = "a column of the input to write before the predictions; may be given again"
    commands.choices["predict"].add_argument(
        "--keep", action="append", default=[], metavar="COLUMN", help=keep
    )
    rows = "rows like those of predict, with the target (default: the test part)"
    commands.choices["evaluate"].add_argument("input", type=Path, nargs="?", help=rows)
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
    sys.stderr = sys.stderr or io.StringIO()  # it may be closed
    getattr(sys.stdout, "reconfigure", dict)(encoding="utf-8", newline="\n")
    try:
        options = parse(sys.argv[1:] if argv is None else [*argv])
        with one_blas_thread():
            code = options.run(options) or 0
        print(end="", flush=True)
        return code
    except SystemExit as end:  # --help, or what is wrong with the usage, was told
        return end.code
    except BrokenPipeError:  # whoever read the output has read enough
        return 0
    except MemoryError:
        way_out = "write on_disk=true in csv(), or sample=10000 for a look at it"
        print(f"error: not enough memory; for a large table {way_out}", file=sys.stderr)
        return 3
    except (InputError, OSError) as fault:
        print(f"error: {fault}", file=sys.stderr)
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


def csv_reader(lines, delimiter, quote):
    """Return a reader of rows; spaces before a cell, and around, are not of it."""
    csv.field_size_limit(2**31 - 1)  # texts may be long
    return csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=quote,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        skipinitialspace=True,
        strict=True,
    )


def csv_rows(path, lines, first, delimiter, quote):
    """Yield each row that has a value, after the number of the line where it begins.

    `first` is the number of the first line.
    """
    reader, line = csv_reader(lines, delimiter, quote), first
    try:
        for row in reader:
            if any(row):
                yield line, row
            line = first + reader.line_num
    except csv.Error as error:
        raise InputError(f"{path}, line {line}: {error}; check the quotes") from None


#: The powers of ten that are floats.
TENS = np.array([float(10**i) for i in range(23)])


def decimals(text, rows, width, delimiter):
    """Return the cells of so many rows, None if not all are like 12 or -3.45.

    The digits of a cell make an integer. Up to 2**53 it is a float, and so is the power
    of ten that it is divided by: the quotient is rounded once, as float(cell) is.
    """
    mark, count = delimiter.encode(), rows * width
    if mark not in b",;\t|" or count > 2**22 or not text.isascii():
        return None
    if len(text) > 17 * count:  # more digits than such floats have
        return None
    text = (text.replace("\r\n", "\n") if "\r" in text else text).encode()
    text = text.removesuffix(b"\n")
    if text.translate(None, b"0123456789.-\n" + mark):
        return None
    raw = np.frombuffer(b"\n" + text + b"\n", np.uint8)
    marks = np.flatnonzero((raw == mark[0]) | (raw == ord("\n")) | (raw == ord(".")))
    pointed = raw[marks] == ord(".")
    stops, points = marks[~pointed], marks[pointed]
    starts, stops = stops[:-1] + 1, stops[1:]
    cells = np.flatnonzero(pointed) - np.arange(1, len(points) + 1)
    below, minus = raw[stops] == ord("\n"), raw[starts] == ord("-")
    places, digits = np.zeros(len(stops), int), stops - starts - minus
    places[cells] = stops[cells] - points - 1
    digits[cells] -= 1
    if (
        len(stops) != count
        or np.count_nonzero(below) != rows
        or not below[width - 1 :: width].all()
        or (cells[1:] == cells[:-1]).any()
        or np.count_nonzero(raw == ord("-")) != np.count_nonzero(minus)
        or digits.min() < 1
        or places.max() >= len(TENS)
    ):
        return None
    with contextlib.suppress(ValueError, DeprecationWarning), warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        flat = text.translate(bytes.maketrans(b"\n", mark), b".")
        whole = np.fromstring(flat, np.int64, sep=delimiter)
        if len(whole) == count and -(2**53) <= whole.min() <= whole.max() <= 2**53:
            values = whole / TENS[places]
            values[minus & (whole == 0)] = -0.0
            return values.reshape(rows, width)
    return None


def csv_blocks(path, lines, line, width, delimiter, quote, chosen, columns, size):
    """Yield the chosen columns of a table, some rows at a time, and their lines.

    `line` is the number of the first of the lines. The cells of a column are a tuple of
    texts. Where the caller says which `columns` are of texts, those of the others may
    be an array of numbers, if nothing else is in them: that is read much faster.
    """
    tries = 4 * bool(columns)  # a text among numbers seldom stands alone
    while block := [*itertools.islice(lines, size)]:
        kinds = [object if column.of_texts else float for column in columns]
        form = width, delimiter, quote, chosen, kinds
        cells = typed_block(block, *form) if tries else None
        if cells is not None:
            yield cells, line + np.arange(len(block))
            line += len(block)
            continue
        tries -= bool(tries) and not all(column.of_texts for column in columns)
        reader = csv_reader(itertools.chain(block, lines), delimiter, quote)
        rows, ends = [], [0]
        try:
            for row in itertools.islice(reader, len(block)):
                rows.append(row)
                ends.append(reader.line_num)
        except csv.Error as error:
            place = f"{path}, line {line + ends[-1]}"
            raise InputError(f"{place}: {error}; check the quotes") from None
        starts = line + np.array(ends[:-1], np.int64)
        line += ends[-1]
        if not all(map(any, rows)):
            filled = [i for i, row in enumerate(rows) if any(row)]
            rows, starts = [rows[i] for i in filled], starts[filled]
        if {*map(len, rows)} - {width}:
            odd = next(i for i, row in enumerate(rows) if len(row) != width)
            raise InputError(
                f"{path}, line {starts[odd]}: {len(rows[odd])} cells, but the first "
                f"row has {width}; give each row as many, or tell csv() the delimiter"
            )
        if rows:
            cells = [*zip(*rows)]
            yield [cells[i] for i in chosen], starts


def typed_block(lines, width, delimiter, quote, chosen, kinds):
    """Return columns of lines as numbers or texts, None if they are others."""
    text, spaced = "".join(lines), delimiter == " "
    if not text.strip() or (quote and quote in text):
        return None
    if object not in kinds:
        x = decimals(text, len(lines), width, delimiter)
        if x is not None:
            return [x[:, place] for place in chosen]
    if width - 1 in chosen and not spaced:  # no row may lack it: one number tells all
        if text.count(delimiter) != len(lines) * (width - 1):
            return None
    elif {len(x.split() if spaced else x.split(delimiter)) for x in lines} != {width}:
        return None
    texts = object in kinds
    if float not in kinds and not all(x.strip(f"{delimiter} \r\n") for x in lines):
        return None  # rows without a value are passed over
    dtype = [(str(i), kind) for i, kind in enumerate(kinds)] if texts else float
    form = {"delimiter": None if spaced else delimiter, "comments": None}
    with contextlib.suppress(ValueError):
        x = np.loadtxt(lines, dtype, ndmin=1 if texts else 2, usecols=chosen, **form)
        cells = [x[name] for name in x.dtype.names] if texts else x.T
        numbers = [c for c in cells if c.dtype == float]
        if len(x) == len(lines) and all((np.abs(c) < 1e38).all() for c in numbers):
            return [c if c.dtype == float else tuple(c.tolist()) for c in cells]
    return None


def is_number(text):
    """Whether a text is a number: one that `float` reads, in ASCII and without `_`.

    An identifier such as 2020_01 is none, nor are digits of another width.
    """
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii() and "_" not in text


def finite_number(text):
    """Whether a text is a finite number."""
    return is_number(text) and math.isfinite(float(text))


def first_rows(lines, delimiter, quote, count):
    """Return the first rows, each after its line; those before a fault in them."""
    rows = []
    with contextlib.suppress(InputError):
        for row in csv_rows("", lines, 1, delimiter, quote):
            rows.append(row)
            if len(rows) == count:
                break
    return rows


def single_spaced(line):
    """Return a line without tabs, and without white space at its end."""
    return line.rstrip(" \t\r\n").replace("\t", " ") + "\n"


def find_delimiter(lines, delimiters, quote):
    """Return which of the delimiters cuts the first rows into most cells.

    It is white space if that cuts all of them into as many, and nothing else cuts them.
    """
    widths = {}
    for delimiter in delimiters + " ":
        spaced = map(single_spaced, lines) if delimiter == " " else lines
        rows = first_rows(spaced, delimiter, quote, 20)
        counts = [len(row) for _, row in rows] or [0]
        usual = Counter(counts).most_common(1)[0][0]  # a title may stand above
        widths[delimiter] = min(counts), usual
    fewest, usual = widths.pop(" ")
    best = max(widths, key=widths.__getitem__)
    return " " if widths[best] <= (1, 1) and 1 < fewest == usual else best


def has_header(rows, missing):
    """Whether the first row holds no number, but a text above one: in the next hundred.

    What is missing is no such text. Years are names, too: 2019, 2020, ...
    """
    top, *below = rows
    if below and all(cell.isascii() and cell.isdecimal() for cell in top):
        years = [int(cell) for cell in top]
        rising = years == [*range(years[0], years[0] + len(years))]
        return rising and len(years) > 1 and years[0] >= 1000 and top not in below
    texts_above = (
        any(map(finite_number, column))
        for text, *column in zip(*rows)
        if text.lower() not in missing
    )
    return not any(map(finite_number, top)) and any(texts_above)


def csv_form(path, lines, number, delimiters, header, quote, missing):
    """Return what the first lines tell of a table, of which `number` is the first.

    That is the delimiter, the names of the columns, how many cells a row has, the
    places of the columns that are named, and how many lines are above the first row.
    """
    delimiter = delimiters
    if len(delimiters) > 1:
        delimiter = find_delimiter(lines, delimiters, quote)
    spaced = [*map(single_spaced, lines)] if delimiter == " " else lines
    found = first_rows(spaced, delimiter, quote, 101)
    if len(found) < 2:  # perhaps for a fault, which is told here
        deque(csv_rows(path, spaced, number, delimiter, quote), maxlen=0)
    if not found:
        raise InputError(f"{path}: all cells are empty; it needs a row for each sample")
    rows = [[cell.strip(" ") for cell in row] for _, row in found]
    check_top(path, number + found[0][0] - 1, rows)
    width, above, names = len(rows[0]), 0, None
    if header or (header is None and has_header(rows, missing)):
        names, *rows = rows
        if not rows:
            raise InputError(
                f"{path}: no rows below the names of the columns; add some"
            )
        above = found[1][0] - 1
    kept = columns_to_keep(names, rows, width)
    names = names or [str(i) for i in range(width)]
    return delimiter, [names[i] for i in kept], width, kept, above


def check_top(path, line, rows):
    """Check that the first row is as wide as another, or all others are alike."""
    top, *below = map(len, rows)
    usual, count = Counter(below or [top]).most_common(1)[0]
    apart = top not in below and count > 1
    uncut = usual == 1 and any(" " in row[0] for row in rows[1:])
    marked = [row[0].startswith("#") for row in rows]
    if marked[0] and (apart or uncut or (any(marked[1:2]) and not marked[-1])):
        raise InputError(
            f"{path}, line {line}: the line begins with #; if it is a comment, write "
            'comment="#" in csv()'
        )
    if apart:
        raise InputError(
            f"{path}, line {line}: {top} cells, but the rows below have {usual}; "
            f"if it is a title, write skip={line} in csv()"
        )


def columns_to_keep(names, rows, width):
    """Return the places of columns that have a name, or a value in the first rows.

    Where there are no `names`, only the last columns can be left out.
    """
    filled = [any(any(row[i : i + 1]) for row in rows) for i in range(width)]
    if names is None:
        filled = [any(filled[i:]) for i in range(len(filled))]
        names = [""] * len(filled)
    return [i for i, name in enumerate(names) if name or filled[i]]


def open_csv(path, lines, delimiters, header, quote, missing):
    """Return the names of a table's columns, and the function that reads them.

    Which of several `delimiters` it is, and whether there is a `header` if that is
    None, is found out. Without one, columns are called "0", "1", ... The function takes
    the places of columns and the last arguments of `csv_blocks`.
    """
    line, top = 1, next(lines, None)
    while top is not None and not top.strip(" \t\r\n"):
        line, top = line + 1, next(lines, None)
    if top is None:
        raise InputError(f"{path}: the file is empty; it needs a row for each sample")
    tops = [top, *itertools.islice(lines, 999)]
    form = csv_form(path, tops, line, delimiters, header, quote, missing)
    delimiter, names, width, kept, above = form
    lines = itertools.chain(tops[above:], lines)
    if delimiter == " ":
        lines = map(single_spaced, lines)
    read = partial(csv_blocks, path, lines, line + above, width, delimiter, quote)
    return names, lambda places, *how: read([kept[i] for i in places], *how)


def find_columns(wanted, names, path):
    """Return the places of columns in a file, by their names or their numbers."""
    known = {name: place for place, name in enumerate(names)}
    places = {}
    for column in wanted:
        if isinstance(column, int) and -len(names) <= column < len(names):
            place = column % len(names)
        elif column in known:
            place = known[column]
        else:
            alike = [name for name in names if name.lower() == str(column).lower()]
            near = alike or difflib.get_close_matches(str(column), names, n=1)
            hint = f"is {near[0]!r} meant?" if near else f"it has {list(names)[:20]}"
            raise InputError(f"{path}: there is no column {column!r}; {hint}")
        if place in places:
            twice = f"{places[place]!r} and {column!r} are the same column"
            raise InputError(f"{path}: {twice}; name it once")
        places[place] = column
    return list(places)


def column_roles(columns, target, features, drop, path):
    """Return the names of the features (by default the other columns) and targets."""
    targets = [columns[i] for i in find_columns(target, columns, path)]
    dropped = [columns[i] for i in find_columns(drop, columns, path)]
    if features is not None:
        chosen = [columns[i] for i in find_columns(features, columns, path)]
    else:
        chosen = [name for name in columns if name not in (*targets, *dropped)]
    if not chosen or not set(chosen).isdisjoint(targets):
        raise InputError(
            f"{path}: features {chosen} for the target {targets}; there must be other "
            "columns than the target, or is the delimiter another one?"
        )
    counts = Counter(columns)
    for name in (*chosen, *targets):
        if counts[name] > 1:
            called = f"are called {name!r}" if name else "have no name"
            raise InputError(
                f"{path}: {counts[name]} columns {called}; rename them, or list the "
                "others as features=[...]"
            )
    return chosen, targets


def check_memory(path):
    """Check that there is more memory than a table has bytes, as far as is known."""
    size, memory = path.stat().st_size, memory_size()
    if size > memory:
        raise InputError(
            f"{path}: {size / 1e9:.1f} GB, and there are {memory / 1e9:.1f} GB of "
            "memory; write on_disk=true in csv(), or sample=10000 for a look"
        )


def memory_size():
    """Return the bytes of memory of the machine, or of the container."""
    size = math.inf
    with contextlib.suppress(AttributeError, ValueError, OSError):  # Windows
        size = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(ValueError, OSError):  # a group of processes on Linux
        size = min(size, int(Path("/sys/fs/cgroup/memory.max").read_text("ascii")))
    return size


class Codes(dict):
    """The codes of texts: 0, 1, ... in the order in which they come."""

    def __init__(self):
        self.texts = []

    def __missing__(self, cell):
        text = cell.strip(" ")
        if text == cell:
            self[cell] = len(self.texts)
            self.texts.append(cell)
        else:
            self[cell] = self[text]
        return self[cell]


class Column:
    """The cells of a column: numbers, and codes of texts.

    In `values` a text is NaN, in `codes` a number is -1; `texts` are those of the
    codes. Cells are added in blocks; where the first of them are all texts, or if it is
    to be `of_texts`, numbers are texts, too. `plain` writes numbers as Python does.
    """

    def __init__(self, of_texts=False, plain=None):
        self.of_texts, self.plain = of_texts, plain
        self.blocks, self.known = [], Codes()

    def add(self, cells):
        """Add cells: an array of numbers, or a tuple of texts."""
        if isinstance(cells, np.ndarray):
            self.blocks.append((cells.copy(), None))
            return
        values = codes = None
        if not self.of_texts:
            values = to_numbers(cells, self.plain)
            texts = np.flatnonzero(np.isnan(values))
            self.of_texts = len(texts) == len(cells) and not self.blocks
            if not self.of_texts and len(texts):
                codes = np.full(len(cells), -1, np.int32)
                codes[texts] = [self.known[cells[row]] for row in texts.tolist()]
        if self.of_texts:
            found = map(self.known.__getitem__, cells)
            values, codes = None, np.fromiter(found, np.int32, len(cells))
        self.blocks.append((values, codes))

    def finish(self):
        """Put the blocks together."""
        self.values = self.codes = None
        sizes = [len(v if v is not None else c) for v, c in self.blocks]
        if any(values is not None for values, _ in self.blocks):
            self.values = joined([v for v, _ in self.blocks], sizes, math.nan, float)
        if any(codes is not None for _, codes in self.blocks):
            self.codes = joined([c for _, c in self.blocks], sizes, -1, np.int32)
        self.texts = self.known.texts
        self.blocks = []
        return self


def joined(blocks, sizes, fill, dtype):
    """Return blocks as one array; one that is None is filled."""
    whole, stop = np.full(sum(sizes), fill, dtype), 0
    for block, size in zip(blocks, sizes):
        stop += size
        if block is not None:
            whole[stop - size : stop] = block
    return whole


def to_numbers(cells, plain):
    """Return texts as numbers up to 1e38; those that are none as NaN."""
    cells = [*map(plain, cells)] if plain else cells
    whole, values = "".join(cells), None
    if whole.isascii() and "_" not in whole:
        try:
            values = np.fromiter(map(float, cells), float, len(cells))
        except ValueError:
            values = None
    if values is None:
        numbers = (float(cell) if is_number(cell) else math.nan for cell in cells)
        values = np.fromiter(numbers, float, len(cells))
    return np.where(np.abs(values) < 1e38, values, math.nan)


class Rows:
    """Rows of a table: its columns by their names, and the place of each row."""

    def __init__(self, columns, place, index):
        self.columns, self.place, self.index = columns, place, index

    def __len__(self):
        return len(self.index)

    def __getitem__(self, some):
        return Rows(self.columns, self.place, self.index[some])

    def __array__(self, dtype=None, copy=None):
        """The cells as texts; numbers as Python writes them."""
        cells = [self.texts(name) for name in self.columns]
        return np.array(cells, dtype or object).T

    def where(self, row):
        """Return what messages call a row."""
        return self.place(self.index[row])

    def only(self, names):
        """Return the same rows of some columns."""
        some = {name: self.columns[name] for name in names}
        return Rows(some, self.place, self.index)

    def values(self, name):
        """Return the numbers of a column, NaN for texts."""
        values = self.columns[name].values
        return np.full(len(self), np.nan) if values is None else values[self.index]

    def codes(self, name):
        """Return the codes of the texts of a column, -1 for numbers."""
        codes = self.columns[name].codes
        return np.full(len(self), -1) if codes is None else codes[self.index]

    def texts(self, name):
        """Return the cells of a column as texts."""
        texts = np.array([*self.columns[name].texts, ""], dtype=object)
        cells, codes = texts[self.codes(name)], self.codes(name)
        numbers = np.flatnonzero(codes < 0)
        cells[numbers] = [*map(repr, self.values(name)[numbers].tolist())]
        return cells


def read_rows(path, names, read, wanted, chosen, plain):
    """Read the wanted columns of a table that `open_csv` has opened.

    Numbers in the `chosen` ones are texts; `plain` writes others as Python does.
    """
    check_memory(path)
    columns = {name: Column(name in chosen, plain) for name in wanted}
    places, lines = find_columns(wanted, names, path), []
    known = () if plain else [*columns.values()]
    for block, starts in read(places, known, 8192):
        for column, cells in zip(columns.values(), block):
            column.add(cells)
        lines.append(starts)
    for column in columns.values():
        column.finish()
    lines = np.concatenate([np.zeros(0, int), *lines])
    return Rows(
        columns, lambda row: f"{path}, line {lines[row]}", np.arange(len(lines))
    )


def read_tables(paths, open_table, roles, chosen=(), plain=None, **readers):
    """Read for each part the rows of features, and those of targets.

    Return, too, the names of all columns of the training part, of features and targets.
    `roles` are the features, the targets and what to drop; in the `chosen` columns
    numbers are texts. Of a part, `readers` may have another function than `read_rows`.
    """
    columns, read = open_table(paths["train"])
    features, targets = column_roles(columns, *roles, paths["train"])
    chosen = [columns[i] for i in find_columns(chosen, columns, paths["train"])]
    parts = {}
    for part, path in paths.items():
        names, read = (columns, read) if part == "train" else open_table(path)
        rows = readers.get(part, read_rows)(
            path, names, read, [*features, *targets], chosen, plain
        )
        parts[part] = rows.only(features), rows.only(targets)
    if len(parts["train"][0]) < 2:
        raise InputError(
            f"{paths['train']}: one row is not enough to learn from; add some"
        )
    return parts, columns, features, targets


def check_learnt(learnt, names):
    """Check that everything that the data section learns is there, by name."""
    lacking = [name for name in names if name not in learnt]
    if lacking:
        raise InputError(
            f"the weights come without {', '.join(lacking)}, learnt from the data; "
            "take the weights.npz of a training on this data"
        )


def check_columns(learnt, columns, path):
    """Check that a table has the columns of the table that was learnt from."""
    check_learnt(learnt, ["data/columns"])
    if learnt["data/columns"].tolist() != list(columns):
        raise InputError(
            f"{path}: other columns than the weights were trained on; train anew"
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


def column_numbers(rows, name, missing):
    """Return a column's cells as numbers, NaN for texts; and which are missing."""
    values, column = rows.values(name), rows.columns[name]
    absent = np.zeros(len(rows), bool)
    if column.codes is not None:
        codes, texts = rows.codes(name), [*column.texts, ""]
        values = np.where(codes < 0, values, to_numbers(texts, column.plain)[codes])
        words = np.array([text.lower() in missing for text in texts])
        absent = words[codes] & (codes >= 0)
    marks = [float(word) for word in missing if is_number(word)]
    if marks:  # such as -999
        absent |= np.isin(values, marks)
        values[absent] = math.nan
    return values, absent


@as_learnt()
def encode_cells(
    rows,
    names,
    learnt,
    missing,
    impute=False,
    last=False,
    trains=True,
    target=False,
    unknown=None,
    empty=np.empty,
):
    """Return the cells of rows as numbers; those of categories as the codes of these.

    A missing cell is an error; with `impute` it becomes NaN, or the code of the most
    frequent category, in all columns or those of a mask. `last` says that a split took
    the last rows. An error names the row; if it `trains`, also what the spec could say
    of features, or of a `target`. Categories that are not known are counted in
    `unknown`, if it is a Counter; their code is what was learnt for their column. What
    makes arrays is `empty`.
    """
    x = empty((len(rows), len(names)))
    fills = np.broadcast_to(impute, len(names))
    for column, name in enumerate(names):
        if (categories := learnt.get(f"data/categories/{column}")) is None:
            x[:, column], absent = column_numbers(rows, name, missing["numbers"])
        else:
            x[:, column], absent = category_codes(rows, name, categories, missing)
            if fills[column]:
                x[absent, column] = learnt["data/frequent"][column]
                absent[:] = False
        odd = np.isnan(x[:, column]) & ~(absent & fills[column])
        if unknown is not None and categories is not None:
            new = odd & ~absent
            x[new, column] = learnt["data/unknown"][column]  # NaN: it is an error
            unknown[name] += np.count_nonzero(new)
            odd = np.isnan(x[:, column])
        if odd.any():
            row = int(odd.argmax())
            count = np.count_nonzero(odd & (absent == absent[row]))
            text = None if absent[row] else rows[[row]].texts(name)[0][:60]
            fault = cell_fault(text, categories, count, trains)
            if trains and target:
                fault += TARGET_WAY_OUT * (text is None)
            elif trains:
                fault += way_out(text, json.dumps(name, ensure_ascii=False), categories)
            fault += ", or split with seed=0 or stratify=true" * (last and trains)
            raise InputError(f"{rows.where(row)}, column {name!r}: {fault}")
    return x


def category_codes(rows, name, categories, missing):
    """Return the codes of a column's cells, NaN for unknown ones; which are missing."""
    known = {text: code for code, text in enumerate(categories.tolist())}
    texts = rows.columns[name].texts
    codes = np.array([*(known.get(text, math.nan) for text in texts), math.nan])
    words = np.array([*(text.lower() in missing["texts"] for text in texts), False])
    places = rows.codes(name)
    return codes[places], words[places]


def cell_fault(text, categories, count, trains):
    """Say what is wrong with a text, None if it is missing, of so many cells."""
    more = f" (and {count - 1} more cells)" if count > 1 else ""
    if text is None:
        return f"the value is missing{more}; fill it in"
    if categories is None:
        return f"{text!r} is no number (up to 1e38){more}; correct it"
    if trains:
        return f"{text!r} is in no row of the training part{more}; leave such rows out"
    few = ", ".join(map(repr, categories[:10].tolist()))
    few += ", ..." * (len(categories) > 10)
    return f"{text!r} is no category that the model knows{more}; it knows {few}"


TARGET_WAY_OUT = ", or write without_target=drop in csv()"


def way_out(text, column, categories):
    """Say what a spec could do about it, where the column is a feature."""
    if text is None:
        return ", leave such rows out, or add an impute for features"
    if categories is not None:
        return f", or the column: drop=[{column}]"
    if re.fullmatch(r"[-+]?\d+,\d+", text):
        return ', or write decimal="," or thousands="," in csv()'
    word = json.dumps(text, ensure_ascii=False)
    return (
        f", name it in missing=[{word}], or take the whole column as categories: "
        f"one_hot([{column}])"
    )


def rows_of(names, cells, place, plain=None):
    """Return rows of texts, of which `cells` has those of each of these columns."""
    columns = {name: Column(of_texts=True, plain=plain) for name in names}
    for column, texts in zip(columns.values(), cells):
        column.add(texts)
        column.finish()
    return Rows(columns, place, np.arange(len(cells[0])))


def read_features(path, opened, columns, features, targets, keep, plain=None):
    """Yield the rows of the features of a file with or without targets.

    They come in blocks, as they are read, each with what its rows are called. `columns`
    are the names of all columns of the training data; those to `keep` are read, too.
    """
    names, read = opened
    numbered = columns == [str(i) for i in range(len(columns))]
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
    wanted = [*dict.fromkeys([*features, *keep])]
    for block, lines in read(find_columns(wanted, names, path), (), 512):
        places = [f"{path}, line {line}" for line in lines]
        rows = rows_of(wanted, block, places.__getitem__, plain)
        yield rows, rows.where


def data_folders(data_dir, spec_folder):
    """Return the folders to look for files in: the data directory, then the spec's."""
    given = data_dir or os.environ.get("NNSPEC_DATA")
    return [Path(given), spec_folder] if given else [spec_folder]


def find_file(name, folders):
    """Return the file of that name in the first folder that has it."""
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    places = " and ".join(str(folder.resolve()) for folder in folders)
    raise InputError(
        f"{name}: no such file in {places}; say where it is with --data-dir"
    )


def learn_classes(y, count, place, low=0, whole=True, last=False):
    """Return the `count` classes of labels y in order: numbers by size, texts by name.

    It is nothing where labels are classes as they stand: `whole` numbers, or any, from
    `low` to `count` - 1. `last` says that a split took the last rows.
    """
    numbers = y.dtype.kind in "biuf"
    if numbers:
        stands = (y >= low) & (y < count) & (y == np.floor(y))
        if not whole:  # shares of class 1
            stands = (y >= 0) & (y <= 1)
        if stands.all() or not np.isfinite(y).all():
            return {}
    elif y.dtype.kind not in "SU":
        return {}
    classes = np.unique(y if numbers else y.astype(str))
    if numbers and (classes == np.floor(classes)).all():
        classes = classes.astype(np.int64)
    if (found := len(classes)) == count:
        return {"data/classes": classes}
    few = ", ".join(map(repr, classes[:5].tolist())) + ", ..." * (found > 5)
    few = f"{found} class{'es' * (found != 1)} in the training part ({few})"
    way_out = "give rows of other classes"
    way_out += ", or split with stratify=true" * last
    if found > 1:
        loss = ", with sparse_categorical_crossentropy" * (low < 0 or not whole)
        way_out = f"end it in dense({found}, softmax){loss}, or {way_out}"
    if found > count and numbers:
        way_out += "; a loss for values, such as mse, takes numbers as they are"
    raise InputError(f"{place}: {few}, but the network tells {count} apart; {way_out}")


def label_values(rows, name, missing):
    """Return the labels that are not missing, as numbers if all of them are."""
    values, absent = column_numbers(rows, name, missing["numbers"])
    if not np.isnan(values[~absent]).any():
        return values[~absent]
    texts = rows.texts(name).tolist()
    return np.array([t for t in texts if t.lower() not in missing["texts"]])


def class_numbers(y, learnt, where="row {}".format, ignored=None, last=False):
    """Return labels y as the numbers of their classes, if classes were learnt.

    Beside classes of texts, a number is that of a class already. One that is `ignored`
    stays as it is; `last` says that a split took the last rows.
    """
    classes, numbers = learnt.get("data/classes"), y.dtype.kind in "biuf"
    if classes is None or not (numbers or y.dtype.kind in "SU"):
        return y
    if numbers and classes.dtype.kind == "U":
        return y
    y, names = (y, classes) if numbers else (y.astype(str), classes.astype(str))
    order = np.argsort(names)
    places = np.searchsorted(names, y, sorter=order)
    found = order[np.minimum(places, len(names) - 1)]
    counts = np.ones(y.shape, bool) if ignored is None else y != ignored
    if odd := np.argwhere(counts & (names[found] != y)).tolist():
        label, known = y[tuple(odd[0])].item(), classes.tolist()
        few = ", ".join(map(repr, known[:10])) + ", ..." * (len(known) > 10)
        found = f"{where(odd[0][0])}: the label {label!r} is none of the classes {few}"
        way_out = ", or split with seed=0 or stratify=true" * last
        raise InputError(f"{found}; correct it, leave such rows out{way_out}")
    return np.where(counts, found, -1 if ignored is None else ignored)


def encode_classes(rows, names, learnt, missing, ignored=None, last=False):
    """Return the cells of the target as the numbers of their classes."""
    classes, place = learnt.get("data/classes"), f", column {names[0]!r}"
    if classes is None or classes.dtype.kind != "U":
        y = encode_cells(rows, names, {}, missing, target=True)[:, 0]
    else:
        y = rows.texts(names[0])
        absent = [row for row, t in enumerate(y) if t.lower() in missing["texts"]]
        if absent:
            more = f" (and {len(absent) - 1} more cells)" * (len(absent) > 1)
            what = f"{rows.where(absent[0])}{place}: the value is missing{more}"
            raise InputError(f"{what}; fill it in{TARGET_WAY_OUT}")
        y = y.astype(str)
    return class_numbers(y, learnt, lambda row: rows.where(row) + place, ignored, last)


def check_classes(learnt, count):
    """Check that the names of the classes, if there are any, are `count` in number."""
    names = learnt.get("data/classes")
    if names is not None and names.shape != (count,):
        raise InputError(
            f"the weights' data/classes has the shape {names.shape}, not {(count,)}; "
            "take the weights.npz of a training on this data"
        )


def as_rows(rows, names, missing, where="row {}".format):
    """Return rows with columns of these names, as a file would have them.

    A row is a dict, or has its values in the order of the names; a text may be alone.
    """
    if isinstance(rows, Rows):
        return rows
    if isinstance(rows, (str, Mapping)) or not hasattr(rows, "__iter__"):
        raise InputError("rows: give a list of rows, even for one")
    cells = [row_cells(row, names, missing, where(i)) for i, row in enumerate(rows)]
    if not cells:
        raise InputError("rows: there are none; give some")
    return rows_of(names, [*zip(*cells)], where)


def row_cells(row, names, missing, place):
    """The texts of a row."""
    if isinstance(row, Mapping):
        try:
            row = [row[name] for name in names]
        except KeyError:
            keys = [*row]
            row = [row[keys[i]] for i in find_columns(names, keys, place)]
    elif isinstance(row, str) or not hasattr(row, "__len__"):
        row = [row]
    if len(row) != len(names):
        raise InputError(
            f"{place}: {len(row)} values for the columns {list(names)[:20]}; "
            "give one for each, or a dict"
        )
    return [cell_text(value, missing) for value in row]


def cell_text(value, missing):
    """A value as a text, as a file would have it; None and NaN as what is missing."""
    value = value.item() if isinstance(value, np.generic) else value
    if value is None or (isinstance(value, float) and math.isnan(value)):
        value = next(iter(missing["texts"]), str(value))
    return value.strip(" ") if isinstance(value, str) else str(value)


def holds_numbers(rows, learnt):
    """Whether rows are an array of numbers, and no column has categories instead."""
    kind = getattr(getattr(rows, "dtype", None), "kind", "O")
    return kind in "biuf" and not any("data/categories/" in name for name in learnt)


def given_parts(parts, names, take=np.asarray):
    """Each part's (x, y) that a caller gives, if these are the parts that there are."""
    with file_errors("parts", 'give {"train": (x, y)}, and "validation" or "test"'):
        if "train" not in parts or not set(parts) <= set(names):
            raise ValueError(f"these are {[*parts]}")
        return {part: (take(x), np.asarray(y)) for part, (x, y) in parts.items()}


def given_tables(parts, names, roles, missing):
    """What `read_tables` gives, of the rows and the targets that a caller gives."""
    parts, (target, features, drop) = given_parts(parts, names, list), roles
    columns = feature_names(parts["train"][0], target, features)
    numbered = columns == [*map(str, range(len(columns)))]
    total = len(columns) + len(target)
    for number in sorted(t % total for t in target if isinstance(t, int)):
        columns.insert(number, f"target {number}")
    if numbered:  # as a file's are that has no names
        columns = [*map(str, range(len(columns)))]
    columns += [name for name in target if not isinstance(name, int)]
    chosen, targets = column_roles(columns, target, features, drop, "parts")
    tables = {}
    for part, (rows, labels) in parts.items():
        where = f"parts, {part}, row {{}}".format
        x = as_rows(rows, chosen, missing, where)
        y = as_rows(labels, targets, missing, where)
        if len(x) != len(y):
            found = f"{len(x)} rows, but {len(y)} targets"
            raise InputError(f"parts, {part}: {found}; give each row one")
        tables[part] = x, y
    return tables, columns, chosen, targets


def feature_names(rows, target, features):
    """The columns of the rows but for the targets; of rows without names, numbers."""
    first = next(iter(rows), ())
    if isinstance(first, Mapping):
        return [name for name in first if name not in target]
    if features is None:
        return [str(i) for i in range(len(first))]
    if any(isinstance(name, int) for name in features):
        raise InputError("parts: the spec's features have numbers; give dicts as rows")
    return [*features]


def read_labelled(
    path, opened, columns, roles, texts=(), plain=None, read_rows=read_rows
):
    """Read the features and the targets of a file that is not split into parts.

    `columns` are those of the training data, and `roles` the names of the features and
    targets; in the `texts` numbers are texts.
    """
    (names, read), (features, targets) = opened, roles
    texts = [columns[i] for i in find_columns(texts, columns, path)]
    rows = read_rows(path, names, read, [*features, *targets], texts, plain)
    return rows.only(features), rows.only(targets)


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


def learn_categories(rows, names, missing, path, chosen=()):
    """Return the sorted categories of each column of texts, and the most frequent code.

    A column is one of texts if it holds no number, or is one of the `chosen`.
    """
    learnt = {"data/frequent": np.full(len(names), math.nan)}
    for column, name in enumerate(names):
        if name not in chosen and has_numbers(rows, name, missing):
            continue
        texts, codes = rows.columns[name].texts, rows.codes(name)
        counts = np.bincount(codes, minlength=len(texts))
        found = np.flatnonzero(counts).tolist()
        known = [i for i in found if texts[i].lower() not in missing["texts"]]
        known.sort(key=texts.__getitem__)
        categories = [texts[i] for i in known]
        if not categories:
            raise InputError(
                f"{path}, column {name!r}: no value in the training part; leave it out"
            )
        if len(categories) * max(map(len, categories)) > 2**24:
            raise InputError(
                f"{path}, column {name!r}: {len(categories)} different texts, too long "
                "for categories; leave it out of the features"
            )
        learnt["data/frequent"][column] = np.argmax(counts[known])
        learnt[f"data/categories/{column}"] = np.array(categories)
    return learnt


def has_numbers(rows, name, missing):
    """Whether a column holds a number that is a value."""
    values, _ = column_numbers(rows, name, missing["numbers"])
    if not np.isnan(values).all():
        return True
    codes = np.unique(rows.codes(name))
    texts = [rows.columns[name].texts[code] for code in codes[codes >= 0].tolist()]
    return any(finite_number(t) for t in texts if t.lower() not in missing["numbers"])


def by_blocks(prepare, x, empty=np.empty):
    """Return prepare(x), made of some rows at a time, which takes less memory."""
    first = prepare(x[:1])
    whole = empty((len(x), *first.shape[1:]), first.dtype)
    size = 1 + 2**20 // math.prod(first.shape)
    for start in range(0, len(x), size):
        whole[start : start + size] = prepare(x[start : start + size])
    return whole


def stratified_order(y, seed):
    """Return a random order of the rows in which any run has its share of each label.

    The i-th of the n rows of a label stands at (i + 1/2) / n of the way.
    """
    order = np.random.default_rng(seed).permutation(len(y))
    texts = np.asarray(y).reshape(len(y), -1).astype(str)[order]
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


def reshape_samples(x, shape):
    """Return the same values, each sample in this shape."""
    if math.prod(x.shape[1:]) != math.prod(shape):
        raise InputError(
            f"reshape: a sample of shape {x.shape[1:]} cannot take the shape {shape}; "
            "change the shape, or the network's input"
        )
    return x.reshape(len(x), *shape)


def number(value):
    """A number in six columns, or with an exponent if it is tiny or huge."""
    if value and not 1e-3 <= abs(value) < 9999.5:
        return f"{value:.2e}"
    return f"{value:#.5g}" if abs(value) >= 1 else f"{value:.4f}"


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


def orthogonal(rng, shape, gain):
    """Draw orthogonal rows or columns of length `gain` (Saxe et al., 2014)."""
    rows, columns = int(np.prod(shape[:-1])), shape[-1]
    normal = rng.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(normal)
    q *= np.sign(np.diag(r))  # so that every such matrix is equally likely
    return gain * (q if rows >= columns else q.T).reshape(shape)


if __name__ == "__main__":
    for _name in {"SIGINT", "SIGTERM", "SIGHUP"} & {*dir(signal)}:
        if signal.getsignal(getattr(signal, _name)) != signal.SIG_IGN:
            signal.signal(getattr(signal, _name), interrupt)
    sys.exit(main())

# nnspec sha256:0d3f1ad27a122df0655cf7e1d7cd4ed69167fd77c891b5f66203140c4d2bdc36

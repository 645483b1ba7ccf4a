"""mnist_512: (28, 28) -> (512,) -> (10,), 407,050 parameters.

python mnist_512_bare.py [FOLDER]  # where the data is; default: $NNSPEC_DATA

Compiled by nnspec 0.1.0 from mnist_512.nn (SHA-256 c32b14acb48e...).
Only the mathematics (--bare). The output is yours; nnspec claims no rights in it.
"""

import gzip
import math
import os
import sys
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np

EPOCHS = 5
BATCH_SIZE = 128
LEARNING_RATE = 0.001
SEED = 0
DTYPE = np.float32
SPEC_FOLDER = Path(__file__).resolve().parent

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


def views(flat):
    """Return views of the parts of one flat array, by the weights' names."""
    w = SimpleNamespace()
    for name, shape in SHAPES.items():
        part, flat = np.split(flat, [math.prod(shape)])
        setattr(w, name.replace("/", "_"), part.reshape(shape))
    return w


def initialize(w, rng):
    """Set the initial weights (the others stay 0)."""
    limit = math.sqrt(6 / (784 + 512))  # glorot_uniform
    w.dense_kernel[...] = rng.uniform(-limit, limit, (784, 512))
    limit = math.sqrt(6 / (512 + 10))  # glorot_uniform
    w.dense_1_kernel[...] = rng.uniform(-limit, limit, (512, 10))


def buffers(n, dtype):
    """Make the arrays for a batch of n samples."""
    new = partial(np.empty, dtype=dtype)
    a, da = SimpleNamespace(), SimpleNamespace()
    a.x = new((n, 28, 28))
    a.dense = new((n, 512))
    a.dense_1 = new((n, 10))
    a.p = new((n, 10))
    da.dense = new((n, 512))
    da.dense_1 = new((n, 10))
    return a, da


def forward(w, a):
    """Compute a.p from a.x."""
    a.flatten = a.x.reshape(-1, 784)

    np.matmul(a.flatten, w.dense_kernel, out=a.dense)  # (B, 784) @ (784, 512)
    a.dense += w.dense_bias
    np.maximum(a.dense, 0.0, out=a.dense)  # relu(x) = max(x, 0)

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

    da.dense *= a.dense > 0.0  # relu: dy/dx is 1 where y > 0, else 0
    # dense = flatten @ kernel + bias
    np.matmul(a.flatten.T, da.dense, out=dw.dense_kernel)  # (784, B) @ (B, 512)
    np.sum(da.dense, axis=0, out=dw.dense_bias)


# -- Optimizer -------------------------------------------------------------------------
def rmsprop(w, g, slots, learning_rate):
    """v = 0.9 * v + (1 - 0.9) * g**2, then w -= learning_rate * g / sqrt(v + 1e-07).

    RMSprop (Hinton, 2012). To save a pass, velocity is v / (1 - 0.9);
    rate and epsilon make up for it.
    """
    rate, epsilon = learning_rate / math.sqrt(1 - 0.9), 1e-07 / (1 - 0.9)
    s = np.empty_like(w)
    velocity = slots[0]
    velocity *= 0.9
    np.square(g, out=s)
    velocity += s
    np.add(velocity, epsilon, out=s)
    np.sqrt(s, out=s)
    np.divide(g, s, out=s)
    s *= rate
    w -= s


# -- Data ------------------------------------------------------------------------------
def load_data(data_dir=None):
    """The parts of the data, each (x, y)."""
    folder = Path(data_dir or os.environ.get("NNSPEC_DATA") or SPEC_FOLDER)
    parts = mnist_arrays(folder / "mnist")
    for part, (x, y) in parts.items():
        x = np.multiply(x, 1 / 255, dtype=DTYPE)
        y = y.reshape(-1).astype(np.intp)
        parts[part] = np.ascontiguousarray(x, DTYPE), y
    return parts


def mnist_arrays(folder):
    """Read (x, y) of both parts: each file has the shape of its array, then that."""
    arrays = []
    for part in ("train", "t10k"):
        for kind in ("images-idx3", "labels-idx1"):
            file = gzip.decompress((folder / f"{part}-{kind}-ubyte.gz").read_bytes())
            shape = np.frombuffer(file, ">u4", file[3], offset=4)
            array = np.frombuffer(file, np.uint8, offset=4 + shape.nbytes)
            arrays.append(array.reshape(shape))
    return {"train": tuple(arrays[:2]), "test": tuple(arrays[2:])}


# -- Training --------------------------------------------------------------------------
def run_epoch(state, epoch, x, y):
    """Train on every sample once; return the means of the loss and the metrics."""
    sums = np.zeros(len(METRICS))
    order = np.random.default_rng([SEED, epoch]).permutation(len(x))

    for start in range(0, len(x), BATCH_SIZE):
        rows = order[start : start + BATCH_SIZE]
        labels = y[rows]
        a, da = buffers(len(rows), DTYPE)
        np.take(x, rows, axis=0, out=a.x, mode="clip")  # "raise" copies twice
        forward(state.w, a)
        sums += len(rows) * measure(a, labels)
        backward(state.w, state.dw, a, da, labels)
        rmsprop(state.parameters, state.gradients, state.slots, LEARNING_RATE)
    return dict(zip(METRICS, (sums / len(x)).tolist()))


def evaluate_part(w, x, y, prefix):
    """Return the loss and the metrics over a part of the data."""
    sums = np.zeros(len(METRICS))
    for first in range(0, len(x), 512):
        rows = slice(first, first + 512)
        a, _ = buffers(min(512, len(x) - first), DTYPE)
        a.x = x[rows]
        forward(w, a)
        sums += len(y[rows]) * measure(a, y[rows])
    return {prefix + m: v for m, v in zip(METRICS, (sums / len(x)).tolist())}


def main():
    """Train, with a line for each epoch, test, and save the weights."""
    parts = load_data(*sys.argv[1:2])
    # One array each for all weights, all gradients, and what the optimizer keeps:
    state = SimpleNamespace()
    state.parameters = np.zeros(PARAMETERS, DTYPE)
    state.gradients = np.zeros(PARAMETERS, DTYPE)
    state.slots = np.zeros((1, PARAMETERS), DTYPE)
    state.w, state.dw = views(state.parameters), views(state.gradients)
    initialize(state.w, np.random.default_rng(SEED))
    for epoch in range(1, EPOCHS + 1):
        row = run_epoch(state, epoch, *parts["train"])
        print(f"epoch {epoch}", *(f"{k} {v:.4g}" for k, v in row.items()), sep="  ")
    row = evaluate_part(state.w, *parts["test"], "test_")
    print("test", *(f"{k} {v:.4g}" for k, v in row.items()), sep="  ")
    np.savez("weights.npz", **dict(zip(SHAPES, vars(state.w).values())))


if __name__ == "__main__":
    main()

# nnspec sha256:7bd4645956242973617a693d8bba98bbb57852205e4edf5368e90d47bf833fb0

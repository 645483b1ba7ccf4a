"""spirals: (2,) -> (64,) -> (64,) -> (3,), 4,547 parameters.

python spirals_bare.py

Compiled by nnspec 0.1.0 from spirals.nn (SHA-256 f11724450006...).
Only the mathematics (--bare). The output is yours; nnspec claims no rights in it.
"""

import math
from functools import partial
from types import SimpleNamespace

import numpy as np

EPOCHS = 60
BATCH_SIZE = 32
LEARNING_RATE = 0.01
SEED = 0
DTYPE = np.float32

# -- Network ---------------------------------------------------------------------------
# w   weights            dw  the derivatives of the loss with respect to them
# a   activations        da  the derivatives of the loss with respect to them
# B   size of a batch    p   the output of the network

SHAPES = {
    "dense/kernel": (2, 64),
    "dense/bias": (64,),
    "dense_1/kernel": (64, 64),
    "dense_1/bias": (64,),
    "dense_2/kernel": (64, 3),
    "dense_2/bias": (3,),
}
PARAMETERS = sum(map(math.prod, SHAPES.values()))  # 4,547 parameters
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
    limit = math.sqrt(6 / (2 + 64))  # glorot_uniform
    w.dense_kernel[...] = rng.uniform(-limit, limit, (2, 64))
    limit = math.sqrt(6 / (64 + 64))  # glorot_uniform
    w.dense_1_kernel[...] = rng.uniform(-limit, limit, (64, 64))
    limit = math.sqrt(6 / (64 + 3))  # glorot_uniform
    w.dense_2_kernel[...] = rng.uniform(-limit, limit, (64, 3))


def buffers(n, dtype):
    """Make the arrays for a batch of n samples."""
    new = partial(np.empty, dtype=dtype)
    a, da = SimpleNamespace(), SimpleNamespace()
    a.x = new((n, 2))
    a.dense = new((n, 64))
    a.dense_1 = new((n, 64))
    a.dense_2 = new((n, 3))
    a.p = new((n, 3))
    da.dense = new((n, 64))
    da.dense_1 = new((n, 64))
    da.dense_2 = new((n, 3))
    return a, da


def forward(w, a):
    """Compute a.p from a.x."""
    np.matmul(a.x, w.dense_kernel, out=a.dense)  # (B, 2) @ (2, 64)
    a.dense += w.dense_bias
    np.maximum(a.dense, 0.0, out=a.dense)  # relu(x) = max(x, 0)

    np.matmul(a.dense, w.dense_1_kernel, out=a.dense_1)  # (B, 64) @ (64, 64)
    a.dense_1 += w.dense_1_bias
    np.maximum(a.dense_1, 0.0, out=a.dense_1)  # relu

    np.matmul(a.dense_1, w.dense_2_kernel, out=a.dense_2)  # (B, 64) @ (64, 3)
    a.dense_2 += w.dense_2_bias
    # softmax: p = exp(z) / sum(exp(z)). Less the largest z, exp cannot overflow.
    a.peak = a.dense_2.max(axis=-1, keepdims=True)
    np.subtract(a.dense_2, a.peak, out=a.p)
    np.exp(a.p, out=a.p)
    a.total = a.p.sum(axis=-1, keepdims=True)
    a.p /= a.total


def measure(a, y):
    """Return the mean of -log p[y], y the index of the class, then the metrics."""
    picked = a.dense_2[np.arange(len(y)), y][:, None]
    loss = np.mean(np.log(a.total) + (a.peak - picked))  # -log(p[y])
    return np.array([loss, np.mean(a.p.argmax(axis=-1) == y)], float)


def backward(w, dw, a, da, y):
    """Compute the derivatives of the loss, from the last layer to the first."""
    # With respect to z, the derivative of -log(softmax(z)[y]) is p - one_hot(y).
    np.copyto(da.dense_2, a.p)
    da.dense_2[np.arange(len(y)), y] -= 1.0
    da.dense_2 /= len(y)

    # dense_2 = dense_1 @ kernel + bias
    np.matmul(a.dense_1.T, da.dense_2, out=dw.dense_2_kernel)  # (64, B) @ (B, 3)
    np.sum(da.dense_2, axis=0, out=dw.dense_2_bias)  # the bias is added to each row
    np.matmul(da.dense_2, w.dense_2_kernel.T, out=da.dense_1)  # (B, 3) @ (3, 64)

    da.dense_1 *= a.dense_1 > 0.0  # relu: dy/dx is 1 where y > 0, else 0
    # dense_1 = dense @ kernel + bias
    np.matmul(a.dense.T, da.dense_1, out=dw.dense_1_kernel)  # (64, B) @ (B, 64)
    np.sum(da.dense_1, axis=0, out=dw.dense_1_bias)
    np.matmul(da.dense_1, w.dense_1_kernel.T, out=da.dense)  # (B, 64) @ (64, 64)

    da.dense *= a.dense > 0.0  # relu
    # dense = x @ kernel + bias
    np.matmul(a.x.T, da.dense, out=dw.dense_kernel)  # (2, B) @ (B, 64)
    np.sum(da.dense, axis=0, out=dw.dense_bias)


# -- Optimizer -------------------------------------------------------------------------
def adam(w, g, slots, learning_rate, step):
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
    s = np.empty_like(w)
    m, v = slots
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
def load_data():
    """The parts of the data, each (x, y); and what was learnt from the training part."""
    learnt = {}
    parts = {"train": spirals(samples=1500, classes=3, noise=0.1, seed=0)}
    for part, (x, y) in parts.items():
        y = y.reshape(-1).astype(np.intp)
        parts[part] = x, y
    split_off(parts, validation=0.1, test=0.2)
    learn(parts["train"][0], learnt)
    return {p: (prepare(x, learnt), y) for p, (x, y) in parts.items()}, learnt


def learn(x, learnt):
    """Add what the transforms learn from x, the training part, one after another."""
    so_far = partial(prepare, learnt=learnt)
    learnt["data/mean"], learnt["data/deviation"] = mean_and_deviation(x, so_far)


def prepare(x, learnt):
    """Return x after the transforms, up to one that is still to learn."""
    x = np.asarray(x, np.result_type(x, DTYPE))
    if "data/mean" not in learnt:
        return x
    x = (x - learnt["data/mean"]) / learnt["data/deviation"]
    return np.ascontiguousarray(x, DTYPE)


def spirals(samples, classes, noise, seed):
    """Return points (N, 2) of spiral arms in the unit square, and their classes (N,).

    Each arm makes one turn about (0.5, 0.5). `noise` turns the points, in radians.
    """
    rng = np.random.default_rng(seed)
    arm = rng.permutation(samples) % classes
    radius = rng.random(samples)
    angle = 2 * np.pi * (radius + arm / classes) + noise * rng.normal(size=samples)
    x = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return 0.5 + 0.5 * x, arm.astype(np.intp)


class InputError(Exception):
    """Data, a file or an argument is wrong: one line says so, without a traceback."""


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
        state.step += 1
        adam(state.parameters, state.gradients, state.slots, LEARNING_RATE, state.step)
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
    parts, learnt = load_data()
    # One array each for all weights, all gradients, and what the optimizer keeps:
    state = SimpleNamespace(step=0)
    state.parameters = np.zeros(PARAMETERS, DTYPE)
    state.gradients = np.zeros(PARAMETERS, DTYPE)
    state.slots = np.zeros((2, PARAMETERS), DTYPE)
    state.w, state.dw = views(state.parameters), views(state.gradients)
    initialize(state.w, np.random.default_rng(SEED))
    for epoch in range(1, EPOCHS + 1):
        row = run_epoch(state, epoch, *parts["train"])
        row |= evaluate_part(state.w, *parts["validation"], "val_")
        print(f"epoch {epoch}", *(f"{k} {v:.4g}" for k, v in row.items()), sep="  ")
    row = evaluate_part(state.w, *parts["test"], "test_")
    print("test", *(f"{k} {v:.4g}" for k, v in row.items()), sep="  ")
    np.savez("weights.npz", **dict(zip(SHAPES, vars(state.w).values())), **learnt)


if __name__ == "__main__":
    main()

# nnspec sha256:d88960f0dc31e4d7d46cc243e5ec3237f36a9e3dae5b96b9ec9619a87fc41f4b

"""mnist_convolutions: (28, 28, 1) -> ... -> (10,), 1,199,882 parameters.

python mnist_convolutions_bare.py [FOLDER]  # where the data is; default: $NNSPEC_DATA

Compiled by nnspec 0.1.0 from mnist_convolutions.nn (SHA-256 45f5938fae75...).
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

EPOCHS = 6
BATCH_SIZE = 128
LEARNING_RATE = 0.001
SEED = 0
DTYPE = np.float32
INPUT_SHAPE = (28, 28, 1)
SPEC_FOLDER = Path(__file__).resolve().parent

# -- Network ---------------------------------------------------------------------------
# w   weights            dw  the derivatives of the loss with respect to them
# a   activations        da  the derivatives of the loss with respect to them
# B   size of a batch    p   the output of the network

SHAPES = {
    "conv2d/kernel": (3, 3, 1, 32),
    "conv2d/bias": (32,),
    "conv2d_1/kernel": (3, 3, 32, 64),
    "conv2d_1/bias": (64,),
    "dense/kernel": (9216, 128),
    "dense/bias": (128,),
    "dense_1/kernel": (128, 10),
    "dense_1/bias": (10,),
}
PARAMETERS = sum(map(math.prod, SHAPES.values()))  # 1,199,882 parameters
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
    limit = math.sqrt(6 / (9 + 288))  # glorot_uniform
    w.conv2d_kernel[...] = rng.uniform(-limit, limit, (3, 3, 1, 32))
    limit = math.sqrt(6 / (288 + 576))  # glorot_uniform
    w.conv2d_1_kernel[...] = rng.uniform(-limit, limit, (3, 3, 32, 64))
    limit = math.sqrt(6 / (9216 + 128))  # glorot_uniform
    w.dense_kernel[...] = rng.uniform(-limit, limit, (9216, 128))
    limit = math.sqrt(6 / (128 + 10))  # glorot_uniform
    w.dense_1_kernel[...] = rng.uniform(-limit, limit, (128, 10))


def buffers(n, dtype):
    """Make the arrays for a batch of n samples."""
    new = partial(np.empty, dtype=dtype)
    a, da = SimpleNamespace(), SimpleNamespace()
    a.x = new((n, 28, 28, 1))
    a.conv2d = new((n, 26, 26, 32))
    a.conv2d_1 = new((n, 24, 24, 64))
    a.max_pool = new((n, 12, 12, 64))
    a.max_pool_left = new((n, 12, 12, 64), dtype=bool)
    a.max_pool_first = new((n, 12, 12, 64), dtype=bool)
    a.dropout = new((n, 12, 12, 64))
    a.dropout_mask = new((n, 12, 12, 64))
    a.dense = new((n, 128))
    a.dropout_1_mask = new((n, 128))
    a.dense_1 = new((n, 10))
    a.p = new((n, 10))
    da.conv2d = new((n, 26, 26, 32))
    da.conv2d_1 = new((n, 24, 24, 64))
    da.max_pool = new((n, 12, 12, 64))
    da.flatten = da.max_pool.reshape(n, 9216)
    da.dense = new((n, 128))
    da.dense_1 = new((n, 10))
    return a, da


def windows(x, height, width):
    """Return the windows of the images x (n, H, W, C) as the rows of a matrix."""
    n, down, across, channels = x.shape
    rows, columns = down - height + 1, across - width + 1
    if channels < 3:  # the numbers that lie side by side are few: copy cell by cell
        cells = np.empty((height, width, channels, n, rows, columns), x.dtype)
        for i, j in np.ndindex(height, width):
            cells[i, j] = np.moveaxis(x[:, i : i + rows, j : j + columns], 3, 0)
        return cells.reshape(height * width * channels, -1).T
    view = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(1, 2))
    # (n, rows, columns, C, height, width) -> (n, rows, columns, height, width, C)
    return view.transpose(0, 1, 2, 4, 5, 3).reshape(-1, height * width * channels)


def convolve(x, kernel, out, at_once):
    """Compute out = conv(x, kernel): each window of the images x times the kernel.

    x (B, height, width, in), kernel (height, width, in, out), out (B, rows, columns,
    out). A few images at a time are unfolded into their windows, which stay in the
    cache; then it is one product of matrices (Chellapilla et al., 2006).
    """
    height, width, _, filters = kernel.shape
    for first in range(0, len(x), at_once):
        images = slice(first, first + at_once)
        y = out[images].reshape(-1, filters)
        np.matmul(windows(x[images], height, width), kernel.reshape(-1, filters), out=y)


def convolve_kernel(x, dy, out, at_once):
    """Compute the derivative of `convolve` with respect to its kernel, from dy."""
    height, width, _, filters = out.shape
    matrix = out.reshape(-1, filters)
    matrix[...] = 0.0
    for first in range(0, len(x), at_once):
        images = slice(first, first + at_once)
        slope = dy[images].reshape(-1, filters)
        matrix += windows(x[images], height, width).T @ slope


def sum_sites(x, out=None):
    """Sum over all axes but the last: as products, which are faster.

    A long sum in float32 drifts; sums of 256 rows each hardly do.
    """
    rows, ones = x.reshape(-1, x.shape[-1]), np.ones(256, x.dtype)
    blocks, rest = np.split(rows, [len(rows) // 256 * 256])
    total = np.matmul(ones[: len(rest)], rest, out=out)
    total += np.matmul(ones, blocks.reshape(-1, 256, x.shape[-1])).sum(axis=0)
    return total


def flipped(kernel):
    """Return the kernel that takes derivatives back: turned round, (..., out, in)."""
    return kernel[::-1, ::-1].swapaxes(2, 3)


def forward(w, a, rng=None):
    """Compute a.p from a.x; in training, rng draws the dropouts."""
    # conv: each window of the images, as a row, times the kernel, as a matrix
    # conv of (B, 28, 28, 1) and (3, 3, 1, 32)
    convolve(a.x, w.conv2d_kernel, a.conv2d, at_once=32)
    a.conv2d += np.tile(w.conv2d_bias, (26, 26, 1))
    np.maximum(a.conv2d, 0.0, out=a.conv2d)  # relu(x) = max(x, 0)

    # conv of (B, 26, 26, 32) and (3, 3, 32, 64)
    convolve(a.conv2d, w.conv2d_1_kernel, a.conv2d_1, at_once=4)
    a.conv2d_1 += np.tile(w.conv2d_1_bias, (24, 24, 1))
    np.maximum(a.conv2d_1, 0.0, out=a.conv2d_1)  # relu

    # max_pooling2d
    np.maximum(a.conv2d_1[:, ::2, ::2], a.conv2d_1[:, ::2, 1::2], out=a.max_pool)
    np.maximum(a.max_pool, a.conv2d_1[:, 1::2, ::2], out=a.max_pool)
    np.maximum(a.max_pool, a.conv2d_1[:, 1::2, 1::2], out=a.max_pool)

    # dropout: y = x * mask, each mask 0 with probability rate, else 1 / (1 - rate)
    if rng is not None:
        rng.random(dtype=a.dropout_mask.dtype, out=a.dropout_mask)
        np.greater_equal(a.dropout_mask, 0.25, out=a.dropout_mask)
        a.dropout_mask /= 1.0 - 0.25
        np.multiply(a.max_pool, a.dropout_mask, out=a.dropout)
    else:
        np.copyto(a.dropout, a.max_pool)

    a.flatten = a.dropout.reshape(-1, 9216)

    np.matmul(a.flatten, w.dense_kernel, out=a.dense)  # (B, 9216) @ (9216, 128)
    a.dense += w.dense_bias
    np.maximum(a.dense, 0.0, out=a.dense)  # relu

    if rng is not None:  # dropout
        rng.random(dtype=a.dropout_1_mask.dtype, out=a.dropout_1_mask)
        np.greater_equal(a.dropout_1_mask, 0.5, out=a.dropout_1_mask)
        a.dropout_1_mask /= 1.0 - 0.5
        a.dense *= a.dropout_1_mask

    np.matmul(a.dense, w.dense_1_kernel, out=a.dense_1)  # (B, 128) @ (128, 10)
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
    np.matmul(a.dense.T, da.dense_1, out=dw.dense_1_kernel)  # (128, B) @ (B, 10)
    np.sum(da.dense_1, axis=0, out=dw.dense_1_bias)  # the bias is added to each row
    np.matmul(da.dense_1, w.dense_1_kernel.T, out=da.dense)  # (B, 10) @ (10, 128)

    da.dense *= a.dropout_1_mask  # dropout: dy/dx = mask

    da.dense *= a.dense > 0.0  # relu: dy/dx is 1 where y > 0, else 0
    # dense = flatten @ kernel + bias
    np.matmul(a.flatten.T, da.dense, out=dw.dense_kernel)  # (9216, B) @ (B, 128)
    np.sum(da.dense, axis=0, out=dw.dense_bias)
    np.matmul(da.dense, w.dense_kernel.T, out=da.flatten)  # (B, 128) @ (128, 9216)

    da.max_pool *= a.dropout_mask  # dropout

    a.max_pool_left.fill(True)  # max_pooling2d: to the first of the largest
    for i, j in np.ndindex(2, 2):
        np.equal(a.conv2d_1[:, i::2, j::2], a.max_pool, out=a.max_pool_first)
        a.max_pool_first &= a.max_pool_left
        a.max_pool_left ^= a.max_pool_first
        np.multiply(da.max_pool, a.max_pool_first, out=da.conv2d_1[:, i::2, j::2])

    da.conv2d_1 *= a.conv2d_1 > 0.0  # relu
    # conv2d_1 = conv(conv2d, kernel) + bias
    convolve_kernel(a.conv2d, da.conv2d_1, dw.conv2d_1_kernel, at_once=4)
    sum_sites(da.conv2d_1, out=dw.conv2d_1_bias)
    padded = np.pad(da.conv2d_1, ((0, 0), (2, 2), (2, 2), (0, 0)))
    convolve(padded, flipped(w.conv2d_1_kernel), da.conv2d, at_once=2)

    da.conv2d *= a.conv2d > 0.0  # relu
    # conv2d = conv(x, kernel) + bias
    convolve_kernel(a.x, da.conv2d, dw.conv2d_kernel, at_once=32)
    sum_sites(da.conv2d, out=dw.conv2d_bias)


# -- Optimizer -------------------------------------------------------------------------

SHARES = 4  # of a batch: each draws random numbers of its own


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
def load_data(data_dir=None):
    """The parts of the data, each (x, y)."""
    folder = Path(data_dir or os.environ.get("NNSPEC_DATA") or SPEC_FOLDER)
    parts = mnist_arrays(folder / "mnist")
    for part, (x, y) in parts.items():
        x = reshape_samples(x, INPUT_SHAPE)
        x = np.multiply(x, 1 / 255, dtype=DTYPE)
        y = y.reshape(-1).astype(np.intp)
        parts[part] = np.ascontiguousarray(x, DTYPE), y
    split_off(parts, validation=0.1)
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


def reshape_samples(x, shape):
    """Return the same values, each sample in this shape."""
    if math.prod(x.shape[1:]) != math.prod(shape):
        raise InputError(
            f"reshape: a sample of shape {x.shape[1:]} cannot take the shape {shape}; "
            "change the shape, or the network's input"
        )
    return x.reshape(len(x), *shape)


# -- Training --------------------------------------------------------------------------
def run_epoch(state, epoch, x, y):
    """Train on every sample once; return the means of the loss and the metrics."""
    sums = np.zeros(len(METRICS))
    rng = np.random.default_rng([SEED, epoch])
    order = rng.permutation(len(x))
    rngs = rng.spawn(SHARES)

    def run_share(k, rows):
        labels = y[rows]
        a, da = buffers(len(rows), DTYPE)
        np.take(x, rows, axis=0, out=a.x, mode="clip")  # "raise" copies twice
        forward(state.w, a, rngs[k])
        measured = measure(a, labels)
        backward(state.w, state.dw[k], a, da, labels)
        return len(rows) * measured

    for start in range(0, len(x), BATCH_SIZE):
        rows = order[start : start + BATCH_SIZE]
        shares = np.array_split(rows, SHARES)[: len(rows)]
        parts = np.array([share.size for share in shares]) / rows.size
        sums += sum(map(run_share, range(SHARES), shares))
        np.dot(parts.astype(DTYPE), state.shares[: len(shares)], out=state.gradients)
        state.step += 1
        adam(state.parameters, state.gradients, state.slots, LEARNING_RATE, state.step)
    return dict(zip(METRICS, (sums / len(x)).tolist()))


def evaluate_part(w, x, y, prefix):
    """Return the loss and the metrics over a part of the data."""
    sums = np.zeros(len(METRICS))
    for first in range(0, len(x), 32):
        rows = slice(first, first + 32)
        a, _ = buffers(min(32, len(x) - first), DTYPE)
        a.x = x[rows]
        forward(w, a)
        sums += len(y[rows]) * measure(a, y[rows])
    return {prefix + m: v for m, v in zip(METRICS, (sums / len(x)).tolist())}


def main():
    """Train, with a line for each epoch, test, and save the weights."""
    parts = load_data(*sys.argv[1:2])
    # One array each for all weights, all gradients, and what the optimizer keeps:
    state = SimpleNamespace(step=0)
    state.parameters = np.zeros(PARAMETERS, DTYPE)
    state.gradients = np.zeros(PARAMETERS, DTYPE)
    state.slots = np.zeros((2, PARAMETERS), DTYPE)
    state.shares = np.zeros((SHARES, PARAMETERS), DTYPE)
    state.w, state.dw = views(state.parameters), [*map(views, state.shares)]
    initialize(state.w, np.random.default_rng(SEED))
    for epoch in range(1, EPOCHS + 1):
        row = run_epoch(state, epoch, *parts["train"])
        row |= evaluate_part(state.w, *parts["validation"], "val_")
        print(f"epoch {epoch}", *(f"{k} {v:.4g}" for k, v in row.items()), sep="  ")
    row = evaluate_part(state.w, *parts["test"], "test_")
    print("test", *(f"{k} {v:.4g}" for k, v in row.items()), sep="  ")
    np.savez("weights.npz", **dict(zip(SHAPES, vars(state.w).values())))


if __name__ == "__main__":
    main()

# nnspec sha256:c55cf3476b55adb1743a6b036a4dd48f7a810c088a1b335d598c6c3ee43aba1d

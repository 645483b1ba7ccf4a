from keras import ops


def sparsemax(x, axis=-1):
    """max(x - t, 0), and t such that all add up to 1 (Martins and Astudillo, 2016).

    The function that Keras 3.15 has of this name takes too small a t.
    """
    largest = ops.flip(ops.sort(ops.moveaxis(x, axis, -1), axis=-1), -1)
    count = ops.arange(1, x.shape[axis] + 1, dtype=x.dtype)
    excess = (ops.cumsum(largest, axis=-1) - 1.0) / count
    t = ops.max(excess, axis=-1, keepdims=True)  # that of as many as are above it
    return ops.maximum(x - ops.moveaxis(t, -1, axis), 0.0)

import numpy as np


def sum_sites(x, out=None):
    """Sum over all axes but the last: as products, which are faster.

    A long sum in float32 drifts; sums of 256 rows each hardly do.
    """
    rows, ones = x.reshape(-1, x.shape[-1]), np.ones(256, x.dtype)
    blocks, rest = np.split(rows, [len(rows) // 256 * 256])
    total = np.matmul(ones[: len(rest)], rest, out=out)
    total += np.matmul(ones, blocks.reshape(-1, 256, x.shape[-1])).sum(axis=0)
    return total

import numpy as np


def sum_rows(ids, dy, out):
    """Set row i of out (I, D) to the sum of the rows of dy (..., D) at ids (...) i."""
    # Small types sort much faster.
    ids = ids.reshape(-1).astype(np.min_scalar_type(len(out)))
    order = np.argsort(ids, kind="stable")
    ids, dy = ids[order], np.take(dy.reshape(-1, dy.shape[-1]), order, axis=0)
    starts = np.flatnonzero(np.append(True, ids[1:] != ids[:-1]))
    out[...] = 0.0
    out[ids[starts]] = np.add.reduceat(dy, starts, axis=0)

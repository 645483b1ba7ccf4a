import numpy as np


def orthogonal(rng, shape, gain):
    """Draw orthogonal rows or columns of length `gain` (Saxe et al., 2014)."""
    rows, columns = int(np.prod(shape[:-1])), shape[-1]
    normal = rng.standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(normal)
    q *= np.sign(np.diag(r))  # so that every such matrix is equally likely
    return gain * (q if rows >= columns else q.T).reshape(shape)

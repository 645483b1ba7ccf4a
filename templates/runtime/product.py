from itertools import repeat

import numpy as np

from .in_threads import in_threads


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

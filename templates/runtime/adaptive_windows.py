import numpy as np


def adaptive_windows(sizes, counts):
    """Yield the place of each window, and its cells, as indices of a batch.

    Window i of m over an axis of n cells has those from floor(i * n / m) on, and ends
    before ceil((i + 1) * n / m).
    """
    for place in np.ndindex(*counts):
        axes = zip(place, sizes, counts)
        cells = (slice(i * n // m, -(-(i + 1) * n // m)) for i, n, m in axes)
        yield (slice(None), *place), (slice(None), *cells)

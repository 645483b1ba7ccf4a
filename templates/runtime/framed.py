import numpy as np

NO_PADS = ((0, 0), (0, 0))


def framed(x, pads, at_once, dtype):
    """Yield some of the images x at a time with zeros around them, after their places.

    `pads` are the rows above and below and the columns to the left and right.
    """
    (top, bottom), (left, right) = pads
    n, height, width, channels = x.shape
    size = (min(n, at_once), top + height + bottom, left + width + right, channels)
    frame = np.zeros(size, dtype)
    for first in range(0, n, at_once):
        rows = slice(first, first + at_once)
        images = frame[: len(x[rows])]
        images[:, top : top + height, left : left + width] = x[rows]
        yield rows, images

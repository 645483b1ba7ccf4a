import numpy as np

NO_PADS = ((0, 0), (0, 0))


def framed(x, pads, at_once, dtype):
    """Some of the images x at once, with zeros around them; their places come first.

    `pads` are the rows above and below and the columns to the left and the right.
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

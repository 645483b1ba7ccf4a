import numpy as np


def taps(images, size, sites, strides, dilation):
    """Return a view of what all windows of the images have in each of their cells."""
    (sh, sw), (dh, dw) = strides, dilation
    down, across = (sites[0] - 1) * sh + 1, (sites[1] - 1) * sw + 1
    for i, j in np.ndindex(*size):
        y, x = i * dh, j * dw
        yield (i, j), images[:, y : y + down : sh, x : x + across : sw]

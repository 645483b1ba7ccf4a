import numpy as np


def taps(images, size, sites, strides, dilation):
    """For each cell of a window, what all windows of the images have there: a view."""
    (sh, sw), (dh, dw) = strides, dilation
    down, across = (sites[0] - 1) * sh + 1, (sites[1] - 1) * sw + 1
    for i, j in np.ndindex(*size):
        y, x = i * dh, j * dw
        yield (i, j), images[:, y : y + down : sh, x : x + across : sw]

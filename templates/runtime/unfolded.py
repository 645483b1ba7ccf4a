import numpy as np

from .framed import framed


def unfolded(x, size, sites, strides, dilation, pads, groups, at_once, dtype):
    """Yield the windows of some of the images x at a time, after their places.

    They are rows of a matrix for each group of channels: (groups, images * sites, rows
    * columns * channels of a window). There are `sites` windows down and across.
    """
    (kh, kw), (oh, ow), (sh, sw), (dh, dw) = size, sites, strides, dilation
    cells = None
    for rows, images in framed(x, pads, at_once, dtype):
        n, c = len(images), images.shape[-1] // groups
        image, row, column, channel = images.strides
        steps = (image, sh * row, sw * column, c * channel, dh * row, dw * column)
        windows = np.lib.stride_tricks.as_strided(
            images, (n, oh, ow, groups, kh, kw, c), (*steps, channel), writeable=False
        )
        if cells is None and c < 8:  # short runs: better to copy cell after cell
            cells = np.empty((groups, kh, kw, c, n, oh, ow), dtype)
            cells = cells.transpose(4, 5, 6, 0, 1, 2, 3)
        elif cells is None:
            cells = np.empty(windows.shape, dtype)
        np.copyto(cells[:n], windows)
        yield rows, cells[:n].reshape(n * oh * ow, groups, -1).swapaxes(0, 1)

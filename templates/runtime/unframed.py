import numpy as np


def unframed(out, size, sites, strides, pads, dilation, at_once):
    """Yield zeros to add to for some of the images `out` at a time, after their places.

    They hold all windows of this size at so many sites down and across. What they hold
    afterwards becomes the images, without the `pads`.
    """
    (top, _), (left, _) = pads
    n, height, width, channels = out.shape
    lengths = [
        max(before + length, (count - 1) * stride + (k - 1) * step + 1)
        for before, length, count, stride, k, step in zip(
            (top, left), (height, width), sites, strides, size, dilation
        )
    ]
    frame = np.empty((min(n, at_once), *lengths, channels), out.dtype)
    for first in range(0, n, at_once):
        rows = slice(first, min(first + at_once, n))
        part = frame[: rows.stop - first]
        part[...] = 0.0
        yield rows, part
        out[rows] = part[:, top : top + height, left : left + width]

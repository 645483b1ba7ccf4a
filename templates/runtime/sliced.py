import numpy as np


def sliced(x, depth, sites, stride, step, pads, groups, at_once):
    """Yield the slices of some of the volumes x at a time, after their places.

    A window of volumes is one of images that have its `depth` slices as channels, for
    each group of channels: (volumes * sites, height, width, groups * depth * c).
    """
    n, length, height, width, channels = x.shape
    size, few = (height, width, groups, channels // groups), max(1, at_once // sites)
    frame = np.zeros((min(n, few), sum(pads) + length, *size), x.dtype)
    for first in range(0, n, few):
        rows = slice(first, min(first + few, n))
        volumes = frame[: rows.stop - first]
        volumes[:, pads[0] : pads[0] + length] = x[rows].reshape(-1, length, *size)
        images = np.empty((len(volumes), sites, *size[:3], depth, size[3]), x.dtype)
        for i in range(depth):
            last = i * step + (sites - 1) * stride
            images[..., i, :] = volumes[:, i * step : last + 1 : stride]
        yield rows, images.reshape(len(volumes) * sites, height, width, -1)

import numpy as np


def shift_images(x, shift):
    """Move each image of x (N, h, w) or (N, h, w, c) down and right, in place.

    By whole pixels, shift (N, 2). What moves in from outside is the nearest edge.
    """
    most = np.abs(shift).max()
    frame = [(0, 0), (most, most), (most, most), (0, 0)]
    framed = np.pad(x, frame[: x.ndim], mode="edge")
    h, w = x.shape[1:3]
    for image, wide, (i, j) in zip(x, framed, most - shift):
        image[...] = wide[i : i + h, j : j + w]

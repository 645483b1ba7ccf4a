import numpy as np


def shift_images(x, shift):
    """Move each image of x (N, h, w) or (N, h, w, c) down and right, in place.

    `shift` (N, 2) is in whole pixels. The edge fills what moves in from outside.
    """
    most = np.abs(shift).max()
    frame = [(0, 0), (most, most), (most, most), (0, 0)]
    framed = np.pad(x, frame[: x.ndim], mode="edge")
    h, w = x.shape[1:3]
    for image, wide, (i, j) in zip(x, framed, most - shift):
        image[...] = wide[i : i + h, j : j + w]

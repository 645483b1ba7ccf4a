import numpy as np


def warp_images(x, angle=0.0, size=1.0, shift=(0.0, 0.0)):
    """Turn, resize and then move each image of x (N, h, w) or (N, h, w, c), in place.

    It turns by degrees to the left (N,), resizes by factors (N,), and moves by pixels
    down and right (N, 2). A pixel is interpolated from the four around the place that
    it comes from; outside of the image, that is the nearest edge.
    """
    (n, h, w), turn = x.shape[:3], np.deg2rad(angle)
    given = np.cos(turn) / size, np.sin(turn) / size, *np.transpose(shift)
    # Relative to the centre, (i, j) comes from (cos i + sin j, cos j - sin i) / size.
    given = [np.broadcast_to(a, n).astype(x.dtype)[:, None, None] for a in given]
    i = np.arange(h, dtype=x.dtype)[:, None] - (h - 1) / 2
    j = np.arange(w, dtype=x.dtype) - (w - 1) / 2
    block = max(1, 2**13 // (h * w))  # fits the cache
    for start in range(0, n, block):
        part = slice(start, start + block)
        cos, sin, down, right = (a[part] for a in given)
        rows = cos * (i - down) + sin * (j - right) + (h - 1) / 2
        columns = cos * (j - right) - sin * (i - down) + (w - 1) / 2
        rows, columns = rows.clip(0, h - 1), columns.clip(0, w - 1)
        top, left = rows.astype(np.intp), columns.astype(np.intp)
        axes = (..., *[None] * (x.ndim - 3))  # the channels of a pixel go together
        rows, columns = np.modf(rows)[0][axes], np.modf(columns)[0][axes]
        image = np.arange(len(top))[:, None, None] * (h * w)
        pixels = x[part].reshape(-1, *x.shape[3:])
        sides = []
        for i0 in (top, np.minimum(top + 1, h - 1)):
            places = [image + i0 * w + j0 for j0 in (left, np.minimum(left + 1, w - 1))]
            a, b = (pixels.take(place, axis=0, mode="clip") for place in places)
            sides.append(a + columns * (b - a))
        above, below = sides
        x[part] = above + rows * (below - above)

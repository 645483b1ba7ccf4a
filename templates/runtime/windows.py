import numpy as np


def windows(x, height, width):
    """Return the windows of the images x (n, H, W, C) as the rows of a matrix."""
    n, down, across, channels = x.shape
    rows, columns = down - height + 1, across - width + 1
    if channels < 3:  # the numbers that lie side by side are few: copy cell by cell
        cells = np.empty((height, width, channels, n, rows, columns), x.dtype)
        for i, j in np.ndindex(height, width):
            cells[i, j] = np.moveaxis(x[:, i : i + rows, j : j + columns], 3, 0)
        return cells.reshape(height * width * channels, -1).T
    view = np.lib.stride_tricks.sliding_window_view(x, (height, width), axis=(1, 2))
    # (n, rows, columns, C, height, width) -> (n, rows, columns, height, width, C)
    return view.transpose(0, 1, 2, 4, 5, 3).reshape(-1, height * width * channels)

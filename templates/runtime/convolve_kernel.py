from .windows import windows


def convolve_kernel(x, dy, out, at_once):
    """Compute the derivative of `convolve` with respect to its kernel, from dy."""
    height, width, _, filters = out.shape
    matrix = out.reshape(-1, filters)
    matrix[...] = 0.0
    for first in range(0, len(x), at_once):
        images = slice(first, first + at_once)
        slope = dy[images].reshape(-1, filters)
        matrix += windows(x[images], height, width).T @ slope

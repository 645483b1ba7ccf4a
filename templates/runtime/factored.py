import math


def factored(shapes):
    """Yield for each weight its part of the parameters, its shape, where its means are.

    Adafactor keeps a mean for each row and each column of a matrix (the last two axes
    of more). Of a vector it keeps one for each value, as if these were rows.
    """
    start = kept = 0
    for shape in shapes:
        size = math.prod(shape)
        rows, columns = size, 0
        if len(shape) > 1:
            rows, columns = size // shape[-1], size // shape[-2]
        stop, middle, end = start + size, kept + rows, kept + rows + columns
        yield slice(start, stop), shape, slice(kept, middle), slice(middle, end)
        start, kept = stop, end

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from .file_errors import file_errors
from .input_error import InputError
from .progress import progress


def load_images(paths, size, channels):
    """Read PNG and JPEG files in the size (h, w): uint8 (N, h, w, channels)."""
    try:
        from PIL import Image
    except ImportError as error:
        raise InputError("Pillow reads images: pip install pillow") from error
    mode = {1: "L", 3: "RGB", 4: "RGBA"}[channels]
    x = np.empty((len(paths), *size, channels), np.uint8)

    def load(i):
        with (
            file_errors(paths[i], "it should be a PNG or JPEG image"),
            Image.open(paths[i], formats=("PNG", "JPEG")) as image,
        ):
            if image.mode[0] in "IF":
                raise ValueError("it has more than 8 bits in a channel")
            colours = image.convert(mode)
            resized = colours.resize(size[::-1], Image.Resampling.BILINEAR)
            x[i] = np.asarray(resized).reshape(x.shape[1:])

    with ThreadPoolExecutor() as pool:
        read = pool.map(load, range(len(paths)))
        for _ in progress(range(len(paths)), "reading images"):
            next(read)
    return x

from .image_files import image_files
from .load_images import load_images


def images_at(path, size, channels):
    """Read one image, or those of a folder and of folders in it, by name, in blocks.

    Yield the images of each block, and their files.
    """
    paths = image_files(path) if path.is_dir() else [path]
    inside = (image_files(one) if one.is_dir() else [one] for one in paths)
    paths = [file for files in inside for file in files]
    for first in range(0, len(paths), 512):
        some = paths[first : first + 512]
        yield load_images(some, size, channels), [*map(str, some)]

from .image_files import image_files
from .load_images import load_images


def images_at(path, size, channels):
    """Read one image, or those of a folder in the order of their names, in blocks."""
    paths = image_files(path) if path.is_dir() else [path]
    for first in range(0, len(paths), 512):
        yield load_images(paths[first : first + 512], size, channels)

from .image_files import image_files
from .load_images import load_images


def images_at(path, size, channels):
    """Read one image, or the images of a folder in the order of their names."""
    return load_images(image_files(path) if path.is_dir() else [path], size, channels)

from .load_array import load_array
from .read_cifar10_batch import read_cifar10_batch


def cifar10_samples(path):
    """Read the pictures of a .bin file of CIFAR-10, or of an array saved by NumPy."""
    return read_cifar10_batch(path)[0] if path.suffix == ".bin" else load_array(path)

import numpy as np

from .class_number import class_number


def weights_of_classes(given, classes):
    """Return the weight of each class; it is 1 where none is given."""
    weights = np.ones(len(classes))
    for name, weight in given.items():
        weights[class_number(name, classes)] = weight
    return weights

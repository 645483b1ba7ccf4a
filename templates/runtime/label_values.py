import numpy as np

from .finite_number import finite_number


def label_values(texts, missing):
    """Return the labels that are not missing, as numbers if all of them are."""
    known = [text for text in texts.tolist() if text not in missing]
    numbers = all(map(finite_number, known))
    return np.array([*map(float, known)] if numbers else known)

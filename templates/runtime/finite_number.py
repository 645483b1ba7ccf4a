import math

from .is_number import is_number


def finite_number(text):
    """Whether a text is a finite number."""
    return is_number(text) and math.isfinite(float(text))

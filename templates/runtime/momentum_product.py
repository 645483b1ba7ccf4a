import math
from functools import cache


@cache
def momentum_product(steps):
    """Return the product of 1 - 0.96**t / 2 for t from 1 to steps (Dozat, 2016)."""
    return math.prod(1 - 0.5 * 0.96**t for t in range(1, steps + 1))

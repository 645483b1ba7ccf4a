import numpy as np


def truncated_normal(rng, mean, deviation, shape):
    """Draw normal numbers; those beyond two standard deviations are drawn again."""
    values = rng.standard_normal(shape)
    while (outside := np.abs(values) > 2.0).any():
        values[outside] = rng.standard_normal(np.count_nonzero(outside))
    return mean + deviation * values

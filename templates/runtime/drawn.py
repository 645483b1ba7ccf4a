import numpy as np

from .input_error import InputError


def drawn(p, temperature, rng):
    """Return an index, drawn by the probabilities p to the power 1 / temperature."""
    if not np.isfinite(p).all():
        raise InputError("what follows has no probabilities; train with a lower rate")
    if temperature == 0:
        return int(p.argmax())
    with np.errstate(divide="ignore", over="ignore"):  # the logarithm of 0 is -inf
        z = np.log(p.astype(float))
        z = np.exp((z - z.max()) / temperature)
    return int(rng.choice(len(z), p=z / z.sum()))

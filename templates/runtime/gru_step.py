import numpy as np


def gru_step(sums, gates, inner, h, activation, recurrent_activation):
    """Set the state after a step, h[1] (n, U), from h[0] and the sums.

    gates (n, 3 U) are the sums over x, inner (3, n, U) those over h[0]. sums (3, n, U)
    become what z, r, g are activations of, and the gates z, r, g, each a block (n, U),
    which is faster than parts of rows.
    """
    np.copyto(sums, gates.reshape(len(gates), 3, -1).swapaxes(0, 1))
    z, r, g = y = gates.reshape(sums.shape)
    sums[:2] += inner[:2]
    recurrent_activation(sums[:2], y[:2])
    np.multiply(r, inner[2], out=g)
    sums[2] += g
    activation(sums[2], g)
    np.subtract(h[0], g, out=h[1])  # h = z * h + (1 - z) * g
    h[1] *= z
    h[1] += g

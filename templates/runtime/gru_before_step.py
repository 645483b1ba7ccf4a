import numpy as np


def gru_before_step(
    sums, gates, kernel, reset, h, activation, recurrent_activation, mask=1.0
):
    """Set the state after a step, h[1] (n, U), from h[0] and the sums.

    gates (n, 3 U) are the sums over x, and of z and r, sums (3, n, U) are those over
    h[0]; kernel (U, U) is that of g. The sums become those over both, the gates z, r
    and g, each a block (n, U), which is faster than parts of rows. reset is r * h, with
    a dropout's mask for h.
    """
    sums[2] = 0.0
    sums += gates.reshape(len(reset), 3, -1).swapaxes(0, 1)
    z, r, g = y = gates.reshape(sums.shape)
    recurrent_activation(sums[:2], y[:2])
    np.multiply(r, h[0], out=reset)
    reset *= mask
    sums[2] += reset @ kernel
    activation(sums[2], g)
    np.subtract(h[0], g, out=h[1])  # h = z * h + (1 - z) * g
    h[1] *= z
    h[1] += g

import numpy as np


def gru_before_step(
    sums, gates, inner, kernel, reset, h, activation, recurrent_activation, mask=1.0
):
    """Set the state after a step, h[1] (n, U), from h[0] and the sums (n, 3 U).

    The gates z, r, g come of the sums over x, in whose place they may stand. inner
    (n, 2 U) are the sums of z and r over h[0], kernel (U, U) is that of g. reset is
    r * h, with a dropout's mask for h.
    """
    s, y = (x.reshape(len(x), 3, -1) for x in (sums, gates))
    s[:, :2] += inner.reshape(len(inner), 2, -1)
    recurrent_activation(s[:, :2], y[:, :2])
    z, r, g = (y[:, k] for k in range(3))
    np.multiply(r, h[0], out=reset)
    reset *= mask
    s[:, 2] += reset @ kernel
    activation(s[:, 2], g)
    np.subtract(h[0], g, out=h[1])  # h = z * h + (1 - z) * g
    h[1] *= z
    h[1] += g

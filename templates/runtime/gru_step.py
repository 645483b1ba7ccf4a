import numpy as np


def gru_step(sums, gates, inner, h, activation, recurrent_activation):
    """Set the state after a step, h[1] (n, U), from h[0] and the sums (n, 3 U).

    The gates z, r, g come of the sums over x, in whose place they may stand; inner are
    the sums over h[0].
    """
    s, y, more = (x.reshape(len(x), 3, -1) for x in (sums, gates, inner))
    s[:, :2] += more[:, :2]
    recurrent_activation(s[:, :2], y[:, :2])
    z, r, g = (y[:, k] for k in range(3))
    s[:, 2] += r * more[:, 2]
    activation(s[:, 2], g)
    np.subtract(h[0], g, out=h[1])  # h = z * h + (1 - z) * g
    h[1] *= z
    h[1] += g

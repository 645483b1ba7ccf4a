import numpy as np


def gru_step(gates, inner, h, activation, recurrent_activation):
    """Set the state after a step, h[1] (n, U), from h[0] and the gates (n, 3 U).

    The gates z, r, g are sums over x, which become what comes of them; inner are those
    over h[0].
    """
    u = h.shape[2]
    gates[:, : 2 * u] += inner[:, : 2 * u]
    recurrent_activation(gates[:, : 2 * u])
    z, r, g = (gates[:, k * u : (k + 1) * u] for k in range(3))
    g += r * inner[:, 2 * u :]
    activation(g)
    np.subtract(h[0], g, out=h[1])  # h = z * h + (1 - z) * g
    h[1] *= z
    h[1] += g

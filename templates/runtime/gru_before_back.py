import numpy as np


def gru_before_back(
    gates, kernel, h, dh, d, activation_back, recurrent_activation_back
):
    """Turn the gates into the gradients by their sums, dh into that by h before.

    h and dh (n, U) are those before and after the step; d is an array like the gates to
    work in.
    """
    u = h.shape[1]
    z, r, g = (gates[:, k * u : (k + 1) * u] for k in range(3))
    dz, dr, dg = (d[:, k * u : (k + 1) * u] for k in range(3))
    np.subtract(h, g, out=dz)  # h = z * h + (1 - z) * g
    dz *= dh
    np.multiply(dh, 1.0 - z, out=dg)
    dh *= z
    activation_back(g, dg)
    d_reset = dg @ kernel[:, 2 * u :].T  # g = activation(... + (r * h) @ kernel)
    np.multiply(d_reset, h, out=dr)
    dh += d_reset * r
    recurrent_activation_back(gates[:, : 2 * u], d[:, : 2 * u])
    dh += d[:, : 2 * u] @ kernel[:, : 2 * u].T
    np.copyto(gates, d)

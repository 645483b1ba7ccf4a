import numpy as np


def gru_back(gates, inner, h, dh, d, activation_back, recurrent_activation_back):
    """Turn gates and inner into the gradients by their sums, dh into z * dh.

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
    np.multiply(dg, inner[:, 2 * u :], out=dr)  # g = activation(... + r * inner)
    np.multiply(dg, r, out=inner[:, 2 * u :])
    recurrent_activation_back(gates[:, : 2 * u], d[:, : 2 * u])
    np.copyto(gates, d)
    np.copyto(inner[:, : 2 * u], d[:, : 2 * u])

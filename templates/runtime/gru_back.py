import numpy as np


def gru_back(sums, gates, inner, h, dh, d, activation_back, recurrent_activation_back):
    """Turn gates and inner into the gradients by their sums, dh into z * dh.

    h and dh (n, U) are those before and after the step; d is an array like the gates to
    work in.
    """
    s, y, more, dy = (x.reshape(len(x), 3, -1) for x in (sums, gates, inner, d))
    z, r, g = (y[:, k] for k in range(3))
    dz, dr, dg = (dy[:, k] for k in range(3))
    np.subtract(h, g, out=dz)  # h = z * h + (1 - z) * g
    dz *= dh
    np.multiply(dh, 1.0 - z, out=dg)
    dh *= z
    activation_back(s[:, 2], g, dg)
    np.multiply(dg, more[:, 2], out=dr)  # g = activation(... + r * inner)
    np.multiply(dg, r, out=more[:, 2])
    recurrent_activation_back(s[:, :2], y[:, :2], dy[:, :2])
    np.copyto(gates, d)
    np.copyto(more[:, :2], dy[:, :2])

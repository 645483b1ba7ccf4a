import numpy as np


def gru_back(sums, gates, inner, h, dh, d, activation_back, recurrent_activation_back):
    """Turn gates and inner into the gradients by their sums, dh into z * dh.

    Both are blocks (n, U), the gradients rows (n, 3 U). h and dh (n, U) are those
    before and after the step; d (3, n, U) is to work in.
    """
    z, r, g = y = gates.reshape(d.shape)
    dz, dr, dg = d
    np.subtract(h, g, out=dz)  # h = z * h + (1 - z) * g
    dz *= dh
    np.multiply(dh, 1.0 - z, out=dg)
    dh *= z
    activation_back(sums[2], g, dg)
    np.multiply(dg, inner[2], out=dr)  # g = activation(... + r * inner)
    np.multiply(dg, r, out=g)
    recurrent_activation_back(sums[:2], y[:2], d[:2])
    rows = inner.reshape(len(h), 3, -1)
    rows[:, :2], rows[:, 2] = d[:2].swapaxes(0, 1), g
    gates.reshape(len(h), 3, -1)[...] = d.swapaxes(0, 1)

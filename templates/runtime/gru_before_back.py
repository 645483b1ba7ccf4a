import numpy as np


def gru_before_back(
    sums,
    gates,
    kernel,
    h,
    dh,
    d,
    activation_back,
    recurrent_activation_back,
    mask=1.0,
):
    """Turn the gates into the gradients by their sums, dh into that by h before.

    The gates are blocks (n, U), the gradients rows (n, 3 U). What comes to h by the
    sums of z and r is not in dh yet. h and dh (n, U) are those before and after the
    step; d (3, n, U) is to work in.
    """
    z, r, g = y = gates.reshape(d.shape)
    dz, dr, dg = d
    np.subtract(h, g, out=dz)  # h = z * h + (1 - z) * g
    dz *= dh
    np.multiply(dh, 1.0 - z, out=dg)
    dh *= z
    activation_back(sums[2], g, dg)
    d_reset = dg @ kernel.T * mask  # g = activation(... + (r * h * mask) @ kernel)
    np.multiply(d_reset, h, out=dr)
    dh += d_reset * r
    recurrent_activation_back(sums[:2], y[:2], d[:2])
    gates.reshape(len(h), 3, -1)[...] = d.swapaxes(0, 1)

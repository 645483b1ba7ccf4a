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

    What comes to h by the sums of z and r is not in dh yet. h and dh (n, U) are those
    before and after the step; d is an array like the gates to work in.
    """
    s, y, dy = (x.reshape(len(x), 3, -1) for x in (sums, gates, d))
    z, r, g = (y[:, k] for k in range(3))
    dz, dr, dg = (dy[:, k] for k in range(3))
    np.subtract(h, g, out=dz)  # h = z * h + (1 - z) * g
    dz *= dh
    np.multiply(dh, 1.0 - z, out=dg)
    dh *= z
    activation_back(s[:, 2], g, dg)
    d_reset = dg @ kernel.T * mask  # g = activation(... + (r * h * mask) @ kernel)
    np.multiply(d_reset, h, out=dr)
    dh += d_reset * r
    recurrent_activation_back(s[:, :2], y[:, :2], dy[:, :2])
    np.copyto(gates, d)

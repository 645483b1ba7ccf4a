import numpy as np


def lstm_back(
    sums, gates, c, act, dh, dc, d, activation_back, recurrent_activation_back
):
    """Turn the gates into the gradients by their sums, and dc into that by c before.

    c are the states before and after, dh and dc are (n, U); d is an array like the
    gates to work in.
    """
    s, y, dy = (x.reshape(len(x), 4, -1) for x in (sums, gates, d))
    i, f, g, o = (y[:, k] for k in range(4))
    di, df, dg, do = (dy[:, k] for k in range(4))
    np.multiply(dh, o, out=do)  # h = o * activation(c)
    activation_back(c[1], act, do)
    dc += do
    np.multiply(dh, act, out=do)
    np.multiply(dc, g, out=di)  # c = f * c + i * g
    np.multiply(dc, c[0], out=df)
    np.multiply(dc, i, out=dg)
    dc *= f
    recurrent_activation_back(s[:, :2], y[:, :2], dy[:, :2])
    activation_back(s[:, 2], g, dg)
    recurrent_activation_back(s[:, 3], o, do)
    np.copyto(gates, d)

import numpy as np


def lstm_back(
    sums, gates, c, act, dh, dc, d, activation_back, recurrent_activation_back
):
    """Turn the gates into the gradients by their sums, and dc into that by c before.

    The gates are blocks (n, U), the gradients rows (n, 4 U). c are the states before
    and after, dh and dc are (n, U); d (4, n, U) is to work in.
    """
    i, f, g, o = y = gates.reshape(d.shape)
    di, df, dg, do = d
    np.multiply(dh, o, out=do)  # h = o * activation(c)
    activation_back(c[1], act, do)
    dc += do
    np.multiply(dh, act, out=do)
    np.multiply(dc, g, out=di)  # c = f * c + i * g
    np.multiply(dc, c[0], out=df)
    np.multiply(dc, i, out=dg)
    dc *= f
    recurrent_activation_back(sums[:2], y[:2], d[:2])
    activation_back(sums[2], g, dg)
    recurrent_activation_back(sums[3], o, do)
    gates.reshape(len(dh), 4, -1)[...] = d.swapaxes(0, 1)

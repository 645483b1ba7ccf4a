import numpy as np


def lstm_back(gates, c, act, dh, dc, d, activation_back, recurrent_activation_back):
    """Turn the gates into the gradients by their sums, and dc into that by c before.

    c, dh and dc are (n, U); d is an array like the gates to work in.
    """
    u = c.shape[1]
    i, f, g, o = (gates[:, k * u : (k + 1) * u] for k in range(4))
    di, df, dg, do = (d[:, k * u : (k + 1) * u] for k in range(4))
    np.multiply(dh, o, out=do)  # h = o * activation(c)
    activation_back(act, do)
    dc += do
    np.multiply(dh, act, out=do)
    np.multiply(dc, g, out=di)  # c = f * c + i * g
    np.multiply(dc, c, out=df)
    np.multiply(dc, i, out=dg)
    dc *= f
    recurrent_activation_back(gates[:, : 2 * u], d[:, : 2 * u])
    activation_back(g, dg)
    recurrent_activation_back(o, do)
    np.copyto(gates, d)

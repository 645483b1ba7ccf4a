import numpy as np


def lstm_step(gates, c, act, h, activation, recurrent_activation):
    """Set the states after a step, c[1] and h (n, U), from c[0] and the gates (n, 4 U).

    The gates i, f, g, o are sums, which become what comes of them; act is that of c[1].
    """
    u = h.shape[1]
    recurrent_activation(gates[:, : 2 * u])
    activation(gates[:, 2 * u : 3 * u])
    recurrent_activation(gates[:, 3 * u :])
    i, f, g, o = (gates[:, k * u : (k + 1) * u] for k in range(4))
    np.multiply(f, c[0], out=c[1])  # c = f * c + i * g
    np.multiply(i, g, out=act)
    c[1] += act
    np.copyto(act, c[1])
    activation(act)
    np.multiply(o, act, out=h)  # h = o * activation(c)

import numpy as np


def lstm_step(sums, gates, c, act, h, activation, recurrent_activation):
    """Set the states after a step, c[1] and h (n, U), from c[0] and the sums (n, 4 U).

    The gates i, f, g, o come of the sums, in whose place they may stand; act is that of
    c[1].
    """
    s, y = (x.reshape(len(x), 4, -1) for x in (sums, gates))
    recurrent_activation(s[:, :2], y[:, :2])
    activation(s[:, 2], y[:, 2])
    recurrent_activation(s[:, 3], y[:, 3])
    i, f, g, o = (y[:, k] for k in range(4))
    np.multiply(f, c[0], out=c[1])  # c = f * c + i * g
    np.multiply(i, g, out=act)
    c[1] += act
    activation(c[1], act)
    np.multiply(o, act, out=h)  # h = o * activation(c)

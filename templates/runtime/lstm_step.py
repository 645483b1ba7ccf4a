import numpy as np


def lstm_step(sums, gates, c, act, h, activation, recurrent_activation):
    """Set the states after a step, c[1] and h (n, U), from c[0] and the sums.

    gates (n, 4 U) are the sums over x, sums (4, n, U) those over h. The sums become
    those over both, the gates i, f, g, o, each a block (n, U), which is faster than
    parts of rows. act is activation(c[1]).
    """
    sums += gates.reshape(len(h), 4, -1).swapaxes(0, 1)
    i, f, g, o = y = gates.reshape(4, *h.shape)
    recurrent_activation(sums[:2], y[:2])
    activation(sums[2], g)
    recurrent_activation(sums[3], o)
    np.multiply(f, c[0], out=c[1])  # c = f * c + i * g
    np.multiply(i, g, out=act)
    c[1] += act
    activation(c[1], act)
    np.multiply(o, act, out=h)  # h = o * activation(c)

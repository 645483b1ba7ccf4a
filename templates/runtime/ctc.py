import numpy as np

from .log_softmax import log_softmax


def ctc(z, y, out=None):
    """Return -log p(y) of each sample (N,), from logits z (N, T, K) and labels (N, L).

    p(y) is the sum over all ways to say the labels, one class at each step, in which a
    label may last and blanks, class 0, may stand between; the same label twice needs
    one (Graves and others, 2006). Labels end where zeros fill them up. With out, set
    that to the derivative by z.
    """
    logs = log_softmax(z.astype(np.float64), -1)  # sums of many steps need the digits
    n, steps, classes = z.shape
    rows, states = np.arange(n), np.zeros((n, 2 * y.shape[1] + 1), np.intp)
    states[:, 1::2] = y  # a blank, a label, a blank, ...
    leaps = (states[:, 2:] != 0) & (states[:, 2:] != states[:, :-2])
    leaps = np.where(leaps, 0.0, -np.inf)  # over the blank between two other labels
    each = np.take_along_axis(logs, states[:, None], axis=2)
    ahead = np.full(each.shape, -np.inf)  # log of all ways to here
    ahead[:, 0, :2] = each[:, 0, :2]
    for t in range(1, steps):
        now, before = ahead[:, t], ahead[:, t - 1]
        now[...] = before
        now[:, 1:] = np.logaddexp(now[:, 1:], before[:, :-1])
        now[:, 2:] = np.logaddexp(now[:, 2:], before[:, :-2] + leaps)
        now += each[:, t]
    last = 2 * np.count_nonzero(y, axis=1)
    back = np.full(states.shape, -np.inf)  # log of all ways from here to the end
    back[rows, np.maximum(last - 1, 0)] = back[rows, last] = 0.0
    total = np.logaddexp.reduce(ahead[:, -1] + back, axis=1)
    if out is None:
        return -total
    for t in reversed(range(steps)):
        ahead[:, t] += back
        on = each[:, t] + back
        back = on.copy()
        back[:, :-1] = np.logaddexp(back[:, :-1], on[:, 1:])
        back[:, :-2] = np.logaddexp(back[:, :-2], on[:, 2:] + leaps)
    shares = np.exp(ahead - total[:, None, None])  # of each state at each step
    places = (rows[:, None, None] * steps + np.arange(steps)[:, None]) * classes
    places = (places + states[:, None]).reshape(-1)
    counted = np.bincount(places, shares.reshape(-1), minlength=logs.size)
    np.subtract(np.exp(logs), counted.reshape(z.shape), out=out)
    return -total

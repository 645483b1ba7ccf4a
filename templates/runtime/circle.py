import numpy as np


def circle(p, y, gamma, margin, remove_diagonal):
    """Return the circle losses of embeddings p (n, D) with classes y, and their slope.

    The slope is the derivative of the sum of the losses by p. An embedding alone of its
    class, or without one of another, has the loss 0.
    """
    d = 1.0 - p @ p.T
    apart = d > 0.0
    d *= apart
    alike = y[:, None] == y
    others = ~alike
    if remove_diagonal:
        np.fill_diagonal(alike, False)
    weight = np.maximum(1.0 + margin - d, 0.0)
    near = gamma * (np.square(d) - margin**2)
    far = gamma * weight * (1.0 - margin - d)
    sums = [_log_sum(near, alike), _log_sum(far, others)]
    total = sums[0] + sums[1]
    losses = np.logaddexp(total, 0.0)  # log(1 + exp(total))
    share = np.exp(total - losses)
    slope = np.zeros_like(d)
    for x, where, whole, by_d in (
        (near, alike, sums[0], 2.0 * d),
        (far, others, sums[1], (weight > 0.0) * (2.0 * d - 2.0)),
    ):
        finite = np.where(where & (share > 0.0), x - whole, -np.inf)
        slope += np.exp(finite) * share * (gamma * by_d)
    slope *= apart
    return losses[:, 0], -(slope + slope.T) @ p


def _log_sum(x, where):
    """Return log(sum(exp(x))) of each row over some places; of none it is -inf."""
    x = np.where(where, x, -np.inf)
    peak = np.maximum(x.max(axis=1, keepdims=True), np.finfo(x.dtype).min)
    with np.errstate(divide="ignore"):  # log(0) is -inf, as it should be
        return peak + np.log(np.exp(x - peak).sum(axis=1, keepdims=True))

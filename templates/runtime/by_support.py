def by_support(scores, y):
    """Return the mean of the columns' scores, weighted by numbers of positives."""
    support = y.sum(axis=0, dtype=float)
    return float(scores @ support / max(support.sum(), 1e-7))

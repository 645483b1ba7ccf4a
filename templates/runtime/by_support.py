def by_support(scores, y):
    """The mean of columns' scores, weighted by how often each is right."""
    support = y.sum(axis=0, dtype=float)
    return float(scores @ support / max(support.sum(), 1e-7))

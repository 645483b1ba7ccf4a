import numpy as np


def stratified_order(y, seed):
    """Return a random order of the rows in which any run has its share of each label.

    The i-th of the n rows of a label stands at (i + 1/2) / n of the way.
    """
    order = np.random.default_rng(seed).permutation(len(y))
    texts = np.asarray(y).reshape(len(y), -1).astype(str)[order]
    _, labels, counts = np.unique(
        texts, axis=0, return_inverse=True, return_counts=True
    )
    labels = labels.reshape(-1)
    by_label = np.argsort(labels, kind="stable")
    starts = np.cumsum(counts) - counts
    rank = np.empty(len(y))
    rank[by_label] = np.arange(len(y)) - starts[labels[by_label]]
    return order[np.argsort((rank + 0.5) / counts[labels], kind="stable")]

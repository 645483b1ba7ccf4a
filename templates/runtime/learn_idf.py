from collections import Counter

import numpy as np

from .tokens import tokens


def learn_idf(texts, vocabulary, size):
    """The weight of each word, the greater the fewer texts have it.

    It is log(1 + texts / (1 + those that have it)); that of all words beyond the
    vocabulary, which comes first, is the mean of these.
    """
    counts = Counter()
    for text in texts:
        counts.update({*tokens(text)})
    having = np.array([counts[word] for word in vocabulary.tolist()])
    weights, idf = np.zeros(size), np.log(1 + len(texts) / (1 + having))
    weights[: len(idf) + 1] = idf.mean(), *idf
    return weights

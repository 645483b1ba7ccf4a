from collections import Counter

import numpy as np

from .tokens import tokens


def learn_idf(texts, vocabulary, size):
    """Return the weight of each word: the fewer texts have it, the larger it is.

    It is log(1 + texts / (1 + texts with the word)). Place 0 is for all words beyond
    the vocabulary; its weight is the mean of the others.
    """
    counts = Counter()
    for text in texts:
        counts.update({*tokens(text)})
    having = np.array([counts[word] for word in vocabulary.tolist()])
    weights, idf = np.zeros(size), np.log(1 + len(texts) / (1 + having))
    weights[: len(idf) + 1] = idf.mean(), *idf
    return weights

from array import array
from collections import Counter
from itertools import repeat

import numpy as np

from .sparse_rows import sparse_rows
from .tokens import tokens


def bag_of_words(texts, vocabulary, size, weights=None):
    """Count the words of each text, times their weights; or put 1 for those it has.

    The words of the vocabulary are numbered from 1; 0 stands for all other words.
    """
    numbers = {word: i for i, word in enumerate(vocabulary.tolist(), 1)}
    columns, counts, distinct = array("q"), array("q"), []
    for text in texts:
        bag = Counter(map(numbers.get, tokens(text), repeat(0)))
        columns.extend(bag.keys())
        counts.extend(bag.values())
        distinct.append(len(bag))
    rows, columns = np.repeat(np.arange(len(texts)), distinct), np.asarray(columns)
    values = None
    if weights is not None:
        values = weights[columns] * np.asarray(counts, weights.dtype)
    return sparse_rows(rows, columns, (len(texts), size), values)

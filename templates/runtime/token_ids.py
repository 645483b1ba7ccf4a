import numpy as np

from .tokens import tokens


def token_ids(texts, vocabulary, length):
    """Return the ids (N, length) of the first words of each text, then 0.

    Those of the vocabulary are numbered from 2; 1 stands for all other words.
    """
    numbers = {word: i for i, word in enumerate(vocabulary.tolist(), 2)}
    ids = np.zeros((len(texts), length), np.intp)
    for row, text in zip(ids, texts):
        found = [numbers.get(word, 1) for word in tokens(text)[:length]]
        row[: len(found)] = found
    return ids

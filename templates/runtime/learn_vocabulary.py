from collections import Counter

import numpy as np

from .input_error import InputError
from .tokens import tokens


def learn_vocabulary(texts, size):
    """Return the size - 1 most frequent words; of equally frequent ones, the last."""
    counts = Counter()
    for text in texts:
        counts.update(tokens(text))
    ranked = sorted(counts, key=lambda word: (counts[word], word), reverse=True)
    words = ranked[: size - 1]
    longest = max(map(len, words), default=0)
    if not words or len(words) * longest > 2**24:
        found = f"{len(words)} words, up to {longest} letters long"
        raise InputError(f"vocabulary: {found}; give texts of words")
    return np.array(words)

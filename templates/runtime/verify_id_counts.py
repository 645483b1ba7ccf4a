import numpy as np

from .input_error import InputError


def verify_id_counts(learnt, features, count, path):
    """Check that the network has a vector for each id of a category, and for 0."""
    for column in np.flatnonzero(learnt["data/ids"]).tolist():
        ids = len(learnt[f"data/categories/{column}"]) + 1
        if ids > count:
            raise InputError(
                f"{path}, column {features[column]!r}: {ids} ids, one for each category"
                f" and 0, but the embedding has vectors for {count}; write {ids} there"
            )

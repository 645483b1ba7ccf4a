import numpy as np

from .file_errors import file_errors


def given_samples(parts, names, take=np.asarray):
    """Each part's (x,) that a caller gives, if these are the parts that there are."""
    with file_errors("parts", 'give {"train": x}, and "validation" or "test"'):
        if "train" not in parts or not set(parts) <= set(names):
            raise ValueError(f"these are {[*parts]}")
        return {part: (take(x),) for part, x in parts.items()}

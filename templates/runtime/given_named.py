import numpy as np

from .file_errors import file_errors


def given_named(parts, names, inputs, labels):
    """Each part's arrays that a caller gives, in the order of inputs and labels.

    Of several `inputs` or `labels`, these are the names; of one there are none.
    """
    with file_errors("parts", 'give {"train": (x, y)}, arrays or dicts of these'):
        if "train" not in parts or not set(parts) <= set(names):
            raise ValueError(f"these are {[*parts]}")
        return {
            part: (*in_order(x, inputs), *in_order(y, labels))
            for part, (x, y) in parts.items()
        }


def in_order(arrays, names):
    """Return arrays in the order of their names; the only one, if there are none."""
    if not names:
        return (np.asarray(arrays),)
    if lacking := [name for name in names if name not in arrays]:
        raise ValueError(f"there is no {', '.join(lacking)}")
    return tuple(np.asarray(arrays[name]) for name in names)

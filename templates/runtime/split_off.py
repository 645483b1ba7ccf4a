import math

from .input_error import InputError


def split_off(parts, validation=0, test=0):
    """Set the last samples apart for the test, and those before them for validation.

    A size below 1 is a share of all samples, else a count. A part that exists stays.
    """
    arrays = parts["train"]
    count = stop = len(arrays[0])
    for part, size in {"test": test, "validation": validation}.items():
        if size and part not in parts:
            cut = math.floor(count * (1 - size)) if size < 1 else count - int(size)
            start = stop - (count - cut)
            if not 0 < start < stop:
                raise InputError(f"{count} samples: too few for split({part}={size})")
            parts[part] = tuple(array[start:stop] for array in arrays)
            stop = start
    parts["train"] = tuple(array[:stop] for array in arrays)

import numpy as np

from .input_error import InputError


def character_ids(text, characters, place):
    """Return the id of each character of a text: its place among the sorted ones."""
    known = np.asarray(characters, "<U1").view("<u4")  # code points, as in UTF-32
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    ids = np.searchsorted(known, codes).astype(np.int32)
    found = known[np.minimum(ids, len(known) - 1)] == codes
    if not found.all():
        at = int(found.argmin())
        around = text[max(0, at - 20) : at + 20]
        raise InputError(
            f"{place}: the character {text[at]!r} in {around!r} is not in the training "
            "part; take it out of the text, or train on a text that has it"
        )
    return ids

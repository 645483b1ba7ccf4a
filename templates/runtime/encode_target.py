from .encode_cells import encode_cells
from .finite_number import finite_number
from .input_error import InputError


def encode_target(cells, where, names, missing):
    """Return the cells of the targets as numbers."""
    for column, name in enumerate(names):
        known = [text for text in cells[:, column].tolist() if text not in missing]
        if known and not any(map(finite_number, known)):
            found = f"{where(0)}, column {name!r}: {known[0][:60]!r} is no number"
            way_out = "change it and the last layer if these are classes"
            raise InputError(f"{found}, but the loss takes numbers; {way_out}")
    y = encode_cells(cells, where, names, {}, missing)
    return y[:, 0] if len(names) == 1 else y

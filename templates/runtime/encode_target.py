from .encode_cells import encode_cells
from .input_error import InputError
from .learn_categories import has_numbers


def encode_target(rows, names, missing):
    """Return the cells of the targets as numbers."""
    for name in names:
        texts = rows.columns[name].texts
        known = [text for text in texts if text.lower() not in missing["texts"]]
        if known and not has_numbers(rows, name, missing):
            found = f"{rows.where(0)}, column {name!r}: {known[0][:60]!r} is no number"
            way_out = "change it and the last layer if these are classes"
            raise InputError(f"{found}, but the loss takes numbers; {way_out}")
    y = encode_cells(rows, names, {}, missing, target=True)
    return y[:, 0] if len(names) == 1 else y

from .input_error import InputError


def as_windows(rows, length, where):
    """Return rows as a list of texts of so many characters; a text alone is a fault."""
    rows = [] if isinstance(rows, str) or not hasattr(rows, "__iter__") else [*rows]
    if not rows or not all(isinstance(row, str) for row in rows):
        raise InputError(f"rows: give a list of texts of {length} characters")
    for i, row in enumerate(rows):
        if len(row) != length:
            raise InputError(f"{where(i)}: {len(row)} characters instead of {length}")
    return rows

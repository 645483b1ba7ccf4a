from .input_error import InputError


def column_of_texts(cells, where, names, missing):
    """Return the texts of a table whose only feature is a column of texts."""
    if len(names) != 1:
        raise InputError(
            f"{where(0)}: the words are those of one column, but the features are "
            f"{names}; name it, such as features=[{names[0]!r}]"
        )
    for row, text in enumerate(cells[:, 0].tolist()):
        if not text.strip() or text in missing:
            what = f"{where(row)}, column {names[0]!r}: the text is missing"
            raise InputError(f"{what}; fill it in, or leave the row out")
    return cells[:, 0]

from .column_of_texts import column_of_texts


def texts_beside(rows, names, fills, missing):
    """Return the texts of these columns, each with what stands for a missing one."""
    pairs = zip(names, fills)
    return [column_of_texts(rows, [name], missing, fill) for name, fill in pairs]

from .column_roles import column_roles
from .find_columns import find_columns
from .input_error import InputError
from .read_csv import read_csv


def read_tables(paths, target, features, delimiter, header, missing):
    """Read for each part the cells of features and targets, and the places of its rows.

    Return, too, the names of all columns of the training part, of features and targets.
    """
    columns, cells, places = read_csv(paths["train"], delimiter, header, missing)
    if len(cells) < 2:
        raise InputError(
            f"{paths['train']}: one row is not enough to learn from; add some"
        )
    roles = column_roles(columns, target, features, paths["train"])
    parts = {}
    for part, path in paths.items():
        names = columns
        if part != "train":
            names, cells, places = read_csv(path, delimiter, header, missing)
        x, y = (cells[:, find_columns(role, names, path)] for role in roles)
        parts[part] = x, y, places
    return parts, columns, *roles

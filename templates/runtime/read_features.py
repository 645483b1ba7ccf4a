from .find_columns import find_columns
from .input_error import InputError
from .read_csv import open_csv


def read_features(path, columns, features, targets, delimiter, header, missing):
    """Read the features' cells of a file with or without targets, and their places.

    They come in blocks, as they are read. `columns` are the names of all columns of the
    training data.
    """
    numbered = list(columns) == [str(i) for i in range(len(columns))]
    header = not numbered if header is None else header
    names, blocks = open_csv(path, delimiter, header, missing, size=512)
    if numbered and len(names) < len(columns):  # then numbers do not tell which it has
        rest = [name for name in columns if name not in targets]
        for some in (rest, features):
            if len(some) == len(names):
                names = list(some)
                break
        else:
            raise InputError(
                f"{path}: {len(names)} columns, but the training data has"
                f" {len(columns)}, {len(rest)} without the target; give those"
            )
    chosen = find_columns(features, names, path)
    for cells, places in blocks:
        yield cells[:, chosen], places.item

from .find_columns import find_columns
from .input_error import InputError
from .rows_of import rows_of


def read_features(path, opened, columns, features, targets, keep, plain=None):
    """Yield the rows of the features of a file with or without targets.

    They come in blocks, as they are read, each with what its rows are called. `columns`
    are the names of all columns of the training data; those to `keep` are read, too.
    """
    names, read = opened
    numbered = columns == [str(i) for i in range(len(columns))]
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
    wanted = [*dict.fromkeys([*features, *keep])]
    for block, lines in read(find_columns(wanted, names, path), (), 512):
        places = [f"{path}, line {line}" for line in lines]
        rows = rows_of(wanted, block, places.__getitem__, plain)
        yield rows, rows.where

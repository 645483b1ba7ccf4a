from .column_roles import column_roles
from .find_columns import find_columns
from .input_error import InputError
from .read_rows import read_rows


def read_tables(paths, open_table, roles, chosen=(), plain=None, **readers):
    """Read for each part the rows of features, and those of targets.

    Return, too, the names of all columns of the training part, of features and targets.
    `roles` are the features, the targets and what to drop; in the `chosen` columns
    numbers are texts. Of a part, `readers` may have another function than `read_rows`.
    """
    columns, read = open_table(paths["train"])
    features, targets = column_roles(columns, *roles, paths["train"])
    chosen = [columns[i] for i in find_columns(chosen, columns, paths["train"])]
    parts = {}
    for part, path in paths.items():
        names, read = (columns, read) if part == "train" else open_table(path)
        rows = readers.get(part, read_rows)(
            path, names, read, [*features, *targets], chosen, plain
        )
        parts[part] = rows.only(features), rows.only(targets)
    if len(parts["train"][0]) < 2:
        raise InputError(
            f"{paths['train']}: one row is not enough to learn from; add some"
        )
    return parts, columns, features, targets

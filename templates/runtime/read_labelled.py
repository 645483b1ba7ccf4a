from .find_columns import find_columns
from .read_rows import read_rows


def read_labelled(
    path, opened, columns, roles, texts=(), plain=None, read_rows=read_rows
):
    """Read the features and the targets of a file that is not split into parts.

    `columns` are those of the training data, and `roles` the names of the features and
    targets; in the `texts` numbers are texts.
    """
    (names, read), (features, targets) = opened, roles
    texts = [columns[i] for i in find_columns(texts, columns, path)]
    rows = read_rows(path, names, read, [*features, *targets], texts, plain)
    return rows.only(features), rows.only(targets)

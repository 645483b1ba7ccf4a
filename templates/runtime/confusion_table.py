import shutil


def confusion_table(matrix, classes):
    """A confusion matrix with the names of its classes, as wide as the terminal.

    Where names are too long for columns, these have numbers, which the rows show, too.
    """
    columns = shutil.get_terminal_size().columns
    rows, heads = [*map(str, classes)], [*map(str, classes)]
    longest = len(str(max(map(max, matrix))))
    if max(map(len, rows)) + (max(longest, *map(len, heads)) + 2) * len(rows) > columns:
        heads = [str(i) for i in range(len(rows))]
        rows = [f"{i} {row}" if row != i else i for i, row in zip(heads, rows)]
    left, cell = max(map(len, rows)), max(longest, *map(len, heads)) + 2
    fit, lines = max(1, (columns - left) // cell), []
    for first in range(0, len(rows), fit):
        some = slice(first, first + fit)
        table = zip(["", *rows], [heads, *matrix])
        lines += [
            f"{k:{left}}" + "".join(f"{v:>{cell}}" for v in r[some]) for k, r in table
        ]
    legend = "confusion matrix (rows: the true class, columns: the predicted one)"
    return "\n".join([legend, *lines])

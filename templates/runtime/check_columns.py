from .check_learnt import check_learnt
from .input_error import InputError


def check_columns(learnt, columns, path):
    """Check that a table has the columns of the table that was learnt from."""
    check_learnt(learnt, ["data/columns"])
    if learnt["data/columns"].tolist() != list(columns):
        raise InputError(
            f"{path}: other columns than the weights were trained on; train anew"
        )

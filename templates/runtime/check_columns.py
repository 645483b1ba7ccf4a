from .check_learnt import check_learnt
from .input_error import InputError


def check_columns(learnt, columns, path):
    """A table must have the columns of the one that was learnt from."""
    check_learnt(learnt, ["data/columns"])
    if learnt["data/columns"].tolist() != list(columns):
        raise InputError(
            f"{path}: other columns than the weights were trained on; train anew"
        )

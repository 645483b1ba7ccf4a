from .check_learnt import check_learnt
from .fault import Fault


def check_columns(learnt, columns, path):
    """A table must have the columns of the one that was learnt from."""
    check_learnt(learnt, ["data/columns"])
    if learnt["data/columns"].tolist() != list(columns):
        raise Fault(
            f"{path}: other columns than the weights were trained on; train anew"
        )

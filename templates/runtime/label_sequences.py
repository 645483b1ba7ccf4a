import numpy as np

from .input_error import InputError


def label_sequences(y, n, shape, where):
    """Return the labels of n samples as sequences of classes, filled up with 0.

    A sequence has room in the steps, shape[0]: one for each label, and one more between
    two that are the same.
    """
    if y.dtype.kind not in "biuf" or y.ndim != 2 or len(y) != n:
        found = f"labels {y.dtype} {y.shape} for {n} samples"
        raise InputError(f"{where(0)}: {found}; give each a row of classes, then zeros")
    if odd := np.argwhere((y < 0) | (y >= shape[-1]) | (y != np.floor(y))).tolist():
        label = f"{where(odd[0][0])}: the label {y[tuple(odd[0])]} is no class"
        raise InputError(f"{label} from 1 to {shape[-1] - 1}, nor 0, which fills up")
    if odd := np.argwhere((y[:, :-1] == 0) & (y[:, 1:] != 0)).tolist():
        label = f"{where(odd[0][0])}: a label stands behind a 0"
        raise InputError(f"{label}; 0 is the blank, and fills up the end of a row")
    same = np.count_nonzero((y[:, 1:] == y[:, :-1]) & (y[:, 1:] != 0), axis=1)
    if odd := np.argwhere(np.count_nonzero(y, axis=1) + same > shape[0]).tolist():
        labels = f"{where(odd[0][0])}: {np.count_nonzero(y[odd[0][0]])} labels"
        raise InputError(
            f"{labels} have no room in {shape[0]} steps, which need one more between "
            "two that are the same; leave some out, or give the network more steps"
        )
    return y.astype(np.intp)

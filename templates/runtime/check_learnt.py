from .input_error import InputError


def check_learnt(learnt, names):
    """The data section needs what it learnt under these names."""
    lacking = [name for name in names if name not in learnt]
    if lacking:
        raise InputError(
            f"the weights come without {', '.join(lacking)}, learnt from the data; "
            "take the weights.npz of a training on this data"
        )

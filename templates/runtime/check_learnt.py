from .input_error import InputError


def check_learnt(learnt, names):
    """Check that everything that the data section learns is there, by name."""
    lacking = [name for name in names if name not in learnt]
    if lacking:
        raise InputError(
            f"the weights come without {', '.join(lacking)}, learnt from the data; "
            "take the weights.npz of a training on this data"
        )

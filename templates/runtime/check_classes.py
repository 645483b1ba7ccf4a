from .input_error import InputError


def check_classes(learnt, count):
    """Check that the names of the classes, if there are any, are `count` in number."""
    names = learnt.get("data/classes")
    if names is not None and names.shape != (count,):
        raise InputError(
            f"the weights' data/classes has the shape {names.shape}, not {(count,)}; "
            "take the weights.npz of a training on this data"
        )

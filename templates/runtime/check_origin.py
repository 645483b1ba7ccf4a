from .input_error import InputError


def check_origin(folder, run, now):
    """Check that a run had the initial weights and the data that there are now."""
    (weights, data), there = run["files"], [*now["data"].values()]
    if weights != now["initial_weights"]:
        raise InputError(f"{folder} has other --initial-weights; name the same file")
    if data != there:
        names = ", ".join(now["data"])
        raise InputError(f"{folder} is not of these data: {names}; say where they are")

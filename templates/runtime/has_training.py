def has_training(folder):
    """Whether a training has left anything there."""
    return any((folder / f"{n}.npz").exists() for n in ("weights", "checkpoint"))

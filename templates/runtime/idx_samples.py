from .read_idx import read_idx


def read_idx_samples(paths):
    """Read (x,) of each part from its IDX file."""
    return {part: (read_idx(path),) for part, path in paths.items()}

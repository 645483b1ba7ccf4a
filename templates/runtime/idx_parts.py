from .read_idx import read_idx


def read_idx_parts(paths):
    """Read (x, y) of each part from its two IDX files."""
    return {part: (read_idx(x), read_idx(y)) for part, (x, y) in paths.items()}

from .read_columns import read_columns


def read_reviews(path):
    """Read the reviews of a CSV file, in its column text."""
    return read_columns(path, ["text"])[0]

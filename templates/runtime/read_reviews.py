from .read_columns import read_columns


def read_reviews(path):
    """The reviews in a CSV file, in its column text."""
    return read_columns(path, ["text"])[0]

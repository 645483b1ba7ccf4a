import os
from pathlib import Path


def data_folders(data_dir, spec_folder):
    """Return the folders to look for files in: the data directory, then the spec's."""
    given = data_dir or os.environ.get("NNSPEC_DATA")
    return [Path(given), spec_folder] if given else [spec_folder]

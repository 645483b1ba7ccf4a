from .file_errors import file_errors
from .input_error import InputError


def image_files(folder):
    """Return the files in a folder by name, without the hidden ones."""
    with file_errors(folder):
        files = [path for path in folder.iterdir() if is_shown(path)]
    if not files:
        raise InputError(f"{folder}: there are no images in it; add some, or remove it")
    return sorted(files, key=lambda path: path.name)


def is_shown(path):
    """Return whether people put the file there, and not a system that shows folders.

    Pipes and devices are left out: reading them may never end.
    """
    hidden = path.name[0] == "." or path.name in ("Thumbs.db", "desktop.ini")
    return not hidden and (path.is_file() or path.is_dir())

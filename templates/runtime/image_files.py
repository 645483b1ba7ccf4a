from .file_errors import file_errors
from .input_error import InputError


def image_files(folder):
    """The files in a folder, in the order of their names, but for hidden ones."""
    with file_errors(folder):
        files = [path for path in folder.iterdir() if is_shown(path)]
    if not files:
        raise InputError(f"{folder}: there are no images in it; add some, or remove it")
    return sorted(files, key=lambda path: path.name)


def is_shown(path):
    """Whether people have put it there, and not a system that shows them folders.

    Pipes and devices are none of it: reading these may never end.
    """
    hidden = path.name[0] == "." or path.name in ("Thumbs.db", "desktop.ini")
    return not hidden and (path.is_file() or path.is_dir())

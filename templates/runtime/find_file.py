from .input_error import InputError


def find_file(name, folders):
    """Return the file of that name in the first folder that has it."""
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    places = " and ".join(str(folder.resolve()) for folder in folders)
    raise InputError(
        f"{name}: no such file in {places}; say where it is with --data-dir"
    )

from .input_error import InputError


def find_folder(name, folders):
    """Return the folder of that name in the first folder that has it."""
    for folder in folders:
        if (folder / name).is_dir():
            return folder / name
    places = " and ".join(str(folder.resolve()) for folder in folders)
    raise InputError(
        f"{name}: no such folder in {places}; say where it is with --data-dir"
    )

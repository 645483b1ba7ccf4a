from .fault import Fault


def find_file(name, folders):
    """The file of that name, in the first of the folders that has it."""
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    places = " and ".join(str(folder.resolve()) for folder in folders)
    raise Fault(f"{name}: no such file in {places}; say where it is with --data-dir")

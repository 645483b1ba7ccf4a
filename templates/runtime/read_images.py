import numpy as np

from .file_errors import file_errors
from .image_files import image_files
from .input_error import InputError
from .load_images import load_images


def read_images(folder, size, channels, learnt, count):
    """Read the images in the folders of classes: x uint8 (N, *size, channels), y (N,).

    The names of the classes are learnt if they are not known yet. There should be
    `count` of them then, or any number if `count` is 0.
    """
    found = image_files(folder)
    names = [path.name for path in found if path.is_dir()]
    if not names:
        raise InputError(f"{folder}: no folders are in it; make one for each class")
    with file_errors(folder, "give the folders other names"):
        "".join(names).encode()  # predictions are written in UTF-8
    for path in found:
        if path.suffix.lower() in (".png", ".jpg", ".jpeg") and not path.is_dir():
            raise InputError(f"{path}: it is in no folder of a class; move it into one")
    if "data/classes" not in learnt and count not in (0, len(names)):
        few = ", ".join(map(repr, names[:5]))
        raise InputError(
            f"{folder}: {len(names)} classes ({few}), but the network tells {count} "
            "apart; change the last layer, or the folders"
        )
    classes = learnt.setdefault("data/classes", np.array(names)).tolist()
    for name in names:
        if name not in classes:
            raise InputError(f"{folder / name}: no class that was learnt; remove it")
    paths = [path for name in names for path in image_files(folder / name)]
    y = np.array([classes.index(path.parent.name) for path in paths])
    return load_images(paths, size, channels), y

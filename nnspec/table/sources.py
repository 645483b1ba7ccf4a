"""Sources of data."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from nnspec.table.csv_source import CLASSES, CSV
from nnspec.table.data_entry import SourceEntry
from nnspec.table.entry import (
    Argument,
    Arguments,
    Misfit,
    Shape,
)
from nnspec.table.kinds import (
    Integer,
    ListOf,
    Optional,
    Real,
    String,
)
from nnspec.table.pairs import ByOutput

_PATH = String("a path")
_NAME = String("a name")
_NAMES = ByOutput(_NAME, _NAME)
_FILES = ByOutput(_PATH, _PATH)

_PLACES = ("data_folders", "find_file")
_PARTS = {
    "validation": ("x_validation", "y_validation"),
    "test": ("x_test", "y_test"),
}
#: Arrays of x that may be given for inputs by their names, and of y for outputs.
_BY_NAME = {
    name: kind
    for names in (("x", "y"), *_PARTS.values())
    for name, kind in zip(names, ("input", "output"), strict=True)
}


def _array(name: str, part: str) -> Argument:
    """A file that holds x or y of a part, or one for each input or output."""
    what = "samples" if name.startswith("x") else "labels"
    doc = f"file of the {part} part's {what}"
    if part == "training":
        doc += "; none with `reconstruct`" * (name == "y")
        doc += '; for several inputs `[left: "left.npy", ...]`' * (name == "x")
        return Argument(name, _FILES, doc=doc, example=f'"{name}.npy"')
    return Argument(name, Optional(_FILES), None, doc)


def _samples(argument: str) -> Callable[[Arguments], dict[str, str]]:
    """The file that holds the samples of the training part, where it is one."""
    return lambda arguments: (
        {"train": given} if isinstance(given := arguments[argument], str) else {}
    )


def _image_shape(arguments: Arguments) -> None:
    if len(cast("tuple[int, ...]", arguments["size"])) != 2:
        raise Misfit(
            "`size` of `images` needs two numbers, the height and the width",
            "write `size=(64, 64)`",
            code="argument-type",
            argument="size",
        )
    if arguments["channels"] == 2:
        raise Misfit(
            "`channels` of `images` needs 1, 3 or 4, got `2`",
            code="argument-type",
            argument="channels",
        )


def _made_up(
    name: str,
    doc: str,
    shape: Shape = (2,),
    *,
    classes: int | None = 2,
    many: bool = False,
    samples: int = 1000,
    noise: str = "standard deviation of the normal noise added to x",
) -> SourceEntry:
    """A source that draws its samples; `many` lets the spec choose the classes."""
    count = (Argument("classes", Integer(2), 3, "how many classes"),) if many else ()
    return SourceEntry(
        name,
        doc,
        (
            Argument(
                "samples", Integer(2, 10**7), samples, "how many samples are drawn"
            ),
            *count,
            Argument("noise", Real(minimum=0), 0.1, noise),
            Argument("seed", Integer(0), 0, "another seed draws other samples"),
        ),
        shape=lambda _: shape,
        samples=lambda arguments: cast(int, arguments["samples"]),
        classes=lambda arguments: cast("int | None", arguments.get("classes", classes)),
        labels="value" if classes is None else "index",
        files=(name,),
        made_up=True,
        reader="read_table",
        blocks=True,
        shaped=True,
    )


SOURCES = (
    SourceEntry(
        "mnist",
        "70,000 handwritten digits (LeCun et al., 1998): x (28, 28) from 0 to 255, "
        "60,000 for training and 10,000 for the test. Looked for in `mnist/` of the "
        "data directory, else downloaded to a cache; checked by SHA-256.",
        shape=lambda _: (28, 28),
        samples=lambda _: 60_000,
        classes=lambda _: 10,
        labels="index",
        own_parts=("test",),
        files=("mnist", "mnist_files"),
        bare_files=("mnist_arrays",),
        reader="read_idx",
        shaped=True,
    ),
    SourceEntry(
        "fashion_mnist",
        "70,000 pictures of clothes (Xiao et al., 2017), made like those of `mnist`; "
        "0 to 9 are T-shirt, trouser, pullover, dress, coat, sandal, shirt, sneaker, "
        "bag and ankle boot. Looked for in `fashion_mnist/` of the data directory, "
        "else downloaded to a cache; checked by SHA-256.",
        shape=lambda _: (28, 28),
        samples=lambda _: 60_000,
        classes=lambda _: 10,
        labels="index",
        own_parts=("test",),
        files=("mnist", "fashion_mnist_files"),
        bare_files=("mnist_arrays",),
        reader="read_idx",
        shaped=True,
    ),
    SourceEntry(
        "cifar10",
        "60,000 colour pictures (Krizhevsky, 2009): x (32, 32, 3) from 0 to 255, "
        "50,000 for training and 10,000 for the test; 0 to 9 are airplane, automobile, "
        "bird, cat, deer, dog, frog, horse, ship and truck. Looked for in `cifar10/` "
        "of the data directory, else downloaded to a cache; checked by SHA-256.",
        shape=lambda _: (32, 32, 3),
        samples=lambda _: 50_000,
        classes=lambda _: 10,
        labels="index",
        own_parts=("test",),
        files=("cifar10",),
        reader="cifar10_samples",
        shaped=True,
    ),
    SourceEntry(
        "imdb",
        "50,000 film reviews (Maas et al., 2011), texts for a film (1) or against it "
        "(0), 25,000 each for training and for the test. Looked for in `imdb/` of the "
        "data directory, else downloaded to a cache; checked by SHA-256.",
        samples=lambda _: 25_000,
        classes=lambda _: 2,
        labels="index",
        own_parts=("test",),
        files=("imdb",),
        reader="read_reviews",
        gives="texts",
    ),
    CSV,
    SourceEntry(
        "npz",
        "Arrays of one `.npz` archive, by their names in it.",
        (
            Argument("path", _PATH, doc="the file", example='"data.npz"'),
            Argument(
                "x",
                _NAMES,
                "x_train",
                'samples to train with; for several inputs `[left: "x_left", ...]`',
            ),
            Argument("y", _NAMES, "y_train", "their labels"),
            Argument(
                "x_validation", Optional(_NAMES), None, "samples to validate with"
            ),
            Argument("y_validation", Optional(_NAMES), None, "their labels"),
            Argument(
                "x_test", Optional(_NAMES), "x_test", "samples to test with, if there"
            ),
            Argument("y_test", Optional(_NAMES), "y_test", "their labels"),
            CLASSES,
        ),
        paths=("path",),
        parts=_PARTS,
        told_by=lambda given: (
            _samples("path")(given) if isinstance(given["x"], str) else {}
        ),
        by_name=_BY_NAME,
        any_labels=True,
        files=("npz", *_PLACES),
        gives="arrays",
    ),
    SourceEntry(
        "npy",
        "Arrays in `.npy` files, mapped into memory: they may be larger than it.",
        (
            _array("x", "training"),
            _array("y", "training"),
            _array("x_validation", "validation"),
            _array("y_validation", "validation"),
            _array("x_test", "test"),
            _array("y_test", "test"),
            CLASSES,
        ),
        paths=("x", "y", "x_validation", "y_validation", "x_test", "y_test"),
        parts=_PARTS,
        told_by=_samples("x"),
        by_name=_BY_NAME,
        any_labels=True,
        files=("npy", *_PLACES),
        gives="arrays",
        lazy=True,
    ),
    SourceEntry(
        "idx",
        "Arrays in IDX files, the format of MNIST; `.gz` is read as it is.",
        (
            _array("x", "training"),
            _array("y", "training"),
            _array("x_test", "test"),
            _array("y_test", "test"),
            CLASSES,
        ),
        paths=("x", "y", "x_test", "y_test"),
        parts={"test": ("x_test", "y_test")},
        told_by=_samples("x"),
        by_name={n: k for n, k in _BY_NAME.items() if "validation" not in n},
        any_labels=True,
        files=("idx_parts", *_PLACES),
        reader="read_idx",
        shaped=True,
        gives="arrays",
    ),
    SourceEntry(
        "text",
        "One long text in UTF-8, for `next_characters`; `.gz` is read as it is.",
        (Argument("path", _PATH, doc="the file", example='"text.txt"'),),
        paths=("path",),
        told_by=_samples("path"),
        labels="index",
        files=("read_text", *_PLACES),
        reader="read_text",
        gives="text",
    ),
    SourceEntry(
        "images",
        "Images in PNG or JPEG files: a folder for each class, whose name is that of "
        "the class. Gives x (height, width, channels) from 0 to 255. Pillow reads "
        "them: `pip install pillow`.",
        (
            Argument(
                "folder",
                _PATH,
                doc="the folder that holds those of the classes",
                example='"images"',
            ),
            Argument(
                "size",
                ListOf(Integer(1)),
                doc="(height, width), to which every image is resized",
                example="(64, 64)",
            ),
            Argument(
                "channels",
                Integer(1, 4),
                3,
                "1 for grey images, 3 for colours, 4 for colours and transparency",
            ),
        ),
        agree=_image_shape,
        paths=("folder",),
        shape=lambda arguments: (
            *cast("tuple[int, int]", arguments["size"]),
            cast(int, arguments["channels"]),
        ),
        labels="index",
        files=("read_images", "data_folders", "find_folder", "sha256_within"),
        bare_files=("read_images", "data_folders", "find_folder"),
        reader="images_at",
        reader_takes=("size", "channels"),
        blocks=True,
        by_file=True,
        shaped=True,
        by_class=True,
        needs=("pillow",),
    ),
    _made_up("spirals", "Spiral arms in the plane, one for each class.", many=True),
    _made_up("moons", "Two half circles in the plane, one inside the other's bend."),
    _made_up("circles", "Two circles in the plane, one inside the other."),
    _made_up(
        "blobs",
        "Clouds of points in the plane, one for each class.",
        many=True,
    ),
    _made_up(
        "xor",
        "The corners of a square: class 1 where exactly one coordinate is 1.",
        samples=200,
    ),
    _made_up(
        "sine",
        "A sine curve: y is the sine of x.",
        (1,),
        classes=None,
        noise="standard deviation of the normal noise added to y",
    ),
    _made_up(
        "linear",
        "A straight line: y is a linear function of x.",
        (1,),
        classes=None,
        noise="standard deviation of the normal noise added to y",
    ),
)

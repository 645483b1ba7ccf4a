"""The transform that changes images at random."""

from __future__ import annotations

from typing import cast

from nnspec.table.data_entry import TransformEntry
from nnspec.table.entry import (
    Argument,
    Arguments,
    Misfit,
    Shape,
)
from nnspec.table.kinds import AnyOf, Choice, Integer, Optional, Real
from nnspec.table.words import PartName


def _image(shape: Shape | None, arguments: Arguments) -> Shape | None:
    """Images keep their shape."""
    if shape is None:
        return None
    if len(shape) not in (2, 3):
        raise Misfit(
            "`augment` needs images of shape (height, width) or (height, width, "
            f"channels), got {shape}",
            "put a `reshape` to the shape of the images before it",
        )
    shift = cast("int | float", arguments["shift"])
    if shift >= min(shape[:2]):
        raise Misfit(
            f"a shift by {shift} can move all of an image of {shape[0]} x {shape[1]} "
            "pixels out of sight",
            "a shift below 1 is a share of height and width",
            code="argument-type",
            argument="shift",
        )
    return shape


def _changes(arguments: Arguments) -> None:
    if not any(value for name, value in arguments.items() if name != "of"):
        raise Misfit(
            "`augment` changes nothing",
            "say what it may do, such as `augment(flip=horizontal, shift=2)`",
            code="empty-augment",
        )


def warps(arguments: Arguments) -> bool:
    """Whether an `augment` moves pixels to places between pixels."""
    between = isinstance(arguments["shift"], float) and arguments["shift"]
    return bool(arguments["rotate"] or arguments["zoom"] or between)


def _augment_files(arguments: Arguments) -> tuple[str, ...]:
    if warps(arguments):
        return ("warp_images",)
    return ("shift_images",) if arguments["shift"] else ()


#: Which samples a transform is for that takes them as a whole.
OF_INPUT = Argument(
    "of",
    Optional(PartName()),
    None,
    "the input of several that it is for; `none` takes all inputs of numbers",
    named=True,
)

AUGMENT = TransformEntry(
    "augment",
    "Changes the images of the training part at random, anew each time that a "
    "batch takes them. Those of the other parts, and those to predict for, stay as "
    "they are. What moves in from outside of an image is its nearest edge.",
    (
        Argument(
            "flip",
            Optional(Choice(("horizontal", "vertical", "horizontal_and_vertical"))),
            None,
            "mirrors half of the images: left to right, top to bottom, or half of "
            "them each way",
        ),
        Argument(
            "shift",
            AnyOf((Integer(0), Real(minimum=0, below=1))),
            0,
            "moves them by up to so many pixels in height and width, whole ones; "
            "below 1, by up to this share of height and width",
        ),
        Argument(
            "rotate",
            Real(0, 180),
            0.0,
            "turns them by up to so many degrees to either side",
        ),
        Argument(
            "zoom",
            Real(minimum=0, below=1),
            0.0,
            "makes them larger or smaller by up to this share: with 0.1, 0.9 to "
            "1.1 times their size",
        ),
        Argument(
            "brightness",
            Real(0, 1),
            0.0,
            "makes them brighter or darker by up to this share: with 0.1, their "
            "values are multiplied by 0.9 to 1.1",
        ),
        OF_INPUT,
    ),
    agree=_changes,
    shape=_image,
    files=_augment_files,
    by_batch=True,
)

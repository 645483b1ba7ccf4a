"""The transforms of the data section, as steps of the script's `prepare`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from nnspec import ir
from nnspec.quote import Code, literal
from nnspec.record import Record
from nnspec.table.augment import warps
from nnspec.table.data_entry import Transform
from nnspec.table.entry import (
    Shape,
    Use,
)
from nnspec.values import Quotient

Arguments = Mapping[str, Code | None]


class Step(Record):
    """A transform of features.

    `key` names the first array that it learns, if other transforms go before: `prepare`
    ends there until it is learnt. `converts` says that integers become floats before
    it; `floats` is the type that a scale makes of them itself, and `factor` what it
    multiplies by. `spares` says that it leaves the codes alone that `one_hot` expands
    after it. `weights` are those of words, and `idf` says that these are learnt.
    """

    template: str
    arguments: Arguments
    learns: bool
    key: Code | None
    converts: bool
    floats: Code | None
    spares: bool
    factor: Code
    offset: Code
    fill: Code | None
    choose: Code | None
    weights: Code | None
    idf: bool


class BatchStep(Record):
    """What changes the images of a batch in training.

    Arguments that change nothing are None. `reshaped` gives the batch the shape of the
    images, if it has another; `shape` tells that shape, and `each` has a number for
    each image. `whole` says that they are shifted by whole pixels, `warps` that pixels
    come to stand between pixels.
    """

    template: Code
    arguments: Arguments
    reshaped: Code
    shape: Code
    each: Code
    horizontal: bool
    vertical: bool
    whole: bool
    warps: bool


class SplitStep(Record):
    """A split: its sizes, and a seed where samples are drawn; `mapped` ones on disk."""

    sizes: Code
    seed: Code | None
    stratify: bool
    mapped: bool


def quoted(use: Use) -> dict[str, Code | None]:
    """The arguments of a use as Python source."""
    return {
        name: None if value is None else literal(value)
        for name, value in use.arguments.items()
    }


def expands(use: Use) -> bool:
    """Whether a transform makes several columns of one."""
    return use.entry.name == "one_hot"


def learnt(use: Use) -> tuple[str, ...]:
    """The names of what a transform learns."""
    return cast(Transform, use.entry).learnt(use.arguments)


def plan_steps(uses: tuple[Use, ...], table: bool) -> tuple[Step, ...]:
    """The steps of `prepare`.

    Whatever is done to each feature by itself may be done in any shape: arrays take the
    network's shape at once, as do the files that predictions are made for. The features
    of a table are columns until all else is done.
    """
    reshapes = [_step(u) for u in uses if u.entry.name == "reshape"][:1]
    kept = [use for use in uses if _keeps_shape(use) or expands(use)]
    steps = [
        _step(
            use,
            starts=not table and place == 0,
            ends=place == len(kept) - 1,
            spares=any(map(expands, kept[place:])),
        )
        for place, use in enumerate(kept)
    ]
    return (*steps, *reshapes) if table else (*reshapes, *steps)


def _keeps_shape(use: Use) -> bool:
    """Whether a transform does something to features, and to each by itself."""
    by_batch = cast(Transform, use.entry).by_batch
    return not by_batch and use.entry.name not in ("reshape", "one_hot")


def _step(
    use: Use, *, starts: bool = False, ends: bool = False, spares: bool = False
) -> Step:
    keys, arguments = learnt(use), use.arguments
    numbers = cast(Transform, use.entry).takes == "numbers"
    name, strategy = use.entry.name, arguments.get("strategy")
    choose = {"median": Code("np.median"), "most_frequent": Code("most_frequent")}
    fill = None
    if name == "impute":
        fill = Code('learnt["data/fill"]') if keys else literal(strategy)
    return Step(
        template=name,
        arguments=quoted(use),
        learns=bool(keys),
        key=literal(keys[0]) if keys and numbers else None,
        converts=starts and numbers and name != "scale",
        floats=_floats(use, ends) if starts and name == "scale" else None,
        spares=spares,
        factor=quotient(arguments.get("factor"), alone=starts),
        offset=offset_of(arguments.get("offset", 0.0)),
        fill=fill,
        choose=choose.get(cast(str, strategy)),
        weights=_weights(use),
        idf=arguments.get("mode") == "tfidf",
    )


def _floats(use: Use, ends: bool) -> Code:
    """The type in which the first transform, a scale, computes.

    Large numbers that differ by little would be the same in float32, which matters if a
    mean is taken from them later, or an offset here.
    """
    if ends and not use.arguments.get("offset"):
        return Code("DTYPE")
    return Code("np.result_type(x, DTYPE)")


def plan_batch_step(use: Use, image: Shape, shape: Shape) -> BatchStep:
    """A transform by batch of images, where the network takes samples of a shape."""
    axes = ", ".join(map(str, image))
    flip = cast(str, use.arguments["flip"] or "")
    return BatchStep(
        template=Code(use.entry.name),
        arguments={
            name: literal(value) if value else None
            for name, value in use.arguments.items()
        },
        reshaped=Code("" if image == shape else f".reshape(-1, {axes})"),
        shape=Code(f"(B, {axes})"),
        each=Code(f"(len(x), {', '.join('1' for _ in image)})"),
        horizontal="horizontal" in flip,
        vertical="vertical" in flip,
        whole=isinstance(use.arguments["shift"], int),
        warps=warps(use.arguments),
    )


def _weights(use: Use) -> Code | None:
    """What the words of a text count, None where 1 says that they are there."""
    match use.arguments.get("mode"):
        case "count":
            return Code(f"np.ones({use.arguments['vocabulary']}, DTYPE)")
        case "tfidf":
            return Code('learnt["data/idf"]')
    return None


def quotient(factor: object, *, alone: bool = False) -> Code:
    """A factor as the spec writes it; in brackets where it does not stand alone."""
    if not isinstance(factor, Quotient):
        return literal(factor)
    text = f"{literal(factor.above)} / {literal(factor.below)}"
    return Code(text if alone else f"({text})")


def offset_of(given: object) -> Code:
    """What is added to a value, with its sign; nothing if it is 0."""
    offset = cast(float, given)
    if not offset:
        return Code("")
    return Code(f" {'-' if offset < 0 else '+'} {literal(abs(offset))}")


def plan_split(split: ir.Split, lazy: bool) -> SplitStep:
    """The split; a seed is drawn with where the spec gives one, or stratifies."""
    sizes = {"validation": split.validation, "test": split.test}
    written = [
        f", {part}={literal(int(size) if size >= 1 else size)}"
        for part, size in sizes.items()
        if size
    ]
    drawn = split.stratify or split.seed is not None
    return SplitStep(
        sizes=Code("".join(written)),
        seed=literal(split.seed or 0) if drawn else None,
        stratify=split.stratify,
        mapped=lazy,
    )

"""The transforms of the data section, as steps of the script's `prepare`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from nnspec import ir
from nnspec.record import Record, replace
from nnspec.table.augment import warps
from nnspec.table.data_entry import TransformEntry, columns_of, reshapes, takes_texts
from nnspec.table.entry import (
    Shape,
    Use,
)
from nnspec.targets.quote import Code, literal
from nnspec.values import Quotient

Arguments = Mapping[str, Code | None]


class Step(Record):
    """A transform of features.

    `key` names the first array that it learns, if other transforms go before: `prepare`
    ends there until it is learnt; `keys` are all of them, as the script writes them.
    `converts` says that integers become floats before
    it; `floats` is the type that a scale makes of them itself, and `factor` what it
    multiplies by. `of` says which features it is for, and `others` which it leaves
    alone: both are expressions for a mask, None where it takes all. It is `spread`
    where columns have become several. `weights` are those of words, and `idf` says that
    these are learnt. A `reshape` gives samples the `shape`.
    """

    template: str
    arguments: Arguments
    learns: bool
    key: Code | None
    keys: tuple[Code, ...]
    shape: Code
    converts: bool
    floats: Code | None
    of: Code | None
    spread: bool
    others: Code | None
    factor: Code
    offset: Code
    fill: Code | None
    choose: Code | None
    weights: Code | None
    idf: bool
    #: Whether the vocabulary is that of all folds, and may be known.
    shared: bool = False
    #: The texts whose words stand beside other features; only their idf is learnt here.
    beside: Code | None = None


class BatchStep(Record):
    """What changes the images of a batch in training, those of an `input`.

    It is done by a `function`, which may serve several inputs. Arguments that change
    nothing are None. `reshaped` gives the batch the shape of the images, if it has
    another; `shape` tells that shape, and `each` has a number for each image. `whole`
    says that they are shifted by whole pixels, `warps` that pixels come to stand
    between pixels.
    """

    template: Code
    function: Code
    input: Code
    arguments: Arguments
    reshaped: Code
    shape: Code
    each: Code
    horizontal: bool
    vertical: bool
    whole: bool
    warps: bool


class SplitStep(Record):
    """A split: its sizes, and a seed where samples are drawn; `mapped` ones on disk.

    Samples are `alone` if they have no labels but themselves.
    """

    sizes: Code
    seed: Code | None
    stratify: bool
    mapped: bool
    alone: bool
    #: The names of those of several outputs whose labels are stratified.
    names: Code | None = None
    #: The columns of their labels, of a table.
    columns: Code | None = None
    #: Whether samples are arrays by the names of several inputs.
    several: bool = False


def quoted(use: Use) -> dict[str, Code | None]:
    """The arguments of a use as Python source."""
    return {
        name: None if value is None else literal(value)
        for name, value in use.arguments.items()
    }


def expands(use: Use) -> bool:
    """Whether a transform makes several columns of one."""
    entry = cast(TransformEntry, use.entry)
    return entry.categories and entry.width is not None


class Learnt(Record):
    """What a transform learns: the names of its arrays, and that of a mask.

    The mask `of` says which features it is for, None where it is for all.
    """

    keys: tuple[str, ...]
    of: str | None


def plan_learnt(uses: Sequence[Use]) -> tuple[Learnt, ...]:
    """What transforms learn; of a second use of one, the names end in `_1`."""
    found, counts = list[Learnt](), Counter[str]()
    for use in uses:
        name, count = use.entry.name, counts[use.entry.name]
        counts[name] += 1
        suffix = f"_{count}" if count else ""
        keys = cast(TransformEntry, use.entry).learnt(use.arguments)
        masked = takes_some(use)
        found.append(
            Learnt(
                keys=tuple(f"{key}{suffix}" for key in keys),
                of=f"data/of/{name}{suffix}" if masked else None,
            )
        )
    return tuple(found)


def takes_some(use: Use) -> bool:
    """Whether a transform is for some features only, each of which stays one."""
    entry = cast(TransformEntry, use.entry)
    named = columns_of(use) is not None or entry.fills(use.arguments) == "texts"
    return named and not takes_texts(use)


def imputed(uses: Sequence[Use]) -> tuple[str | None, ...]:
    """The masks of the features whose cells may be missing, None for all of them."""
    pairs = zip(uses, plan_learnt(uses), strict=True)
    return tuple(
        n.of for u, n in pairs if cast(TransformEntry, u.entry).fills(u.arguments)
    )


def imputes(uses: Sequence[Use]) -> Code | None:
    """Which cells may be missing: an expression in `learnt`, None if none may."""
    masks = imputed(uses)
    if None in masks:
        return Code("True")
    if len(masks) > 1:
        return Code('learnt["data/imputed"]')  # in any of them
    return Code(f"learnt[{literal(masks[0])}]") if masks else None


def plan_steps(
    uses: tuple[Use, ...], table: bool, shape: Code | None = None
) -> tuple[Step, ...]:
    """The steps of `prepare`, of samples of the network's shape, or of one of its own.

    Whatever is done to each feature by itself may be done in any shape: arrays take the
    network's shape at once, as do the files that predictions are made for. The features
    of a table are columns until all else is done.
    """
    pairs = [*zip(uses, plan_learnt(uses), strict=True)]
    shaping = [_step(use, names, shape=shape) for use, names in pairs if reshapes(use)][
        :1
    ]
    kept = [pair for pair in pairs if in_turn(pair[0])]
    kept.sort(key=lambda pair: not _gives_ids(pair[0]))  # they come first
    ids = any(_gives_ids(use) for use, _ in kept)
    expanding = [place for place, (use, _) in enumerate(kept) if expands(use)]
    steps = [
        _step(
            use,
            names,
            starts=not table and place == 0,
            ends=place == len(kept) - 1,
            expanded=None if not expanding else place > expanding[0],
            ids=ids,
        )
        for place, (use, names) in enumerate(kept)
    ]
    return (*steps, *shaping) if table else (*shaping, *steps)


def in_turn(use: Use) -> bool:
    """Whether a transform is one of those that `prepare` does where they stand."""
    return _keeps_shape(use) or expands(use)


def _keeps_shape(use: Use) -> bool:
    """Whether a transform does something to features, and to each by itself."""
    entry = cast(TransformEntry, use.entry)
    fills_codes = entry.fills(use.arguments) == "texts"  # where cells become numbers
    series = entry.slides is not None and entry.takes == "numbers"
    shapes = entry.by_batch or series or reshapes(use)
    return not (shapes or fills_codes or (takes_texts(use) and not _gives_ids(use)))


def _gives_ids(use: Use) -> bool:
    """Whether a transform makes ids of columns of a table."""
    return takes_texts(use) and cast(TransformEntry, use.entry).ids is not None


def _step(
    use: Use,
    names: Learnt,
    *,
    starts: bool = False,
    ends: bool = False,
    expanded: bool | None = None,
    ids: bool = False,
    shape: Code | None = None,
) -> Step:
    """A step; it stands before an expansion, or after one (`expanded`), or neither.

    There may be columns of `ids`.
    """
    keys, arguments = names.keys, use.arguments
    of = Code(f"learnt[{literal(names.of)}]") if names.of else None
    kept = Code('learnt["data/ids"]') if ids else None
    if expanded:
        of, kept = (_repeated(mask) for mask in (of, kept))
    codes = Code('learnt["data/one_hot"] > 0') if expanded is False else None
    numbers = cast(TransformEntry, use.entry).takes == "numbers"
    name, strategy = use.entry.name, arguments.get("strategy")
    choose = {"median": Code("np.median"), "most_frequent": Code("most_frequent")}
    fill = None
    if name == "impute":
        fill = Code(f"learnt[{literal(keys[0])}]") if keys else literal(strategy)
    return Step(
        template=name,
        arguments=quoted(use),
        learns=bool(keys),
        key=literal(keys[0]) if keys and numbers else None,
        keys=tuple(Code(f"learnt[{literal(key)}]") for key in keys),
        shape=shape or Code("INPUT_SHAPE"),
        converts=starts and numbers and name != "scale",
        floats=_floats(use, ends) if starts and name == "scale" else None,
        of=of,
        spread=bool(of and expanded),
        others=_either(Code(f"~{of}") if of else None, codes, None if of else kept),
        factor=quotient(arguments.get("factor"), alone=starts),
        offset=offset_of(arguments.get("offset", 0.0)),
        fill=fill,
        choose=choose.get(cast(str, strategy)),
        weights=_weights(use),
        idf=arguments.get("mode") == "tfidf",
    )


def plan_step(use: Use, keys: tuple[Code, ...], beside: Code) -> Step:
    """A step for the words of texts `beside` other features, learnt as `keys`."""
    return replace(_step(use, Learnt(keys=(), of=None)), keys=keys, beside=beside)


def _repeated(mask: Code | None) -> Code | None:
    """A mask of columns for the columns that become of them."""
    if mask is None:
        return None
    return Code(f'np.repeat({mask}, np.maximum(learnt["data/one_hot"], 1))')


def _either(*masks: Code | None) -> Code | None:
    """A mask of what is in one of several masks, None if there are none."""
    some = [mask for mask in masks if mask]
    if len(some) < 2:
        return some[0] if some else None
    return Code(" | ".join(m if m[0] == "~" else f"({m})" for m in some))


def _floats(use: Use, ends: bool) -> Code:
    """The type in which the first transform, a scale, computes.

    Large numbers that differ by little would be the same in float32, which matters if a
    mean is taken from them later, or an offset here.
    """
    if ends and not use.arguments.get("offset"):
        return Code("DTYPE")
    return Code("np.result_type(x, DTYPE)")


def plan_batch_step(use: Use, image: Shape, call: ir.Call) -> BatchStep:
    """A transform by batch of images for an input, whose samples have its shape."""
    axes = ", ".join(map(str, image))
    flip = cast(str, use.arguments["flip"] or "")
    return BatchStep(
        template=Code(use.entry.name),
        function=Code(use.entry.name),
        input=literal(call.name),
        arguments={
            name: literal(value) if value else None
            for name, value in use.arguments.items()
            if name != "of"
        },
        reshaped=Code("" if image == call.output_shape else f".reshape(-1, {axes})"),
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


class FoldsStep(Record):
    """The folds of cross-validation; drawn where there is a `seed`."""

    count: Code
    seed: Code | None
    stratify: bool
    #: The names of those of several outputs whose labels are stratified.
    names: Code | None


def plan_folds(folds: ir.Folds, names: Code | None) -> FoldsStep:
    """The folds, as the script cuts them; `names` are those of outputs of classes."""
    return FoldsStep(
        count=literal(folds.count),
        seed=None if folds.seed is None else literal(folds.seed),
        stratify=folds.stratify,
        names=names,
    )


def plan_split(split: ir.Split, *, lazy: bool, alone: bool, folds: bool) -> SplitStep:
    """The split; a seed is drawn with where the spec gives one, or stratifies."""
    sizes = {"validation": split.validation, "test": split.test}
    unless = {"validation": "0 if fold else " * folds}
    written = [
        f", {part}={unless.get(part, '')}{literal(int(size) if size >= 1 else size)}"
        for part, size in sizes.items()
        if size
    ]
    drawn = split.stratify or split.seed is not None
    return SplitStep(
        sizes=Code("".join(written)),
        seed=literal(split.seed or 0) if drawn else None,
        stratify=split.stratify,
        mapped=lazy,
        alone=alone,
    )

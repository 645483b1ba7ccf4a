"""Tables: how a script opens their files, and which columns it takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import cast

from nnspec import __version__, ir
from nnspec.analyze.tables import names_columns
from nnspec.record import Record
from nnspec.table.csv_source import PARTS
from nnspec.table.data_entry import SourceEntry, TransformEntry, columns_of, takes_texts
from nnspec.table.entry import Arguments, Use
from nnspec.table.missing import missing_words
from nnspec.table.transforms import filler
from nnspec.targets.numpy.transforms import imputed, plan_learnt
from nnspec.targets.numpy.words import WordColumn, plan_words
from nnspec.targets.quote import Code, literal

Columns = tuple[str | int, ...]

#: What may stand between cells, where the spec does not say it.
_DELIMITERS = ",;\t|"


class TableProgram(Record):
    """A table of a script.

    `lines` are steps from the lines of a file to those of its rows, each an expression.
    `header` says whether there are names, None where the file tells; `plain` is the
    function that writes its numbers as Python does. `roles` are arguments: the targets,
    the features, and what to drop. `chosen` are columns whose numbers are categories,
    `texts` all whose cells stay as they are written, those of classes among them.
    In a column that is `expanded`, categories with less than the `minimum` share
    one; it `tells` of unknown ones. Columns of `dates` become several before all else,
    and `origins` are then the names that features had.
    `made` are lines that learn what transforms make of columns, and `masks` those that
    learn which features transforms are for, and what is filled into texts. `drops` says
    that rows without a target are left out; the training part is perhaps a `sample`, so
    many rows and the seed that draws them. A table `on_disk` has a digest of how it is
    read. `constants` are lines that say all this.
    """

    lines: tuple[Code, ...]
    delimiters: Code
    header: Code | None
    quote: Code
    plain: Code | None
    roles: Code
    chosen: Code | None
    texts: Code | None
    minimum: Code | None
    tells: bool
    dates: Code | None
    origins: Code
    expanded: Code | None
    taken: Code
    made: tuple[Code, ...]
    masks: tuple[Code, ...]
    drops: bool
    sample: Code | None
    on_disk: Code | None
    #: Whether the targets are among the features.
    among: bool
    constants: tuple[Code, ...]
    words: tuple[WordColumn, ...]


def plan_table(
    data: ir.Data,
    expanding: Use | None,
    classes: Code,
    count: int | None,
    name: str,
) -> TableProgram | None:
    """The table of a data section, None if its source is another one.

    The transform that is `expanding` takes columns of categories, and targets may be
    `classes`. The network looks up so many ids, the `count`. The model has a `name`.
    """
    if not cast(SourceEntry, data.source.entry).table:
        return None
    given = data.source.arguments
    uses = data.transforms
    categories = [use for use in uses if cast(TransformEntry, use.entry).categories]
    chosen = [c for use in categories for c in columns_of(use) or ()]
    readers = filter(takes_texts, data.all_transforms)
    texts = [c for use in readers for c in columns_of(use) or ()]
    minimum = expanding.arguments["minimum"] if expanding else 1
    among = _among(data)
    target = "[]" if among else "TARGET"
    expanded = _expanded(expanding, categories, chosen)
    alone, masks = len(categories) == 1, tuple(_masks(uses))
    words = plan_words(data)
    fills = {each.column: each.fill for each in data.words}
    names = [Code(f"WORDS = {literal(fills)}")] if words else []
    return TableProgram(
        lines=tuple(_lines(given)),
        delimiters=literal(delimiters(given)),
        header=_header(data),
        quote=literal(given["quote"]),
        plain=_plain(given),
        roles=Code(f"{target}, FEATURES, {'DROP' if given['drop'] else '()'}"),
        chosen=literal(chosen) if chosen else None,
        texts=_texts(texts, classes),
        minimum=literal(minimum) if minimum != 1 else None,
        tells=any(cast(TransformEntry, u.entry).opens(u.arguments) for u in categories),
        dates=_dates(uses),
        origins=Code("origins" if any("origins" in line for line in masks) else "_"),
        expanded=None if alone else expanded,
        taken=Code("" if not expanded else ", chosen" if alone else ", expanded"),
        made=tuple(_made(categories, bool(chosen), count)),
        masks=masks,
        drops=given["without_target"] == "drop",
        sample=_sample(given),
        on_disk=_on_disk(given),
        among=among,
        constants=(*_constants(given, name), *names),
        words=words,
    )


def delimiters(given: Arguments) -> str:
    """What may stand between cells: one character, where the spec tells it."""
    delimiter = cast(str, given["delimiter"])
    if delimiter != "auto":
        return delimiter
    return _DELIMITERS.replace(cast(str, given["decimal"]), "")


def files_of_table(data: ir.Data) -> Iterator[str]:
    """The plain files that the arguments of `csv` need, and columns of categories."""
    given = data.source.arguments
    makers = [u for u in data.transforms if cast(TransformEntry, u.entry).categories]
    rest = [use for use in makers if columns_of(use) is None]
    if rest and (len(makers) > 1 or cast(TransformEntry, rest[0].entry).ids):
        yield "other_texts"
    if len(rest) < len(makers):
        yield "find_columns"
    for name, file in (
        ("skip", "blanked"),
        ("comment", "without_comments"),
        ("thousands", "localized"),
        ("signs", "localized"),
    ):
        if given[name]:
            yield file
    if given["decimal"] != ".":
        yield "localized"
    if given["without_target"] == "drop":
        yield "drop_without_target"
    if given["sample"] is not None:
        yield "read_sample"
    if given["on_disk"]:
        yield from ("with_bar", "read_on_disk", "empty_on_disk")


def _lines(given: Arguments) -> Iterator[Code]:
    encoding = cast(str, given["encoding"])
    yield Code(f"text_lines(path, {literal(encoding)}, WAY_OUT)")
    if given["skip"]:
        yield Code(f"blanked(lines, {literal(given['skip'])})")
    if comment := given["comment"]:
        arguments = f"{literal(comment)}, {literal(given['quote'])}"
        yield Code(f"without_comments(lines, {arguments})")
    if given["on_disk"]:
        yield Code("with_bar(path, lines)")


def _sample(given: Arguments) -> Code | None:
    if given["sample"] is None:
        return None
    return Code(f"{literal(given['sample'])}, {literal(given['seed'])}")


def _on_disk(given: Arguments) -> Code | None:
    """What tells apart ways to read the same columns of a table."""
    if not given["on_disk"]:
        return None
    how = [given[name] for name in _HOW]
    return literal(sha256(repr((__version__, how)).encode()).hexdigest()[:16])


#: The arguments that say how the cells of a table are found.
_HOW = (
    *("delimiter", "header", "missing", "missing_only", "encoding", "decimal"),
    *("thousands", "signs", "quote", "comment", "skip"),
)


def _header(data: ir.Data) -> Code | None:
    header = data.source.arguments["header"]
    if header == "auto":
        return Code("True") if names_columns(data) else None
    return literal(header)


def _masks(uses: Sequence[Use]) -> Iterator[Code]:
    origins = "origins" if _dates(uses) else "features"
    for use, names in zip(uses, plan_learnt(uses), strict=True):
        if names.of is None:
            continue
        mask, columns = f"learnt[{literal(names.of)}]", columns_of(use)
        text = filler(use.arguments)
        if columns is not None:
            named = literal(list(columns))
            yield Code(f"{mask} = columns_of({named}, columns, {origins}, path)")
        if text is not None:
            given = f"learnt, x, features, MISSING, {literal(text)}"
            some = f", {mask}" if columns is not None else ""
            yield Code(f"{mask} = fill_texts({given}{some})")
    masks = imputed(uses)
    if len(masks) > 1 and None not in masks:
        yield Code(f'learnt["data/imputed"] = learnt[{literal(masks[0])}].copy()')
        for other in masks[1:]:
            yield Code(f'learnt["data/imputed"] |= learnt[{literal(other)}]')


def _expanded(
    expanding: Use | None, categories: Sequence[Use], chosen: Sequence[str | int]
) -> Code | None:
    """The names of the columns that become several; None where all texts do."""
    if expanding is None or not chosen:
        return None
    named = columns_of(expanding)
    if named is None:
        return Code("other_texts(learnt, features, chosen)")
    found = f"find_columns({literal(list(named))}, columns, path)"
    return Code(f"[columns[i] for i in {found}]")


def _dates(uses: Sequence[Use]) -> Code | None:
    """The columns of dates, and how they are written."""
    found = [
        (list(columns_of(use) or ()), use.arguments["format"])
        for use in uses
        if cast(TransformEntry, use.entry).reads
    ]
    return literal(found) if found else None


def _made(categories: Sequence[Use], chosen: bool, count: int | None) -> Iterator[Code]:
    """Lines about orders, ids, and the codes of unknown categories."""
    widths, unknown = 'learnt["data/one_hot"]', None
    for use in categories:
        entry, columns = cast(TransformEntry, use.entry), columns_of(use)
        if entry.order is not None:
            order = literal(list(entry.order(use.arguments)))
            (column,) = columns or ()
            given = f"learnt, {literal(column)}, {order}, columns, features, path"
            yield Code(f"put_in_order({given})")
        elif entry.ids and columns is not None:
            named = literal(list(columns))
            yield Code(f"{_IDS} = columns_of({named}, columns, features, path)")
        elif entry.ids:
            others = f"other_texts(learnt, features{', chosen' * chosen})"
            yield Code(f"{_IDS} = np.isin(features, {others})")
        elif entry.opens(use.arguments):
            code = "-1.0" if use.arguments["minimum"] == 1 else f"{widths} - 1.0"
            unknown = f"np.where({widths} > 0, {code}, np.nan)"
    ids = any(cast(TransformEntry, use.entry).ids for use in categories)
    if unknown or ids:
        nothing = "np.full(len(features), np.nan)"
        yield Code(f'learnt["data/unknown"] = {unknown or nothing}')
    if ids:
        yield Code(f'learnt["data/unknown"][{_IDS}] = -1.0')
    if ids and count is not None:
        yield Code(f"verify_id_counts(learnt, features, {literal(count)}, path)")


#: The mask of columns of ids.
_IDS = 'learnt["data/ids"]'


def _texts(chosen: Sequence[str | int], classes: Code) -> Code | None:
    if classes and chosen:
        return Code(f"[{classes}, {', '.join(map(literal, chosen))}]")
    if classes:
        return Code("TARGET" if classes == "*TARGET" else f"[{classes}]")
    return literal(chosen) if chosen else None


def _plain(given: Arguments) -> Code | None:
    decimal, thousands, signs = (given[n] for n in ("decimal", "thousands", "signs"))
    if decimal == "." and not (thousands or signs):
        return None
    notation = f"decimal={literal(decimal)}, thousands={literal(thousands)}"
    notation += f", signs={literal(signs)}" if signs else ""
    return Code(f"partial(localized, {notation})")


def _among(data: ir.Data) -> bool:
    """Whether the targets are among the features, of windows of a series."""
    given = data.source.arguments
    features = cast("Columns | None", given["features"]) or ()
    return data.sliding is not None and {*cast(Columns, given["target"])} <= {*features}


def _constants(given: Arguments, model: str) -> Iterator[Code]:
    files = {part: given[name] for part, name in PARTS.items() if given[name]}
    yield Code(f"FILES = {literal(files)}")
    for name in ("target", "features", "drop"):
        columns = cast("Columns | None", given[name])
        if columns or name != "drop":
            yield Code(f"{name.upper()} = {literal(columns and list(columns))}")
    words = missing_words(given)
    yield Code(f"MISSING = {literal({k: list(v) for k, v in words.items()})}")
    way_out = 'save it as UTF-8, or write encoding="cp1252" in csv(), or another'
    yield Code(f"WAY_OUT = {literal(way_out)}")
    if given["on_disk"]:
        yield Code(f'CACHE = Path("runs", {literal(f"{model}.table")})')

"""What a data section asks of its files."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.analyze.tables import names_columns
from nnspec.facts import Request
from nnspec.table.data_entry import SourceEntry, columns_of, takes_texts
from nnspec.table.transforms import filler


def request_of(data: ir.Data) -> Request | None:
    """What is to be read; None of a source without files that tell anything."""
    files = cast(SourceEntry, data.source.entry).told_by(data.source.arguments)
    if not files:
        return None
    split = data.split
    makers = filter(takes_texts, data.all_transforms)
    return Request(
        source=data.source.entry.name,
        files=files,
        arguments=data.source.arguments,
        named=names_columns(data),
        chosen=tuple(column for use in makers for column in columns_of(use) or ()),
        fillers=tuple(
            (columns_of(use), text)
            for use in data.transforms
            if (text := filler(use.arguments)) is not None
        ),
        validation=split.validation if split else 0,
        test=split.test if split else 0,
        seed=split.seed if split else None,
        stratify=split.stratify if split else False,
    )


def lacking_file(data: ir.Data | None) -> str | None:
    """The file that would tell the shape of a sample, if it were there."""
    if data is None or data.facts is not None or data.feature_shape is not None:
        return None
    request = request_of(data)
    return request.files["train"] if request else None

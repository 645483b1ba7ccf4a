"""The plain files that the data section of a script calls."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.table.data_entry import SourceEntry, TransformEntry, columns_of, reshapes
from nnspec.targets.numpy.labels import Labels, plan_labels
from nnspec.targets.numpy.named import Names, bare_files_of_names, files_of_names
from nnspec.targets.numpy.samples import Samples, plan_samples, stays
from nnspec.targets.numpy.tables import files_of_table
from nnspec.targets.numpy.transforms import plan_learnt, takes_some
from nnspec.targets.numpy.words import files_of_words


def files_of_data(
    model: ir.Model, labels: Labels, samples: Samples, named: Names | None
) -> tuple[str, ...]:
    """The plain files that the section calls, in the order of their use."""
    data = model.data
    source = cast(SourceEntry, data.source.entry) if data else None
    uses = data.transforms if data else ()
    arrays = [] if samples.irreplaceable else ["npz"]
    table = source is not None and source.table
    arrays += [] if samples.texts or samples.ids else ["check_samples"]
    ids = bool(model.network.ids) and not samples.texts
    if table and named and named.several_inputs:  # not those that are made of words
        ids = any(one.ids for one in named.each_input)
    arrays += ["check_given_ids"] * ids
    lazy = stays(model)
    names = [*source.files] if source else []
    names += [*labels.files, *["check_classes"] * labels.named]
    names += files_of_table(data) if data and table else ()
    alone = bool(data and data.reconstruct)
    given = "given_rows" if alone else "given_tables"
    names += [given, "as_rows", "read_labelled"] * table
    given = "given_samples" if alone else "given_parts"
    names += [] if table or named else [given]
    if not table:
        names += [*arrays, labels.function]
        names += [] if named and named.several_inputs else readers_of(source, samples)
        names += ["as_texts"] if samples.texts else []
    else:
        names += [labels.function, "column_roles", *arrays]
        reshaped = any(map(reshapes, uses))
        if not (samples.texts or reshaped or (named and named.several_inputs)):
            beside = bool(data and data.words)
            names += ["check_beside" if beside else "check_features"]
    names += _files_of_parts(model, samples)
    if data and data.words:
        names += ["check_learnt", "as_learnt"]
    if data and data.folds:
        names += ["dealt"] if data.folds.stratify else []
        on_disk = data.source.arguments.get("on_disk")
        names += ["cut_fold", *["mapped_rows"] * bool(lazy or on_disk)]
    for use in uses:
        names += cast(TransformEntry, use.entry).files(use.arguments)
        names += ["columns_of"] if takes_some(use) and columns_of(use) else []
        (learnt,) = plan_learnt([use])
        names += ["check_learnt", "as_learnt"] if learnt.keys or learnt.of else []
    each = [o.labels for o in named.each_output] if named else [labels]
    names += ["check_learnt"] if any(labels.late for labels in each) else []
    names += files_of_names(named) if named else ()
    return tuple(dict.fromkeys(names))


def bare_files_of_data(model: ir.Model, named: Names | None) -> tuple[str, ...]:
    """Those of them that a bare script calls, which neither checks nor predicts."""
    of_names = bare_files_of_names(named) if named else ()
    if model.data is None:
        return of_names
    source = cast(SourceEntry, model.data.source.entry)
    files = source.files if source.bare_files is None else source.bare_files
    names = [*files]
    names += of_names if named else plan_labels(model).files
    samples = plan_samples(model)
    names += files_of_table(model.data) if source.table else ()
    names += _files_of_parts(model, samples)
    for use in model.data.transforms:
        names += cast(TransformEntry, use.entry).files(use.arguments)
        names += ["columns_of"] if takes_some(use) and columns_of(use) else []
    needed = (n for n in names if n != source.reader and not n.startswith("check_"))
    return tuple(dict.fromkeys(needed))


def _files_of_parts(model: ir.Model, samples: Samples) -> list[str]:
    """The plain files that make parts, and samples of what stays on disk."""
    data, names = model.data, list[str]()
    source = cast(SourceEntry, data.source.entry) if data else None
    if source and source.table:
        names += ["column_of_texts" if samples.texts else "learn_categories"]
        whole = samples.whole or bool(data and data.sliding)
        names += ["by_blocks"] * (whole and len(model.network.inputs) == 1)
        names += files_of_words(data)
    if data and data.split:
        names += ["stratified_order"] if data.split.stratify else []
        names += ["split_off"]
        drawn = data.split.stratify or data.split.seed is not None
        names += ["mapped_rows"] if drawn and stays(model) else []
    several = "named_" * (len(model.network.inputs) > 1)
    ready = "prepared_rows"
    if data and data.sliding:
        ready = f"prepared_{several}windows"
    names += [ready] if samples.dense or stays(model) else []
    return [*names, *(["dense_rows"] if samples.dense else [])]


def readers_of(source: SourceEntry | None, samples: Samples) -> tuple[str, ...]:
    """The plain files that read samples to predict for."""
    reader = source.reader if source else "load_array"
    shaped = (source and source.shaped) or samples.texts or samples.ids
    return (reader,) if shaped else (reader, "as_samples")

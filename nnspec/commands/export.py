"""`nnspec export`: a trained model, or the history of a run, for other programs."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import cast

from nnspec import ir
from nnspec.commands import specs
from nnspec.commands.extras import need, need_keras
from nnspec.commands.files import replace_file
from nnspec.commands.terminal import DONE, FILE_FAULT, USAGE, Stop, say
from nnspec.diagnostics import SpecError, did_you_mean
from nnspec.table.data_entry import TransformEntry
from nnspec.targets.numpy.targets import target_transforms
from nnspec.targets.predicted import as_predicted
from nnspec.weights import keras, npz, safe
from nnspec.weights.npz import Trained, Unfit


def run(options: Namespace) -> int:
    """Write `options.to` by its ending, or the events of a run into that folder."""
    if os.path.isdir(options.spec):
        return _history(Path(options.spec), options.to)
    writer = _writer(options.to)
    if options.weights is None:
        help = "add `--weights runs/NAME/weights.npz`, of a training of the spec"
        raise Stop(USAGE, "`nnspec export` of a spec needs `--weights FILE`", help)
    analysis, model = specs.model(options.spec, options.set)
    trained = read(options.weights, model)
    try:
        data = writer(model, trained)
    except SpecError as error:
        raise specs.refused(options.spec, analysis, error.diagnostics) from None
    replace_file(options.to, data)
    say(f"wrote {options.to}")
    return DONE


def read(path: str, model: ir.Model) -> Trained:
    """The weights of a file, which has to be of this model."""
    try:
        return npz.read(Path(path), model.network)
    except OSError as error:
        raise Stop(FILE_FAULT, f"cannot read {path}: {error.strerror}") from None
    except Unfit as fault:
        help = "name the weights.npz of a training of this spec"
        raise Stop(FILE_FAULT, f"{path}: {fault}", help) from None


def _safetensors(model: ir.Model, trained: Trained) -> bytes:
    library = need("safetensors.numpy", "safetensors", "a `.safetensors` file")
    return safe.write(library, trained)


def _onnx(model: ir.Model, trained: Trained) -> bytes:
    from nnspec.targets.onnx.export import export  # noqa: PLC0415 -- only here

    library = need("onnx", "onnx", "an `.onnx` file")
    exported = export(library, as_predicted(model), trained)
    _tell(exported.before, exported.after)
    return exported.data


def _h5(model: ir.Model, trained: Trained) -> bytes:
    library = need("h5py", "keras", "a `.weights.h5` file")
    return keras.write(library, trained, model.network)


def _keras(model: ir.Model, trained: Trained) -> bytes:
    from nnspec.targets.keras.archive import archive  # noqa: PLC0415 -- only here

    library = need_keras("a `.keras` file")
    network = as_predicted(model)
    written = archive(library, network, _h5(network, trained))
    before = model.data.all_transforms if model.data else ()
    _tell(
        (use.name for use in before if not cast(TransformEntry, use.entry).by_batch),
        (use.name for use in target_transforms(model.data)),
    )
    return written


def _tell(before: Iterable[str], after: Iterable[str]) -> None:
    """Say which transforms are not part of a file."""
    if names := ", ".join(before):
        say(f"not in the file, do it before: what {names} makes of the data")
    if names := ", ".join(after):
        say(f"not in the file, undo it after: what {names} makes of the target")


_Writer = Callable[[ir.Model, Trained], bytes]
_WRITERS: dict[str, _Writer] = {
    ".onnx": _onnx,
    ".safetensors": _safetensors,
    ".weights.h5": _h5,
    ".keras": _keras,
}


def _writer(path: str) -> _Writer:
    """What writes a file of that ending."""
    for ending, writer in _WRITERS.items():
        if path.endswith(ending):
            return writer
    ending = "".join(Path(path).suffixes[-2:]) or path
    near = did_you_mean(ending, _WRITERS) or f"end it in {' or '.join(_WRITERS)}"
    raise Stop(USAGE, f"`--to {path}`: what it ends in is no format to write", near)


def _history(run: Path, folder: str) -> int:
    """Write the history of a run as event files of TensorBoard."""
    from nnspec.weights import events  # noqa: PLC0415 -- only here

    need("tensorboard", "tensorboard", "a folder of event files")
    try:
        count = events.write(run, folder)
    except OSError as error:
        path = error.filename or folder
        help = "name the folder of a run, with its history.csv"
        raise Stop(FILE_FAULT, f"{path}: {error.strerror}", help) from None
    except (ValueError, KeyError) as error:
        raise Stop(FILE_FAULT, f"{run / 'history.csv'}: {error}") from None
    say(f"wrote {count} epochs to {folder}: `tensorboard --logdir {folder}` shows them")
    return DONE

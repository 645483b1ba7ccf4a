"""`nnspec import`: weights of another library, as a weights.npz of a spec."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from nnspec import ir
from nnspec.commands import specs
from nnspec.commands.extras import need
from nnspec.commands.files import replace_file
from nnspec.commands.terminal import DONE, FILE_FAULT, USAGE, Stop, say
from nnspec.table.data_entry import SourceEntry, TransformEntry
from nnspec.weights import keras, npz, safe
from nnspec.weights.matching import Found, match
from nnspec.weights.npz import Array, Unfit
from nnspec.weights.slots import Slot, slots

_ENDINGS = (".safetensors", ".weights.h5", ".keras")
_PICKLED = (".pt", ".pth", ".bin", ".pkl", ".ckpt")


def run(options: Namespace) -> int:
    """Write `options.to`: the arrays of `options.file` under the names of the spec."""
    _, model = specs.model(options.spec, options.set)
    found, learnt = _read(options.file)
    matched = match(slots(model.network), found)
    for line in matched.told:
        say(line)
    if matched.missing:
        raise _misfit(options.file, matched.missing[0], matched.left, found)
    for name in matched.left:
        say(f"{name}: left out, no weight of the spec")
    dtype = model.training.precision if model.training else "float32"
    arrays = {name: _cast(name, a, dtype) for name, a in matched.arrays.items()}
    ordered = {w.name: arrays[w.name] for w in model.network.weights}
    replace_file(options.to, npz.write(ordered, learnt))
    say(f"wrote {options.to}")
    if model.data and not learnt and _learns(model.data):
        say("what the transforms learn of the data is not in it: train with")
        say(f"`--initial-weights {options.to}` to have that, too")
    return DONE


def _learns(data: ir.Data) -> bool:
    """Whether predictions need more than weights: what the data section learns."""
    entries = [(cast(TransformEntry, u.entry), u.arguments) for u in data.transforms]
    table = cast(SourceEntry, data.source.entry).table
    return table or any(entry.learnt(arguments) for entry, arguments in entries)


def _cast(name: str, array: Array, dtype: str) -> Array:
    """The numbers in the precision of the spec; that it is another one is told."""
    if array.dtype != dtype:
        say(f"{name}: {array.dtype}, rounded to {dtype}")
    return array.astype(dtype)


def _read(path: str) -> tuple[list[Found], Mapping[str, Array]]:
    if path.endswith(_PICKLED):
        raise Stop(USAGE, f"{path} may hold code, and is not read", _two_lines(path))
    if not path.endswith(_ENDINGS):
        raise Stop(USAGE, f"{path}: end it in {', '.join(_ENDINGS)}, by what it is")
    try:
        Path(path).open("rb").close()
        if path.endswith(".safetensors"):
            library = need("safetensors", "safetensors", "a `.safetensors` file")
            return safe.read(library, path)
        return keras.read(need("h5py", "keras", "a file of Keras"), Path(path)), {}
    except OSError as error:
        raise Stop(FILE_FAULT, f"cannot read {path}: {error.strerror}") from None
    except Unfit as fault:
        raise Stop(FILE_FAULT, f"{path}: {fault}") from None


def _two_lines(path: str) -> str:
    """How to save what PyTorch has as safetensors."""
    to = f"{path.rpartition('.')[0]}.safetensors"
    return (
        "save it with PyTorch, and import that: `import torch, safetensors.torch`, "
        "then `safetensors.torch.save_file("
        f'torch.load("{path}", weights_only=True), "{to}")`'
    )


def _misfit(path: str, slot: Slot, left: tuple[str, ...], found: list[Found]) -> Stop:
    shapes = {each.name: each.array.shape for each in found}
    rest = ", ".join(f"{n} {shapes[n]}" for n in left[:4]) or "none"
    message = f"{path}: no array for `{slot.name}` {slot.shape}; left are: {rest}"
    return Stop(FILE_FAULT, message, "the spec has to have the layers of that model")

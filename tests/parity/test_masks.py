"""Which layers pass a mask of steps on, and which drop it with a warning."""

from __future__ import annotations

import inspect
from typing import Any

import keras
import pytest

from nnspec.table import TABLE
from nnspec.table.entry import LayerEntry
from tests.parity.keras_model import class_of

#: A mask is for sequences of ids, so it is asked for; Keras's `dot` says it has one and
#: gives none.
OTHERWISE = {"embedding", "dot"}


def classes() -> dict[str, Any]:
    """Keras's classes of the layers, by our names; those that it has."""
    names = [name for name, entry in TABLE["layer"].items() if entry.name == name]
    found = {}
    for name in names:
        try:
            found[name] = class_of(keras.layers, name)
        except AttributeError:
            continue
    return {name: found[name] for name in found if inspect.isclass(found[name])}


CLASSES = classes()


def test_most_layers_are_keras_s() -> None:
    assert len(CLASSES) > 80


@pytest.mark.parametrize("name", sorted(CLASSES.keys() - OTHERWISE))
def test_a_mask_goes_on_where_it_does_in_keras(name: str) -> None:
    entry = TABLE["layer"][name]
    assert isinstance(entry, LayerEntry)
    own = [
        inspect.getsource(base)
        for base in CLASSES[name].__mro__
        if base.__module__.startswith("keras.src.layers") and base.__name__ != "Layer"
    ]
    text = "".join(own)
    supported = "supports_masking = True" in text or "compute_mask" in text
    defaults = {argument.name: argument.default for argument in entry.arguments}
    if "layer" in defaults:  # of a wrapper it is that of the layer within
        return
    if name.startswith("conv_lstm"):  # masks are of sequences of vectors
        return
    assert (entry.mask(defaults) != "drops") == supported

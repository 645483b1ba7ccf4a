"""What Keras has is in the table, or on the page of what is not here.

That is: every public layer, activation, loss, optimizer and metric.
"""

from __future__ import annotations

import inspect
import re

import pytest

from nnspec.table import TABLE
from tests.conftest import ROOT
from tests.parity.conftest import WHY

keras = pytest.importorskip("keras", reason=WHY, exc_type=ImportError)

from tests.parity.keras_model import class_of, metric_class  # noqa: E402

#: Public under a name of Keras's that is no layer's here: `input` is this one.
BESIDE = {"InputLayer"}
_ROW = re.compile(r"^\| (`.*?`) \|", re.MULTILINE)


#: The modules of what is in the table, by its kinds.
MODULES = {
    "layer": keras.layers,
    "loss": keras.losses,
    "optimizer": keras.optimizers,
    "metric": keras.metrics,
}
#: Functions of Keras that are no activations.
NO_ACTIVATIONS = {"get", "serialize", "deserialize"}


def public(kind: str) -> set[str]:
    """Those of Keras, each under the name of its class."""
    found = vars(MODULES[kind]).values()
    return {one.__name__ for one in found if inspect.isclass(one)} - BESIDE


def known(kind: str) -> set[str]:
    """Those that the table of operations has."""
    return {*filter(None, (_class(kind, name) for name in TABLE[kind]))}


def _class(kind: str, name: str) -> str | None:
    try:
        if kind == "metric":
            return getattr(metric_class(name), "__name__", None)  # a loss has none
        return class_of(MODULES[kind], name).__name__
    except AttributeError:  # an activation, or what Keras lacks
        return None


def told() -> set[str]:
    """Those in the first column of the page's tables."""
    page = (ROOT / "docs" / "not-here.md").read_text(encoding="utf-8")
    return {name for row in _ROW.findall(page) for name in re.findall(r"`(\w+)`", row)}


@pytest.mark.parametrize("kind", MODULES)
def test_each_one_of_keras_is_in_the_table_or_on_the_page(kind: str) -> None:
    assert public(kind) - known(kind) - told() == set()


def test_each_activation_of_keras_is_in_the_table() -> None:
    functions = {n for n, f in vars(keras.activations).items() if inspect.isfunction(f)}
    there = {*TABLE["activation"], *TABLE["layer"]}
    assert functions - NO_ACTIVATIONS - there == set()


def test_the_page_tells_of_nothing_that_is_here_or_that_keras_has_not() -> None:
    assert told() & {name for kind in MODULES for name in known(kind)} == set()
    assert told() - {name for kind in MODULES for name in public(kind)} == set()

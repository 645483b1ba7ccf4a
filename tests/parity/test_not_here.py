"""Every public layer of Keras is in the table, or on the page of what is not here."""

from __future__ import annotations

import inspect
import re

import pytest

from nnspec.table import TABLE
from tests.conftest import ROOT
from tests.parity.conftest import WHY

keras = pytest.importorskip("keras", reason=WHY, exc_type=ImportError)

from tests.parity.keras_model import class_of  # noqa: E402

#: Public under a name of Keras's that is no layer's here: `input` is this one.
BESIDE = {"InputLayer"}
_ROW = re.compile(r"^\| (`.*?`) \|", re.MULTILINE)


def public() -> set[str]:
    """The layers of Keras, each under the name of its class."""
    found = vars(keras.layers).values()
    return {kind.__name__ for kind in found if inspect.isclass(kind)} - BESIDE


def known() -> set[str]:
    """Those that the table of operations has."""
    return {*filter(None, map(_class, TABLE["layer"]))}


def _class(name: str) -> str | None:
    try:
        return class_of(keras.layers, name).__name__
    except AttributeError:  # an activation, or what Keras lacks
        return None


def told() -> set[str]:
    """Those in the first column of the page's tables."""
    page = (ROOT / "docs" / "not-here.md").read_text(encoding="utf-8")
    return {name for row in _ROW.findall(page) for name in re.findall(r"`(\w+)`", row)}


def test_each_layer_of_keras_is_in_the_table_or_on_the_page() -> None:
    assert public() - known() - told() == set()


def test_the_page_tells_of_nothing_that_is_here_or_that_keras_has_not() -> None:
    assert told() & known() == set()
    assert told() - public() == set()

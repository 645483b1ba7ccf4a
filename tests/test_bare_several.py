"""Bare scripts of several inputs and outputs, with the losses of the full ones."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests import test_several_inputs, test_several_targets
from tests.scripts import load
from tests.several import (
    ARCHIVE,
    AUXILIARY,
    CITIES,
    CONVOLVED,
    EVERYTHING,
    HEADS,
    HOUSES,
    NAMED_CITIES,
    SIAMESE,
    SPECS,
    WIDE,
    arrays,
)
from tests.test_bare import bare, both, longer, printed
from tests.test_network_scripts import lint, unused
from tests.test_several import houses, saved


def archive(folder: Path) -> None:
    """The arrays of ARCHIVE, with labels that are texts."""
    x, y = arrays(100)
    kinds = np.array(["a", "b", "c"])[y["kind"]]
    texts = np.where(y["sold"], "yes", "no")
    np.savez(folder / "data.npz", xl=x["left"], xr=x["right"], ys=texts, yk=kinds)


def given(**arrays: Callable[[Any, int], Any]) -> Callable[[Path], None]:
    """What saves `data.npz` with each array of two parts, drawn for so many samples."""

    def save(folder: Path) -> None:
        rng = np.random.default_rng(0)
        found = {}
        for part, n in (("train", 45), ("test", 20)):
            for name, draw in arrays.items():
                kind, *rest = name.split("_")
                key = "/".join([f"{kind}_{part}", *rest])
                found[key] = draw(rng, n)
        np.savez(folder / "data.npz", **found)

    return save


def normal(*shape: int) -> Callable[[Any, int], Any]:
    return lambda rng, n: rng.normal(size=(n, *shape))


def below(limit: int, *shape: int) -> Callable[[Any, int], Any]:
    return lambda rng, n: rng.integers(limit, size=(n, *shape))


def one_of_three(rng: Any, n: int) -> Any:
    return np.eye(3)[rng.integers(3, size=n)]


PIPELINES = test_several_inputs.spec(test_several_inputs.EACH)

#: Specs, and what writes their data.
TRAINED: dict[str, tuple[str, Callable[[Path], object]]] = {
    "everything": (EVERYTHING, saved),
    "convolved": (
        longer(CONVOLVED),
        given(x=normal(6, 6, 2), y_shares=below(3), y_scores=below(3)),
    ),
    "siamese": (
        longer(SIAMESE),
        given(x_left=normal(5, 5, 1), x_right=normal(5, 5, 1), y=below(2, 1)),
    ),
    "auxiliary": (
        longer(AUXILIARY),
        given(x=normal(4), y_late=one_of_three, y_early=one_of_three),
    ),
    "wide": (
        longer(WIDE),
        given(
            x_numbers=normal(3),
            x_city=below(5, 1),
            y_price=normal(1),
            y_dear=below(2, 1),
        ),
    ),
    "archive": (longer(ARCHIVE), archive),
    "heads": (longer(HEADS), lambda folder: None),
    "houses": (longer(HOUSES), houses),
    "cities": (longer(CITIES), houses),
    "named cities": (longer(NAMED_CITIES), houses),
    "targets of a table": (
        test_several_targets.TABLE,
        test_several_targets.written,
    ),
    "targets of arrays": (test_several_targets.ARRAYS, test_several_targets.written),
    "pipelines": (PIPELINES, test_several_inputs.written),
    "pipelines that learn nothing": (
        test_several_inputs.spec("scale(1/4)"),
        test_several_inputs.written,
    ),
}


@pytest.mark.parametrize("name", TRAINED)
def test_the_losses_are_those_of_the_full_script(name: str, tmp_path: Path) -> None:
    text, write = TRAINED[name]
    write(tmp_path)
    with contextlib.chdir(tmp_path):
        at, options = ["."], ["--data-dir", "."]
        if not text.lstrip().startswith("data"):
            at, options = ["data.npz"], ["--data", "data.npz"]
        found, full = both(text, at, options)
    assert found == full
    assert len(found) >= 2


def test_scripts_are_clean(tmp_path: Path) -> None:
    trained = {name: text for name, (text, _) in TRAINED.items()}
    for name, text in {**SPECS, **trained}.items():
        code = bare(text)
        assert unused(code) == [], name
        (tmp_path / f"{name}.py").write_text(code, "utf-8")
    lint(tmp_path)


def test_tables_of_the_test_part_follow_its_numbers(tmp_path: Path) -> None:
    archive(tmp_path)
    with contextlib.chdir(tmp_path):
        lines = printed(load(bare(ARCHIVE)), ".")
    start = lines.index("test_kind_class_report")
    assert lines[start - 1].startswith("test  test_loss ")
    assert [line.split()[0] for line in lines[start + 2 : start + 5]] == ["a", "b", "c"]

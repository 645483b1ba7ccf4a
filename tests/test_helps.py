"""What help lines offer is part of the language, and habits are not."""

from __future__ import annotations

import pytest

from nnspec import habits, helps, syntax
from nnspec.bind import Binder
from nnspec.diagnostics import Diagnostics
from nnspec.parse import parse
from nnspec.source import Source
from nnspec.table import TABLE
from nnspec.table.entry import REQUIRED
from nnspec.table.settings import TRAINING
from nnspec.values import Scope

ENTRIES = [
    (category, name)
    for category, entries in TABLE.items()
    for name, entry in entries.items()
    if any(argument.default is REQUIRED for argument in entry.arguments)
]


def is_sound(category: str, call: str) -> bool:
    """Whether a call binds to an entry of the category."""
    diagnostics = Diagnostics()
    spec = parse(Source("spec.nn", f"let it = {call}"), diagnostics)
    (let,) = spec.statements
    assert isinstance(let, syntax.Let)
    binder = Binder(Scope({}, diagnostics), diagnostics)
    value = binder.scope.resolve(let.value)
    assert value is not None
    return binder.use(category, value) is not None and not diagnostics.found


@pytest.mark.parametrize(("category", "name"), ENTRIES)
def test_an_example_is_a_use(category: str, name: str) -> None:
    example = helps.needed(TABLE[category][name]).split("`")[1]
    assert is_sound(category, example)


@pytest.mark.parametrize("category", habits.NUMBERS)
def test_a_number_stands_for_a_use(category: str) -> None:
    assert is_sound(category, habits.NUMBERS[category].replace("VALUE", "0.5"))


@pytest.mark.parametrize("category", habits.NAMES)
def test_habits_are_no_names_but_mean_some(category: str) -> None:
    known = TABLE[category].keys()
    assert habits.NAMES[category].keys().isdisjoint(known)
    assert {name for names in habits.NAMES[category].values() for name in names} < known


def test_habits_are_no_settings_or_arguments() -> None:
    known = {argument.name for argument in TRAINING.arguments}
    assert habits.SETTINGS.keys().isdisjoint(known)
    for category, arguments in habits.ARGUMENTS.items():
        for entry in TABLE[category].values():
            assert arguments.keys().isdisjoint(a.name for a in entry.arguments)

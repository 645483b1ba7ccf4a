"""A job in another thread while the caller goes on."""

from __future__ import annotations

import os
import threading

import pytest

from templates.runtime import in_threads as threads
from templates.runtime import meanwhile as module
from templates.runtime.meanwhile import meanwhile


@pytest.fixture
def one_helper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "THREADS", 2)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_it_gives_what_the_function_returns(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "THREADS", count)
    results = [meanwhile(lambda x: 2 * x, x) for x in range(5)]
    assert [result() for result in results] == [0, 2, 4, 6, 8]


@pytest.mark.usefixtures("one_helper")
def test_the_caller_goes_on() -> None:
    goes_on = threading.Event()
    result = meanwhile(goes_on.wait, 30)
    goes_on.set()
    assert result()


@pytest.mark.usefixtures("one_helper")
def test_the_caller_does_himself_what_has_not_begun() -> None:
    busy, over = threading.Event(), threading.Event()

    def block() -> None:
        busy.set()
        over.wait(30)

    threads.helpers(os.getpid(), 1).submit(block)
    assert busy.wait(30)
    assert meanwhile(lambda _: threading.get_ident(), 0)() == threading.get_ident()
    over.set()


@pytest.mark.parametrize("count", [1, 2])
def test_what_goes_wrong_is_raised(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "THREADS", count)

    def fail(_: int) -> None:
        raise MemoryError

    with pytest.raises(MemoryError):
        meanwhile(fail, 0)()

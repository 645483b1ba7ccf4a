"""A plugin of pytest that writes down how tests failed: `-p tests.mutants.verdict`.

`verdict.json`, at the top of the copy, tells how many tests `passed`, and for each test
that failed whether an assertion of the tests has told.
"""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path

import pytest

FILE = "verdict.json"
TESTS = Path(__file__).resolve().parent.parent
passed: list[str] = []
failed: dict[str, bool] = {}


def is_assertion(call: pytest.CallInfo[None]) -> bool:
    """Whether a test failed by an assertion that stands in the tests.

    One of nnspec itself does not count, nor one that a script ended in a traceback.
    """
    if call.excinfo is None or call.when != "call":
        return False
    kinds = (AssertionError, pytest.fail.Exception)
    places = [Path(entry.path) for entry in call.excinfo.traceback]
    ours = [place for place in places if TESTS.parent in place.parents]
    return (
        isinstance(call.excinfo.value, kinds)
        and TESTS in ours[-1].parents
        and "Traceback (most recent call last)" not in str(call.excinfo.value)
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note each test that passed, and each that failed."""
    report = yield
    if report.failed:
        failed[item.nodeid] = is_assertion(call)
    elif report.passed and report.when == "call":
        passed.append(item.nodeid)
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the file."""
    found = {"passed": len(passed), "failed": failed}
    (session.config.rootpath / FILE).write_text(json.dumps(found), encoding="utf-8")

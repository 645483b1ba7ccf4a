"""The operation that docs/extending.md adds has Keras's numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.parity.conftest import WHY
from tests.test_extending import extend, only

pytest.importorskip("keras", reason=WHY, exc_type=ImportError)


def test_it_is_as_in_keras(tmp_path: Path) -> None:
    copy = extend(tmp_path / "copy")
    done = copy.run("-m", "pytest", "-vv", "-k", only("text").note, "tests/parity")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("PASSED") == 6

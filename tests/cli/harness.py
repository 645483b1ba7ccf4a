"""What the tests of the command line share."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nnspec import compiler

SPEC = """\
let hidden = 4

data { blobs(samples=20) }

network {
  input(2)
  dense(hidden, relu)
  dense(3, softmax)
}

training { loss = sparse_categorical_crossentropy }
"""
WRONG = SPEC.replace("relu", "rela")
DOUBTFUL = SPEC.replace("3, softmax", "2, softmax")
UNTRAINED = SPEC.partition("training")[0]


Capture = pytest.CaptureFixture[str]


def write(name: str, text: str) -> Path:
    path = Path(name)
    path.write_text(text, encoding="utf-8")
    return path


def process(*command: str, **options: Any) -> subprocess.Popen[str]:
    """A process of its own that finds nnspec."""
    root = str(Path(compiler.__file__).parent.parent)
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    environment = {**os.environ, "PYTHONPATH": root}
    return subprocess.Popen(
        command, env=environment, text=True, encoding="utf-8", **options
    )


def nnspec(*arguments: str, **options: Any) -> tuple[int, str, str]:
    """Exit code and output of a command in a process of its own."""
    started = process(sys.executable, "-m", "nnspec", *arguments, **options)
    out, err = started.communicate(timeout=60)
    return started.returncode, out, err

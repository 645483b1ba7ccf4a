"""Loops that take the cores from what is measured, as other programs do."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator


@contextlib.contextmanager
def loops(number: int) -> Iterator[None]:
    """Within it, as many processes do nothing at full speed."""
    command = [sys.executable, "-c", "while True: pass"]
    with contextlib.ExitStack() as stack:
        for _ in range(number):
            # A session of its own: some systems share the cores out by sessions.
            loop = subprocess.Popen(command, start_new_session=True)
            stack.callback(loop.wait)
            stack.callback(loop.kill)
        yield

"""The man page."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from nnspec.manual import manual
from nnspec.options import COMMANDS, parser_of
from tests.snapshots import MANUAL


def test_the_man_page_is_that_of_the_commands() -> None:
    shown = MANUAL.read_text(encoding="utf-8")
    assert manual() == shown, "stale: run `make golden`"
    assert shown.isascii()


@pytest.mark.skipif(not shutil.which("groff"), reason="no groff here")
def test_man_shows_every_command_and_option() -> None:
    command = ["groff", "-man", "-ww", "-Tascii", "-P-cbou", "-rLL=200n", str(MANUAL)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    words = " ".join(done.stdout.split())
    for name, known in COMMANDS.items():
        assert f"nnspec {name} {known.usage}" in words
        for action in parser_of(name)._actions:
            assert all(option in words for option in action.option_strings)
        for example, does in known.examples:
            assert f"{example} {does}" in words

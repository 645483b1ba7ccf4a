"""Ctrl-C at any moment of the start: no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.harness import process, write

#: Python reads this at its start: it interrupts nnspec while it imports a module.
SITE = """
import os, signal, sys
class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["INTERRUPT_AT"]:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupt())
"""


def interrupted(module: str, *arguments: str) -> tuple[int, str, str]:
    Path("site").mkdir(exist_ok=True)
    write("site/sitecustomize.py", SITE)
    start = "import sys; sys.path.insert(0, sys.argv.pop(1)); import sitecustomize; "
    start += "from nnspec.__main__ import main; sys.exit(main())"
    program = (sys.executable, "-c", start, os.path.abspath("site"))
    environment = {**os.environ, "INTERRUPT_AT": module}
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [*program, *arguments],
        env={**environment, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    "module",
    [
        "nnspec.cli",
        "argparse",
        "nnspec.usage",
        "nnspec.options",
        "nnspec.commands.check",
        "nnspec.compiler",
        "nnspec.ir",
        "lark",
    ],
)
def test_an_interrupt_while_modules_load(module: str, spec: Path) -> None:
    code, out, err = interrupted(module, "check", "net.nn")
    assert code in (130, -signal.SIGINT)
    assert (out, err) == ("", "")


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_whoever_ignores_interrupts_is_not_interrupted(spec: Path) -> None:
    program = "trap '' INT; echo up; exec \"$@\""
    started = process(
        "sh", "-c", program, "sh", sys.executable, "-m", "nnspec", "check", "net.nn"
    )
    assert started.stdout is not None
    assert started.stdout.readline() == "up\n"
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=60)
    assert (started.returncode, err) == (0, "")
    assert out == "net.nn: no errors, 27 parameters\n"


@pytest.mark.parametrize(
    "command",
    [
        "nnspec layers",
        "nnspec",
        "nnspec --help",
        "nnspec completion bash",
        "nnspec init --list",
    ],
)
def test_a_reader_that_leaves_at_once(command: str) -> None:
    arguments = command.replace("nnspec", f"{sys.executable} -m nnspec", 1)
    started = process("bash", "-c", f"set -o pipefail; {arguments} | true")
    assert started.communicate(timeout=60) == ("", "")
    assert started.returncode == 0


@pytest.mark.parametrize("command", ["complie", "check nothing.nn", "compile net.nn"])
def test_nobody_hears_what_is_said(command: str, spec: Path) -> None:
    program = f"{sys.executable} -m nnspec {command} 2>&1 >/dev/null | true"
    started = process("bash", "-c", program)
    assert started.communicate(timeout=60) == ("", "")

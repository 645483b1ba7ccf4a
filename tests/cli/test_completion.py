"""Completion, in the shells themselves."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nnspec import reference
from nnspec.cli import main
from nnspec.commands.init import example_names
from nnspec.options import COMMANDS, parser_of
from nnspec.script_options import COMMANDS as SCRIPT_COMMANDS
from nnspec.script_options import OPTIONS as SCRIPT_OPTIONS
from tests.cli.harness import SPEC, Capture, write

SHELLS = [
    pytest.param(
        shell,
        marks=pytest.mark.skipif(not shutil.which(shell), reason=f"no {shell} here"),
    )
    for shell in ("bash", "zsh", "fish")
]


def script(shell: str, capsys: Capture) -> Path:
    assert main(["completion", shell]) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "@" not in captured.out.replace('"$@"', "").replace('[@]}"', "")
    return write(f"completion.{shell}", captured.out)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_reads_its_script(shell: str, capsys: Capture) -> None:
    path = script(shell, capsys)
    done = subprocess.run([shell, "-n", path], capture_output=True, check=True)
    assert done.stdout + done.stderr == b""


def by_bash(words: list[str], path: Path) -> set[str]:
    """What bash offers for the last word."""
    program = (
        f'source {path}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _nnspec; '
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )
    command = ["bash", "--norc", "-uc", program, "bash", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return {*done.stdout.split()}


def by_fish(words: list[str], path: Path) -> set[str]:
    """What fish offers for the last word."""
    program = f"source {path}; complete -C '{' '.join(words)}'"
    done = subprocess.run(
        ["fish", "--no-config", "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "HOME": os.getcwd()},
    )
    assert done.stderr == ""
    return {line.partition("\t")[0] for line in done.stdout.splitlines()}


class Typing:
    """A shell at which someone types."""

    def __init__(self, *command: str) -> None:
        environment = {**os.environ, "TERM": "dumb", "HOME": os.getcwd(), "PS1": "$ "}
        programs = f"{Path(sys.executable).parent}:{environment['PATH']}"
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, {**environment, "PATH": programs})

    def __enter__(self) -> Typing:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)

    def type(self, keys: str, end: str) -> str:
        """What the terminal shows of these keys, up to an end."""
        os.write(self.terminal, keys.encode())
        shown = ""
        deadline = time.monotonic() + 20
        while end not in shown and time.monotonic() < deadline:
            if select.select([self.terminal], [], [], 1)[0]:
                shown += os.read(self.terminal, 65536).decode(errors="replace")
        assert end in shown, shown
        return shown


#: Lists all matches, one a line, in place of a menu.
ZSH = """
PS1= PS2= RPS1= ; unsetopt prompt_cr prompt_sp zle_bracketed_paste
autoload -U compinit; compinit -u -D
source {path}
list-all() {{
    compadd() {{
        local -a found
        builtin compadd -O found "$@"
        printf 'OFFER %s\\n' $found
        builtin compadd "$@"
    }}
    _main_complete
    compstate[insert]=; compstate[list]=
    print LISTED
}}
zle -C list-all complete-word list-all; bindkey '^X' list-all
"""


def by_zsh(words: list[str], path: Path) -> set[str]:
    """What zsh offers for the last word, as one types it."""
    write("start.zsh", ZSH.format(path=path))
    with Typing("zsh", "-f", "-i") as zsh:
        zsh.type("source ./start.zsh; print START''ED\n", "STARTED")
        shown = zsh.type(f"{' '.join(words)}\x18", "LISTED")
    return {*re.findall(r"OFFER (\S+)", shown)}


OFFER = {"bash": by_bash, "zsh": by_zsh, "fish": by_fish}


@pytest.fixture
def files(spec: Path) -> None:
    write("other.txt", "")
    write("net.py", "")
    Path("sub").mkdir()
    write("sub/inner.nn", SPEC)


LONG = {
    name: {o for o in parser_of(name)._option_string_actions if o.startswith("--")}
    for name in ("", *COMMANDS)
}


@pytest.mark.share(4)  # three shells take turns
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("line", "offered", "others"),
    [
        ("nnspec ", {*COMMANDS}, {"other.txt", "dense"}),
        ("nnspec co", {"compile", "completion"}, {"check"}),
        ("nnspec --color al", {"always"}, {"compile"}),
        ("nnspec --color never su", {"summary"}, {"check"}),
        ("nnspec help in", {"init"}, {"check"}),
        ("nnspec check ", {"net.nn"}, {"dense"}),
        ("nnspec check sub/", {"sub/inner.nn"}, {"net.nn"}),
        ("nnspec compile net.nn --", LONG["compile"], {"--format"}),
        ("nnspec check net.nn --", LONG["check"], {"--output"}),
        (
            "nnspec check --format ",
            {"text", "concise", "json", "sarif", "github"},
            {"net.nn"},
        ),
        ("nnspec check --format text net", {"net.nn"}, {"json"}),
        ("nnspec init it --from sp", {"spirals"}, {"digits"}),
        ("nnspec init --from ", {*example_names()}, {"net.nn"}),
        ("nnspec layers conv2", {"conv2d", "conv2d_transpose"}, {"dense"}),
        ("nnspec layers lo", {"losses", "log_cosh"}, {"dense"}),
        ("nnspec completion ", {"bash", "zsh", "fish"}, {"net.nn"}),
        ("nnspec compile net.nn --set ", {"hidden="}, {"net.nn"}),
        ("nnspec run ", {"net.nn"}, {"evaluate"}),
        ("nnspec run net.nn ", {*SCRIPT_COMMANDS}, {"--set"}),
        ("nnspec run net.nn --", {*SCRIPT_OPTIONS}, {"--set"}),
        ("nnspec run --set hidden=2 net.nn ev", {"evaluate"}, {"train"}),
        ("nnspec run net.nn evaluate --weights oth", {"other.txt"}, {"train"}),
        ("nnspec summary net.nn --batch-size ", set(), {"net.nn"}),
    ],
)
def test_what_is_offered(
    shell: str,
    line: str,
    offered: set[str],
    others: set[str],
    files: None,
    capsys: Capture,
) -> None:
    path = script(shell, capsys)
    *words, last = line.split(" ")
    found = OFFER[shell]([*words, last], path)
    if shell == "zsh":  # it lists what is in a folder without the folder
        offered = {name.rpartition("/")[2] for name in offered}
    assert offered <= found
    assert not others & found


def test_bash_parts_an_option_from_its_value(files: None, capsys: Capture) -> None:
    path = script("bash", capsys)
    words = ["nnspec", "check", "--format", "=", "js"]
    assert by_bash(words, path) == {"json"}
    assert by_bash([*words[:4], "text", "net"], path) == {"net.nn"}
    assert "github" in by_bash(words[:4], path)


def test_names_are_words_for_every_shell() -> None:
    names = {*reference.names(), *reference.kinds(), *example_names()}
    assert all(re.fullmatch("[a-z0-9_]+", name) for name in names)


def test_a_spec_puts_no_command_into_a_shell(files: None, capsys: Capture) -> None:
    path = script("bash", capsys)
    write("net.nn", "let $(touch hit) = 1\nlet a`touch hit` = 2\nlet b;touch = 3\n")
    found = by_bash(["nnspec", "check", "net.nn", "--set", ""], path)
    assert found == {"=", "a=", "b="}
    assert not Path("hit").exists()


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
def test_an_interactive_bash_completes(files: None, capsys: Capture) -> None:
    """As a user has it: by `eval` in a shell that edits lines."""
    path = script("bash", capsys)
    with Typing("bash", "--norc", "-i") as bash:
        bash.type(f"source {path}; echo rea''dy\n", "ready")
        keys = "nnspec summ\tne\t--form\tmark\t| head -n 1\n"
        shown = bash.type(keys, "## `net`")
    assert "summary net.nn --format markdown | head" in shown.replace("\x07", "")

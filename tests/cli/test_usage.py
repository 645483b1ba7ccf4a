"""A use that is wrong is told in one style, with a way out; help explains the right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nnspec import __version__
from nnspec.cli import main
from nnspec.options import COMMANDS
from nnspec.script_options import COMMANDS as SCRIPT_COMMANDS
from nnspec.script_options import OPTIONS as SCRIPT_OPTIONS
from tests.cli.harness import SPEC, Capture, nnspec, write


def told(capsys: Capture, *arguments: str) -> tuple[str, str]:
    """The error of a wrong use and its help, which are all that is printed."""
    code = main(arguments)
    assert code in (2, 3), code
    captured = capsys.readouterr()
    assert captured.out == ""
    found = re.fullmatch(r"error: (.*)\n  = help: (.*)\n", captured.err)
    assert found, captured.err
    return found[1], found[2]


@pytest.mark.parametrize(
    ("arguments", "message", "help"),
    [
        ("complie net.nn", "there is no command `complie`", "did you mean `compile`?"),
        ("sumary", "there is no command `sumary`", "did you mean `summary`?"),
        (
            "train net.nn --epochs 2",
            "there is no command `train`",
            "did you mean `nnspec run net.nn --epochs 2`?",
        ),
        (
            "version",
            "there is no command `version`",
            "did you mean `nnspec --version`?",
        ),
        (
            "net.nn --epochs 2",
            "there is no command `net.nn`",
            "name a command, such as `nnspec run net.nn --epochs 2`",
        ),
        (
            "net.py",
            "there is no command `net.py`",
            "a script runs without nnspec: `python net.py`",
        ),
        ("xyz", "there is no command `xyz`", "`nnspec help` lists the commands"),
        ("help complie", "there is no command `complie`", "did you mean `compile`?"),
        (
            "compile --ouput x net.nn",
            "`nnspec compile` has no option `--ouput`",
            "did you mean `--output`?",
        ),
        (
            "check --fromat=json net.nn",
            "`nnspec check` has no option `--fromat`",
            "did you mean `--format`?",
        ),
        (
            "check net.nn -z",
            "`nnspec check` has no option `-z`",
            "`nnspec check --help` lists its options",
        ),
        (
            "--verson",
            "`nnspec` has no option `--verson`",
            "did you mean `--version`?",
        ),
        (
            "check --format jsn net.nn",
            "`--format` cannot be `jsn`",
            "did you mean `json`?",
        ),
        (
            "check net.nn --format",
            "`--format` needs a value",
            "write `nnspec check [options] SPEC...`",
        ),
        (
            "--color sometimes check net.nn",
            "`--color` cannot be `sometimes`",
            "write one of: auto, always, never",
        ),
        (
            "compile",
            "`nnspec compile` needs SPEC",
            "write `nnspec compile [options] SPEC...`",
        ),
        (
            "run",
            "`nnspec run` needs SPEC",
            "write `nnspec run [options] SPEC [arguments of the script]`",
        ),
        (
            "summary net.nn other.nn",
            "`nnspec summary` does not take `other.nn`",
            "write `nnspec summary [options] SPEC`",
        ),
        (
            "summary net.nn --batch-size 0",
            "`--batch-size` cannot be `0`",
            "write a whole number from 1 on: `--batch-size 32`",
        ),
        (
            "check net.nn --set width",
            "`--set` cannot be `width`",
            "write `--set NAME=VALUE`, with the NAME of a `let` of the spec",
        ),
        (
            "check --epochs 3 net.nn",
            "`nnspec check` has no option `--epochs`",
            "it is an option of the script: `nnspec run SPEC --epochs N`",
        ),
        (
            "run --epochs 3 net.nn",
            "`nnspec run` has no option `--epochs`",
            "options of the script follow the spec: `nnspec run net.nn --epochs 3`",
        ),
        (
            "run --set hidden=2 --epochs=3 --quiet net.nn --json",
            "`nnspec run` has no option `--epochs`",
            "options of the script follow the spec: "
            "`nnspec run --set hidden=2 net.nn --json --epochs=3 --quiet`",
        ),
        (
            "run --epochs 3",
            "`nnspec run` has no option `--epochs`",
            "options of the script follow the spec: `nnspec run SPEC --epochs 3`",
        ),
        (
            "run evaluate net.nn --weights w.npz",
            "`evaluate` is a command of the script",
            "write `nnspec run net.nn evaluate --weights w.npz`",
        ),
        (
            "compile net.nn script.py",
            "`script.py` is no spec",
            "name the script by `nnspec compile net.nn -o script.py`",
        ),
        (
            "compile net.nn net.nn -o a.py",
            "2 specs cannot share one `--output`",
            "leave `-o` out, or compile them one by one",
        ),
        ("completion bsh", "`SHELL` cannot be `bsh`", "did you mean `bash`?"),
        (
            "layers optimiser",
            "nothing in the language is called `optimiser`",
            "did you mean `optimizer`?",
        ),
    ],
)
def test_a_wrong_use(
    arguments: str, message: str, help: str, spec: Path, capsys: Capture
) -> None:
    assert told(capsys, *arguments.split()) == (message, help)
    assert spec.read_text() == SPEC


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("net", "did you mean `net.nn`?"),
        ("nets.nn", "did you mean `net.nn`?"),
        ("net.py", "did you mean `net.nn`?"),
        ("sub/ned.nn", "did you mean `sub/need.nn`?"),
        ("spirals.nn", "`nnspec init spirals --from spirals` writes this example"),
        ("2 prices.nn", "`nnspec init net_2_prices` writes a spec to start from"),
    ],
)
def test_a_spec_that_is_not_there(
    name: str, help: str, spec: Path, capsys: Capture
) -> None:
    Path("sub").mkdir()
    write("sub/need.nn", SPEC)
    message = f"cannot read {name}: No such file or directory"
    for command in ("check", "compile", "run", "summary"):
        assert told(capsys, command, name) == (message, help)


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("my-model", "my_model"),
        ("2layers", "net_2layers"),
        ("iris.nn", "iris"),
        ("sub/iris", "iris"),
        ("日本", "model"),
        ("a b.c", "a_b_c"),
    ],
)
def test_a_name_that_cannot_be_one(name: str, near: str, capsys: Capture) -> None:
    message, help = told(capsys, "init", name)
    assert message == f"`{name}` cannot name a model"
    assert help.startswith(f"write `nnspec init {near}`")
    assert ("in the folder sub;" in help) == name.startswith("sub/")
    assert main(["init", near, "--from", "spirals"]) == 0


def test_init_knows_what_everyone_types(capsys: Capture) -> None:
    assert told(capsys, "init", "it", "--from", "mnits")[1] == "did you mean `mnist`?"
    assert main(["init", "it", "--from", "mnist"]) == 0
    assert "mnist" in Path("it.nn").read_text()


@pytest.mark.parametrize("option", ["-V", "--version"])
def test_version(option: str, capsys: Capture) -> None:
    assert main([option]) == 0
    assert capsys.readouterr().out == f"nnspec {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command(command: str, capsys: Capture) -> None:
    assert main([command, "--help"]) == 0
    captured = capsys.readouterr()
    assert captured.out.startswith(f"usage: nnspec {command} ")
    assert "\nexamples:\n  " in captured.out
    assert captured.err == ""
    assert main(["help", command]) == 0
    assert capsys.readouterr().out == captured.out


@pytest.mark.parametrize("arguments", [[], ["help"], ["-h"], ["--help"]])
def test_help_is_all_that_bare_nnspec_gives(
    arguments: list[str], capsys: Capture
) -> None:
    assert main(arguments) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    for command in COMMANDS.values():
        assert re.search(rf"^  {command.name} +{command.does}$", captured.out, re.M)


def test_what_examples_name_is_read_as_they_say(
    spec: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each example of a help is a use that its parser takes."""
    for command in COMMANDS.values():
        for example, _ in command.examples:
            words = re.findall(r"nnspec [\w./\- ]+", example)[0].split()[1:]
            assert words[0] in COMMANDS, example
            monkeypatch.setattr("nnspec.cli.import_module", lambda _: Accepts())
            assert main(words) == 0, example


class Accepts:
    """A command that does nothing."""

    def run(self, options: object) -> int:
        return 0


@pytest.mark.thorough
def test_run_explains_every_option_of_a_script(spec: Path, capsys: Capture) -> None:
    """And names none that no script has."""
    found: set[str] = set()
    data, folds = "data { blobs(samples=20) }", "data {\nblobs(samples=20)\nfolds(2)\n}"
    spec.write_text(spec.read_text("utf-8").replace(data, folds), "utf-8")
    # Only a model of texts has `generate`, and two options of its own.
    known = [command for command in SCRIPT_COMMANDS if command != "generate"]
    for command in known:
        code, out, _ = nnspec("run", "net.nn", command, "--help")
        assert code == 0
        assert out.startswith(f"usage: nnspec run net.nn {command} ")
        found |= set(re.findall(r"--[a-z-]+", out)) - {"--help"}
    found |= {"--length", "--temperature"}
    assert found == SCRIPT_OPTIONS.keys()
    _, out, _ = nnspec("run", "net.nn", "--help")
    (commands,) = set(re.findall(r"\{([a-z_,]+)\}", out))
    assert commands.split(",") == known
    assert main(["run", "--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n  {name} " in shown for name in found | SCRIPT_COMMANDS.keys())

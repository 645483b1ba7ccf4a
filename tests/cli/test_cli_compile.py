"""`nnspec compile`: what it writes where, and what it keeps."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nnspec import compiler
from nnspec.cli import main
from nnspec.targets.seal import is_sealed, seal
from tests.cli.harness import (
    SPEC,
    UNTRAINED,
    WRONG,
    Capture,
    nnspec,
    write,
)


def test_compile(spec: Path, capsys: Capture) -> None:
    assert main(["compile", "net.nn"]) == 0
    script = Path("net.py").read_text(encoding="utf-8")
    captured = capsys.readouterr()
    lines = script.count("\n")
    assert captured.out == ""
    assert captured.err == f"wrote net.py (27 parameters, {lines:,} lines)\n"
    assert script == compiler.compile(SPEC, "net.nn")
    assert is_sealed(script)


def test_compile_to_standard_output(
    spec: Path, pipe: Callable[[str], None], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["compile", "net.nn", "-o", "-"]) == 0
    captured = capfdbinary.readouterr()
    assert captured.out == compiler.compile(SPEC, "net.nn").encode()
    assert captured.err == b""
    assert not Path("net.py").exists()
    pipe(SPEC)
    assert main(["compile", "-"]) == 0
    assert capfdbinary.readouterr().out == compiler.compile(SPEC).encode()


def test_a_script_is_utf8_whatever_the_terminal(
    spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("größe.nn", SPEC)
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    code, out, err = nnspec("compile", "größe.nn", "-o", "-")
    assert (code, err) == (0, "")
    assert out == compiler.compile(SPEC, "größe.nn")
    assert "größe" in out


def test_compile_from_standard_input_to_a_file(pipe: Callable[[str], None]) -> None:
    pipe(SPEC)
    assert main(["compile", "-", "-o", "train.py"]) == 0
    assert Path("train.py").exists()


def test_the_same_bytes_under_every_name(spec: Path) -> None:
    for name in ("a.py", "b.py"):
        assert main(["compile", "net.nn", "-o", name]) == 0
    assert Path("a.py").read_bytes() == Path("b.py").read_bytes()


def test_the_way_from_script_to_spec(
    spec: Path, ways: list[str], pipe: Callable[[str], None], tmp_path: Path
) -> None:
    Path("sub").mkdir()
    write("sub/net.nn", SPEC)
    Path("link").symlink_to("sub")
    pipe(SPEC)
    for spec_name, output in [
        ("net.nn", "net.py"),
        ("sub/net.nn", "sub/net.py"),
        ("sub/net.nn", "net.py"),
        ("net.nn", "sub/other.py"),
        (str(Path("net.nn").resolve()), "net.py"),
        ("link/net.nn", "sub/net.py"),
        ("net.nn", "new/folder/net.py"),
        ("sub/net.nn", "-"),
        ("-", "sub/stdin.py"),
    ]:
        assert main(["compile", spec_name, "-o", output]) == 0
    assert ways == [".", ".", "sub", "..", ".", ".", "../..", ".", ".."]


def test_compile_without_training(capsys: Capture) -> None:
    write("net.nn", UNTRAINED)
    assert main(["check", "net.nn"]) == 0
    assert main(["summary", "net.nn"]) == 0
    for command in ("compile", "run"):
        capsys.readouterr()
        assert main([command, "net.nn"]) == 1
        assert "error[missing-training]" in capsys.readouterr().err
    assert not Path("net.py").exists()


def test_compile_check(spec: Path, capsys: Capture) -> None:
    assert main(["compile", "net.nn", "--check"]) == 1
    assert capsys.readouterr().err == (
        "error: net.py is missing\n"
        "  = help: write it: `nnspec compile net.nn -o net.py`\n"
    )
    assert not Path("net.py").exists()
    main(["compile", "net.nn"])
    capsys.readouterr()
    assert main(["compile", "net.nn", "--check"]) == 0
    assert capsys.readouterr().err == "net.py is up to date\n"
    before = Path("net.py").read_bytes()
    assert main(["compile", "net.nn", "--check", "--set", "hidden=5"]) == 1
    message = capsys.readouterr().err
    assert message.startswith("error: net.py is not what net.nn compiles to: ")
    assert Path("net.py").read_bytes() == before


def explanation(capsys: Capture, *arguments: str) -> list[str]:
    """What `compile --check` says of a file that is not up to date."""
    capsys.readouterr()
    assert main(["compile", "net.nn", "--check", *arguments]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert lines[0].startswith("error: net.py is not what net.nn compiles to: ")
    return [lines[0].rpartition("compiles to: ")[2], *lines[1:]]


def test_check_shows_what_has_changed(spec: Path, capsys: Capture) -> None:
    main(["compile", "net.nn"])
    write("net.nn", SPEC.replace("relu", "tanh"))
    reason, help, *difference = explanation(capsys)
    assert reason == "the spec, or nnspec, has changed since"
    assert help == "  = help: compile it anew"
    assert difference[0].startswith("  @@ -")
    assert any(line.startswith("  -") and "relu" in line for line in difference)
    assert any(line.startswith("  +") and "tanh" in line for line in difference)
    assert main(["compile", "net.nn"]) == 0
    assert main(["compile", "net.nn", "--check"]) == 0


def test_check_shows_the_beginning_of_a_long_difference(
    spec: Path, capsys: Capture
) -> None:
    write("net.py", "")
    reason, _, *difference = explanation(capsys)
    assert reason == "it was edited by hand, or is not from nnspec at all"
    assert len(difference) == 11
    assert re.fullmatch("  ... and [0-9,]+ lines more", difference[-1])


def test_check_knows_a_script_edited_by_hand(spec: Path, capsys: Capture) -> None:
    main(["compile", "net.nn"])
    script = Path("net.py").read_text(encoding="utf-8")
    write("net.py", script.replace("EPOCHS = 1\n", "EPOCHS = 7\n"))
    reason, help, *difference = explanation(capsys)
    assert reason == "it was edited by hand, or is not from nnspec at all"
    assert "--force" in help
    assert difference[1:] == ["  -EPOCHS = 7", "  +EPOCHS = 1"]


def test_set_leaves_a_trace_by_which_check_explains(
    spec: Path, capsys: Capture
) -> None:
    settings = ["--set", "hidden=3", "--set", "hidden =  5"]
    assert main(["compile", "net.nn", *settings]) == 0
    script = Path("net.py").read_text(encoding="utf-8")
    assert script.count("\nCompiled with --set hidden=5\n") == 1
    reason, help, *_ = explanation(capsys)
    assert reason == "it was compiled with `--set hidden=5`, not with the spec's values"
    assert help == (
        "  = help: compile it anew, or write `nnspec compile net.nn --set hidden=5 "
        "--check`"
    )
    assert main(["compile", "net.nn", "--set", "hidden=5", "--check"]) == 0
    assert main(["compile", "net.nn"]) == 0
    reason, help, *_ = explanation(capsys, *settings)
    assert reason == "it was compiled with the spec's values, not with `--set hidden=5`"
    assert help.endswith("or write `nnspec compile net.nn --check`")
    assert main(["compile", "net.nn", "--check"]) == 0


@pytest.mark.parametrize(
    "value", ['"""\\nimport os\\n"""', '"\u2028\u202e"', '"\x1b[2J"', "[1, (2, a)]"]
)
def test_nothing_that_is_set_becomes_code(value: str, capsys: Capture) -> None:
    write("net.nn", f"let what = 1\n{SPEC}")
    if main(["compile", "net.nn", "--set", f"what={value}"]) != 0:
        assert not Path("net.py").exists()
        return
    script = Path("net.py").read_text(encoding="utf-8")
    assert script.isprintable() is False  # it has newlines, and these alone
    assert all(line.isprintable() for line in script.split("\n"))
    tree = ast.parse(script)
    assert "Compiled with --set what=" in (ast.get_docstring(tree) or "")
    main(["compile", "net.nn", "-o", "plain.py"])
    plain = ast.parse(Path("plain.py").read_text(encoding="utf-8"))
    assert ast.dump(ast.Module(tree.body[1:], [])) == ast.dump(
        ast.Module(plain.body[1:], [])
    )


def test_several_specs(spec: Path, capsys: Capture) -> None:
    write("wrong.nn", WRONG)
    write("other.nn", SPEC)
    assert main(["compile", "net.nn", "nothing.nn", "wrong.nn", "other.nn"]) == 3
    captured = capsys.readouterr().err
    assert captured.count("wrote ") == 2
    assert "error: cannot read nothing.nn" in captured
    assert "error[unknown-activation]" in captured
    assert Path("net.py").exists()
    assert Path("other.py").exists()
    assert not Path("wrong.py").exists()
    assert main(["compile", "net.nn", "other.nn", "--check"]) == 0
    write("other.nn", SPEC.replace("relu", "tanh"))
    assert main(["compile", "net.nn", "other.nn", "--check"]) == 1


def test_a_script_is_no_spec(spec: Path, capsys: Capture) -> None:
    main(["compile", "net.nn"])
    assert main(["compile", "net.py"]) == 2
    assert "net.py is the spec itself" in capsys.readouterr().err


def test_a_script_of_ours_is_written_anew(spec: Path) -> None:
    main(["compile", "net.nn"])
    before = Path("net.py").read_bytes()
    Path("net.py").write_bytes(before.replace(b"\n", b"\r\n"))
    assert main(["compile", "net.nn", "--set", "hidden=5"]) == 0
    assert Path("net.py").read_bytes() != before
    assert main(["compile", "net.nn"]) == 0
    assert Path("net.py").read_bytes() == before


@pytest.mark.parametrize("edit", [b"# mine\n", b"\n", b"\xff"])
def test_a_script_edited_by_hand_is_kept(
    edit: bytes, spec: Path, capsys: Capture
) -> None:
    main(["compile", "net.nn"])
    script = Path("net.py").read_bytes()
    for edited in (edit + script, script + edit):
        Path("net.py").write_bytes(edited)
        capsys.readouterr()
        assert main(["compile", "net.nn"]) == 1
        message = capsys.readouterr().err
        assert "net.py is kept" in message
        assert "--force" in message
        assert Path("net.py").read_bytes() == edited
        assert main(["compile", "net.nn", "--force"]) == 0
        assert Path("net.py").read_bytes() == script


@pytest.mark.parametrize("foreign", ["", "print()\n", "# nnspec sha256:0\n"])
def test_a_foreign_file_is_kept(foreign: str, spec: Path) -> None:
    write("net.py", foreign)
    assert main(["compile", "net.nn"]) == 1
    assert Path("net.py").read_text() == foreign


def test_nothing_is_left_of_an_output_that_cannot_be_written(
    spec: Path, capsys: Capture
) -> None:
    Path("folder.py").mkdir()
    assert main(["compile", "net.nn", "-o", "folder.py"]) == 3
    assert main(["compile", "net.nn", "-o", "net.nn/net.py"]) == 3
    shown = capsys.readouterr().err
    assert "error: cannot write folder.py: Is a directory\n" in shown
    assert "error: cannot write net.nn/net.py: " in shown
    assert sorted(os.listdir()) == ["folder.py", "net.nn"]


def test_rights_and_links_outlive_writing(spec: Path) -> None:
    main(["compile", "net.nn", "-o", "real.py"])
    Path("real.py").chmod(0o750)
    Path("net.py").symlink_to("real.py")
    assert main(["compile", "net.nn", "--set", "hidden=5"]) == 0
    assert Path("net.py").is_symlink()
    assert Path("real.py").stat().st_mode & 0o777 == 0o750
    assert sorted(os.listdir()) == ["net.nn", "net.py", "real.py"]


def _edits(text: str) -> Iterator[str]:
    """The text with one character more, less or other at every place."""
    for place in range(len(text)):
        yield text[:place] + text[place + 1 :]
        yield text[:place] + "!" + text[place:]
        yield text[:place] + "!" + text[place + 1 :]
    yield text + "\n"


@pytest.mark.parametrize("text", ["", "\n", "print('é')\n", seal("twice\n")])
def test_a_seal_tells_every_edit(text: str) -> None:
    sealed = seal(text)
    assert sealed.startswith(text)
    assert is_sealed(sealed)
    assert is_sealed(sealed.replace("\n", "\r\n"))
    assert not any(is_sealed(edited) for edited in _edits(sealed))


def test_a_bare_script_stands_beside_the_full_one(spec: Path, capsys: Capture) -> None:
    assert main(["compile", "net.nn"]) == 0
    full = Path("net.py").read_text(encoding="utf-8")
    assert main(["compile", "net.nn", "--bare"]) == 0
    assert "wrote net_bare.py (" in capsys.readouterr().err
    assert Path("net.py").read_text(encoding="utf-8") == full
    bare = Path("net_bare.py").read_text(encoding="utf-8")
    assert len(bare) < len(full) / 2
    assert main(["compile", "net.nn", "--bare", "--check"]) == 0
    assert main(["compile", "net.nn", "--bare", "-o", "-"]) == 0
    assert capsys.readouterr().out == bare


def test_a_bare_script_edited_by_hand_is_kept(spec: Path, capsys: Capture) -> None:
    assert main(["compile", "net.nn", "--bare"]) == 0
    script = Path("net_bare.py").read_text(encoding="utf-8")
    write("net_bare.py", script.replace("EPOCHS = 1\n", "EPOCHS = 7\n"))
    assert main(["compile", "net.nn", "--bare"]) == 1
    assert "net_bare.py is kept: it was edited by hand" in capsys.readouterr().err
    assert main(["compile", "net.nn", "--bare", "--force"]) == 0
    assert Path("net_bare.py").read_text(encoding="utf-8") == script


def test_check_tells_bare_from_full(spec: Path, capsys: Capture) -> None:
    assert main(["compile", "net.nn", "--bare", "-o", "net.py"]) == 0
    reason, help, *_ = explanation(capsys)
    assert reason == "it was compiled with `--bare`, not without"
    assert help.endswith("or write `nnspec compile net.nn --bare --check`")
    assert main(["compile", "net.nn", "--bare", "--check"]) == 1
    told = capsys.readouterr().err
    assert "net_bare.py is missing" in told
    assert "write it: `nnspec compile net.nn --bare -o net_bare.py`" in told


def test_what_a_bare_script_cannot_have_writes_none(capsys: Capture) -> None:
    write(
        "net.nn", SPEC.replace("training {", 'training {\n  csv_logger("log.csv")\n ')
    )
    assert main(["compile", "net.nn", "--bare"]) == 1
    assert "error[not-in-bare]: `csv_logger` writes a file" in capsys.readouterr().err
    assert not Path("net_bare.py").exists()
    assert main(["compile", "net.nn"]) == 0

"""What commands run from the cache: nobody else's, and nothing that is damaged."""

from __future__ import annotations

import marshal
import os
import pickle
import sys
from pathlib import Path

import pytest
from jinja2.bccache import bc_magic

from nnspec.cli import main
from nnspec.targets.templates import environment_of
from tests.cli.harness import Capture, nnspec, process

posix = pytest.mark.skipif(os.name != "posix", reason="folders have no owners")


def entries(folder: Path) -> dict[Path, bytes]:
    """The files of the cache of templates, filled by one compilation."""
    environment_of.cache_clear()
    assert main(["compile", "net.nn", "-o", "-"]) == 0
    templates = folder / "cache" / "nnspec" / "templates"
    return {path: path.read_bytes() for path in sorted(templates.iterdir())}


@pytest.fixture(autouse=True)
def _fresh() -> None:
    environment_of.cache_clear()


def test_damaged_entries_are_made_anew(
    spec: Path, tmp_path: Path, capsys: Capture
) -> None:
    sound = entries(tmp_path)
    script = capsys.readouterr().out
    assert len(sound) > 10
    for i, (path, data) in enumerate(sound.items()):
        flipped = bytearray(data)
        flipped[(i * 37) % len(data)] ^= 1 << i % 8
        path.write_bytes([bytes(flipped), data[: i * 10], b"", data + b"!"][i % 4])
    assert entries(tmp_path) == sound
    out, err = capsys.readouterr()
    assert (out, err) == (script, "")


def test_entries_of_others_are_not_run(
    spec: Path, tmp_path: Path, capsys: Capture
) -> None:
    """As Jinja's own cache keeps them: what is unpickled or unmarshalled is run."""

    class Evil:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, ("evil",)

    sound = entries(tmp_path)
    code = marshal.dumps(compile("import os; os.mkdir('evil')", "evil", "exec"))
    for i, path in enumerate(sound):
        entry = bc_magic + pickle.dumps(Evil()) + code
        path.write_bytes(entry if i % 2 else bytes(32) + entry)
    assert entries(tmp_path) == sound
    assert not Path("evil").exists()


def test_an_entry_that_cannot_be_written_is_done_without(
    spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        assert entries(tmp_path) == {}
    assert len(entries(tmp_path)) > 10


@posix
def test_a_folder_that_others_can_write_to_is_no_cache(
    spec: Path, tmp_path: Path, capsys: Capture
) -> None:
    for name in ("templates", "scripts"):
        (tmp_path / "cache" / "nnspec" / name).mkdir(parents=True)
        (tmp_path / "cache" / "nnspec" / name).chmod(0o777)
    assert entries(tmp_path) == {}
    assert main(["run", "net.nn"]) == 3
    err = capsys.readouterr().err
    assert "is not yours alone" in err
    assert "XDG_CACHE_HOME" in err


@posix
def test_a_folder_of_another_user_is_no_cache(
    spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert entries(tmp_path) == {}
    assert main(["run", "net.nn"]) == 3


@pytest.mark.share(4)
@pytest.mark.parametrize("name", ["csv", "numbers", "random", "types", "numpy", "PIL"])
def test_no_script_hides_a_module(name: str, spec: Path, capsys: Capture) -> None:
    Path(f"{name}.nn").write_bytes(spec.read_bytes())
    assert main(["compile", f"{name}.nn"]) == 2
    assert f"`-o {name}_model.py`" in capsys.readouterr().err
    assert main(["compile", f"{name}.nn", "-o", f"{name}_model.py"]) == 0
    assert main(["compile", "net.nn", "-o", f"sub/{name}.py"]) == 2
    assert f"`-o sub/{name}_model.py`" in capsys.readouterr().err
    assert main(["init", name]) == 2
    assert f"`{name}_model`" in capsys.readouterr().err
    assert not Path(f"{name}.py").exists()


def test_a_spec_called_like_a_module_runs(spec: Path) -> None:
    for name in ("csv", "numbers"):
        Path(f"{name}.nn").write_bytes(spec.read_bytes())
        code, _, err = nnspec("run", f"{name}.nn", "--quiet", "--out", name)
        assert (code, err) == (0, "")


def test_a_file_that_is_too_large_is_no_spec(capsys: Capture) -> None:
    with open("large.nn", "wb") as file:
        file.truncate(10**10)
    many = ["large.nn", *(["/dev/zero"] if os.path.exists("/dev/zero") else [])]
    for path in many:
        assert main(["check", path]) == 1
        out = capsys.readouterr().out
        assert out.startswith("error[too-large]: a spec has at most 2,000,000 bytes")
        assert len(out) < 300


@posix
def test_a_pipe_that_nobody_writes_to_is_empty(spec: Path, capsys: Capture) -> None:
    os.mkfifo("pipe.nn")
    assert main(["check", "pipe.nn"]) == 1
    assert "the spec is empty" in capsys.readouterr().out


@posix
def test_a_pipe_that_is_written_to_is_waited_for(spec: Path) -> None:
    late = f"import time; time.sleep(0.5); print({spec.read_text()!r})"
    with process(sys.executable, "-c", late) as writer:
        code, out, _ = nnspec("check", "/dev/stdin", stdin=writer.stdout)
    assert (code, "no errors" in out) == (0, True)

"""A file takes its name once it is whole; what is no file is written to as it is."""

import os
from pathlib import Path

import pytest

from templates.runtime.write_whole import write_whole


def put(path: Path, data: bytes) -> None:
    with write_whole(path) as file:
        file.buffer.write(data)


def test_the_old_file_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with write_whole(path) as file:
        file.write("new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert [*tmp_path.iterdir()] == [path]


def test_what_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), write_whole(path) as file:
        file.write("half")
        raise ZeroDivisionError
    assert path.read_bytes() == b"old"
    assert [*tmp_path.iterdir()] == [path]


def test_names_as_long_as_may_be(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 255)
    put(path, b"data")
    assert path.read_bytes() == b"data"


def test_links_stay_links(tmp_path: Path) -> None:
    link = tmp_path / "link"
    (tmp_path / "folder").mkdir()
    link.symlink_to("folder/file")
    for data in (b"one", b"two"):
        put(link, data)
        assert link.is_symlink() and link.read_bytes() == data
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["file"]


def test_devices_stay_devices() -> None:
    put(Path("/dev/null"), b"data")
    assert Path("/dev/null").is_char_device()


def test_a_file_is_on_the_disk_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr(os, "fsync", lambda n: (done.append("fsync"), fsync(n)))
    monkeypatch.setattr(
        os, "replace", lambda a, b: (done.append("replace"), replace(a, b))
    )
    put(tmp_path / "a", b"data")
    assert done == ["fsync", "replace"]

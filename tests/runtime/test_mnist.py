"""MNIST and its like: from the data directory, from the cache, from a server."""

import gzip
import hashlib
import os
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from templates.runtime.fashion_mnist_files import FASHION_MNIST_FILES
from templates.runtime.input_error import InputError
from templates.runtime.mnist import find_mnist, read_mnist
from templates.runtime.mnist_files import MNIST_FILES

X = np.random.default_rng(0).integers(256, size=(5, 28, 28), dtype=np.uint8)
Y = np.array([3, 1, 4, 1, 5], np.uint8)


def packed(data: bytes) -> bytes:
    """What a file of this data holds, the same every time."""
    return gzip.compress(data, mtime=0)


FILES = {
    "train-images-idx3-ubyte": b"\0\0\x08\x03" + b"\0\0\0\5\0\0\0\x1c\0\0\0\x1c",
    "train-labels-idx1-ubyte": b"\0\0\x08\x01" + b"\0\0\0\5" + Y.tobytes(),
    "t10k-images-idx3-ubyte": b"\0\0\x08\x03" + b"\0\0\0\2\0\0\0\x1c\0\0\0\x1c",
    "t10k-labels-idx1-ubyte": b"\0\0\x08\x01" + b"\0\0\0\2" + Y[:2].tobytes(),
}
FILES["train-images-idx3-ubyte"] += X.tobytes()
FILES["t10k-images-idx3-ubyte"] += X[:2].tobytes()
SUMS = "\n".join(
    f"{hashlib.sha256(packed(data)).hexdigest()} {name}" for name, data in FILES.items()
)
Parts = dict[str, tuple[np.ndarray, np.ndarray]]


class Quiet(SimpleHTTPRequestHandler):
    """Files of a folder, without a log."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder that a server at `URL` serves; an empty cache beside it."""
    folder = tmp_path / "served"
    folder.mkdir()
    write(folder, ".gz")
    handler = partial(Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("URL", f"http://127.0.0.1:{server.server_port}/")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield folder
    server.shutdown()
    server.server_close()


def write(folder: Path, end: str) -> None:
    """The four files, packed if their names end so."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in FILES.items():
        (folder / (name + end)).write_bytes(packed(data) if end else data)


def read(data: Path, name: str = "mnist") -> Parts:
    """What is read with this data directory, and the server at `URL`."""
    parts: Parts = read_mnist(find_mnist(data / name, os.environ["URL"], SUMS))
    return parts


def check(parts: Parts) -> None:
    """Fail unless these are the five digits and the two."""
    assert list(parts) == ["train", "test"]
    for part, n in (("train", 5), ("test", 2)):
        x, y = parts[part]
        assert x.dtype == y.dtype == np.uint8
        np.testing.assert_array_equal(x, X[:n])
        np.testing.assert_array_equal(y, Y[:n])


def remove(folder: Path) -> None:
    """All that the server has."""
    for path in folder.iterdir():
        path.unlink()


@pytest.mark.parametrize("end", ["", ".gz"])
def test_data_directory(served: Path, tmp_path: Path, end: str) -> None:
    remove(served)
    write(tmp_path / "data" / "mnist", end)
    check(read(tmp_path / "data"))


@pytest.mark.parametrize("end", ["", ".gz"])
def test_cache(served: Path, tmp_path: Path, end: str) -> None:
    remove(served)
    write(tmp_path / "cache" / "nnspec" / "mnist", end)
    check(read(tmp_path / "data"))


def test_cache_at_home(
    served: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    check(read(tmp_path / "data"))
    assert len(list((tmp_path / ".cache" / "nnspec" / "mnist").iterdir())) == len(FILES)


def test_download_once(
    served: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check(read(tmp_path))
    assert capsys.readouterr().err.count("fetching") == len(FILES)
    remove(served)
    check(read(tmp_path))
    assert capsys.readouterr().err == ""


def test_faults_of_the_server(served: Path, tmp_path: Path) -> None:
    name = "t10k-labels-idx1-ubyte.gz"
    way_out = rf"; put it by hand at mnist/{name} in the data directory"
    (served / name).write_bytes(gzip.compress(b"other"))
    with pytest.raises(
        InputError, match=rf"{name} to .*{name}: its SHA-256 is .* instead.*{way_out}"
    ):
        read(tmp_path)
    (served / name).write_bytes(packed(FILES[name[:-3]])[:-3])
    with pytest.raises(
        InputError, match=rf"{name} to .*{name}: its SHA-256.*{way_out}"
    ):
        read(tmp_path)
    (served / name).unlink()
    with pytest.raises(
        InputError, match=rf"{name} to .*{name}: HTTP Error 404.*{way_out}"
    ):
        read(tmp_path)
    assert not list((tmp_path / "cache").rglob("t10k-labels*"))


def test_sets_have_caches_of_their_own(served: Path, tmp_path: Path) -> None:
    check(read(tmp_path, "fashion_mnist"))
    folders = [path.name for path in (tmp_path / "cache" / "nnspec").iterdir()]
    assert folders == ["fashion_mnist"]


@pytest.mark.parametrize("files", [MNIST_FILES, FASHION_MNIST_FILES])
def test_known_hashes(files: str) -> None:
    lines = [line.split() for line in files.strip().splitlines()]
    assert [name for _, name in lines] == list(FILES)
    assert {len(bytes.fromhex(sha256)) for sha256, _ in lines} == {32}
    assert len({sha256 for sha256, _ in lines}) == 4


def test_the_sets_differ() -> None:
    assert not {*MNIST_FILES.split()[::2]} & {*FASHION_MNIST_FILES.split()[::2]}

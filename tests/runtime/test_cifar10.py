"""CIFAR-10: from files, from the archive, from a server."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from templates.runtime import cifar10
from templates.runtime.cifar10_samples import cifar10_samples
from templates.runtime.input_error import InputError
from templates.runtime.read_cifar10_batch import read_cifar10_batch

Array = np.ndarray[Any, Any]

NAME = "cifar-10-binary.tar.gz"
FOLDER = "cifar-10-batches-bin"
X = np.random.default_rng(0).integers(256, size=(12, 32, 32, 3), dtype=np.uint8)
Y = np.arange(12, dtype=np.uint8) % 10


def records(x: Array, y: Array) -> bytes:
    """Byte by byte, as the format's description has them."""
    data = bytearray()
    for image, label in zip(x, y, strict=True):
        data.append(label)
        for channel in range(3):
            for row in range(32):
                data += bytes(image[row, :, channel].tolist())
    return bytes(data)


#: Two pictures in each batch; the archive holds them in no order, among other files.
BATCHES = {
    f"data_batch_{i + 1}.bin" if i < 5 else "test_batch.bin": records(
        X[2 * i : 2 * i + 2], Y[2 * i : 2 * i + 2]
    )
    for i in range(6)
}
MEMBERS = {f"{FOLDER}/{name}": data for name, data in reversed(BATCHES.items())}
OTHERS = {
    f"{FOLDER}/readme.html": b"no pictures",
    f"{FOLDER}/batches.meta.txt": b"airplane",
    f"{FOLDER}/old/data_batch_1.bin": b"not here",
    "data_batch_2.bin": b"nor here",
    f"../{FOLDER}/data_batch_3.bin": b"nor outside",
}


def archive(files: dict[str, bytes], *more: tarfile.TarInfo) -> bytes:
    """The bytes of an archive of these files, and of members without content."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as tar:
        for odd in more:
            tar.addfile(odd, io.BytesIO(bytes(odd.size)))
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return data.getvalue()


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def check(parts: dict[str, tuple[Array, Array]]) -> None:
    assert list(parts) == ["train", "test"]
    for (x, y), rows in zip(parts.values(), (slice(10), slice(10, 12)), strict=True):
        assert x.dtype == y.dtype == np.uint8
        assert x.flags.c_contiguous
        np.testing.assert_array_equal(x, X[rows])
        np.testing.assert_array_equal(y, Y[rows])


class Quiet(SimpleHTTPRequestHandler):
    """Files of a folder, without a log."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The archive that a server of our own has; an empty cache beside it."""
    path = put(tmp_path / "served", {NAME: archive(OTHERS | MEMBERS)}) / NAME
    handler = partial(Quiet, directory=str(path.parent))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/{NAME}"
    monkeypatch.setattr(cifar10, "CIFAR10_URL", url)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(cifar10, "CIFAR10_SHA256", sha256)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield path
    server.shutdown()
    server.server_close()


@pytest.fixture
def no_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cifar10, "CIFAR10_URL", f"http://127.0.0.1:1/{NAME}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.usefixtures("no_server")
@pytest.mark.parametrize("inner", ["", FOLDER])
def test_files(tmp_path: Path, inner: str) -> None:
    put(tmp_path / "cifar10" / inner, BATCHES)
    check(cifar10.read_cifar10(cifar10.find_cifar10(tmp_path / "cifar10")))


@pytest.mark.usefixtures("no_server")
@pytest.mark.parametrize("place", ["cifar10", "cache/nnspec/cifar10"])
def test_archive(tmp_path: Path, place: str) -> None:
    put(tmp_path / place, {NAME: archive(OTHERS | MEMBERS)})
    before = sorted(tmp_path.rglob("*"))
    check(cifar10.read_cifar10(cifar10.find_cifar10(tmp_path / "cifar10")))
    assert sorted(tmp_path.rglob("*")) == before, "nothing is unpacked"


@pytest.mark.usefixtures("no_server")
def test_a_missing_file(tmp_path: Path) -> None:
    put(tmp_path, BATCHES)
    (tmp_path / "data_batch_4.bin").unlink()
    with pytest.raises(
        InputError, match=r"data_batch_4.bin: No such file or directory; it"
    ):
        cifar10.read_cifar10(cifar10.find_cifar10(tmp_path))


def changed(data: bytes, place: int, value: int) -> bytes:
    return data[:place] + bytes([value]) + data[place + 1 :]


GOOD = BATCHES["test_batch.bin"]
BROKEN = [
    (GOOD[:-1], "6,145 bytes are no records of 3,073"),
    (GOOD + b"\0", "6,147 bytes are no records of 3,073"),
    (b"", "0 bytes are no records of 3,073"),
    (changed(GOOD, 3073, 10), "record 1 is of class 10, above 9"),
]


@pytest.mark.usefixtures("no_server")
@pytest.mark.parametrize(("data", "message"), BROKEN)
def test_broken_files(tmp_path: Path, data: bytes, message: str) -> None:
    put(tmp_path, BATCHES | {"test_batch.bin": data})
    with pytest.raises(
        InputError, match=f"test_batch.bin: {message}; it should be of"
    ) as f:
        cifar10.read_cifar10(cifar10.find_cifar10(tmp_path))
    assert "\n" not in str(f.value)
    files = MEMBERS | {f"{FOLDER}/test_batch.bin": data}
    put(tmp_path / "packed", {NAME: archive(files)})
    with pytest.raises(
        InputError, match=f"{NAME}/test_batch.bin: {message}; it should"
    ):
        cifar10.read_cifar10(cifar10.find_cifar10(tmp_path / "packed"))


def link(name: str) -> tarfile.TarInfo:
    found = tarfile.TarInfo(f"{FOLDER}/{name}")
    found.type, found.linkname = tarfile.SYMTYPE, "/etc/passwd"
    return found


def large(name: str) -> tarfile.TarInfo:
    found = tarfile.TarInfo(f"{FOLDER}/{name}")
    found.size = 2**25 + 1
    return found


FEWER = {n: d for n, d in MEMBERS.items() if "batch_3" not in n}


@pytest.mark.usefixtures("no_server")
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"no archive", "Not a gzipped file"),
        (gzip.compress(b"no archive"), "truncated header|invalid|end of file|empty"),
        (archive(MEMBERS)[:-20], "end-of-stream marker"),
        (archive(FEWER), "data_batch_3.bin is not in it"),
        (archive(FEWER, link("data_batch_3.bin")), "data_batch_3.bin is not in it"),
        (archive(FEWER, large("data_batch_3.bin")), "data_batch_3.bin is too large"),
    ],
    ids=["other", "no-tar", "truncated", "missing", "link", "large"],
)
def test_broken_archives(tmp_path: Path, data: bytes, message: str) -> None:
    put(tmp_path, {NAME: data})
    with pytest.raises(
        InputError, match=f"{NAME}: .*({message}).*; check it or get"
    ) as f:
        cifar10.read_cifar10(cifar10.find_cifar10(tmp_path))
    assert "\n" not in str(f.value)


def test_download_once(
    served: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check(cifar10.read_cifar10(cifar10.find_cifar10(tmp_path)))
    assert capsys.readouterr().err.count("fetching") == 1
    served.unlink()
    check(cifar10.read_cifar10(cifar10.find_cifar10(tmp_path)))
    assert capsys.readouterr().err == ""
    cached = tmp_path / "cache" / "nnspec" / "cifar10"
    assert [path.name for path in cached.iterdir()] == [NAME]


def test_another_archive(served: Path, tmp_path: Path) -> None:
    served.write_bytes(archive(FEWER))
    with pytest.raises(
        InputError,
        match=rf"SHA-256 is .* instead.*; put it by hand at cifar10/{NAME} in the",
    ):
        cifar10.read_cifar10(cifar10.find_cifar10(tmp_path))
    assert not list((tmp_path / "cache").rglob("*.gz"))


def test_known_hash() -> None:
    assert len(bytes.fromhex(cifar10.CIFAR10_SHA256)) == 32


def test_samples_to_predict_for(tmp_path: Path) -> None:
    put(tmp_path, {"some.bin": records(X[:3], Y[:3])})
    np.testing.assert_array_equal(cifar10_samples(tmp_path / "some.bin"), X[:3])
    np.testing.assert_array_equal(read_cifar10_batch(tmp_path / "some.bin")[1], Y[:3])
    np.save(tmp_path / "some.npy", X[3:5])
    np.testing.assert_array_equal(cifar10_samples(tmp_path / "some.npy"), X[3:5])

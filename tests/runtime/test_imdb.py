"""IMDb's reviews: from tables, from the archive, from a server."""

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

from templates.runtime import imdb
from templates.runtime.input_error import InputError

Array = np.ndarray[Any, Any]

NAME = "aclImdb_v1.tar.gz"
#: In another order than that of their numbers, among files that are no reviews.
REVIEWS = {
    "aclImdb/README": b"no review",
    "aclImdb/test/neg/0_2.txt": b"test 0",
    "aclImdb/test/pos/0_10.txt": b"test 1",
    "aclImdb/train/pos/10_9.txt": b"fifth",
    "aclImdb/train/pos/2_7.txt": b"fourth",
    "aclImdb/train/neg/2_3.txt": b"third",
    "aclImdb/train/neg/0_3.txt": "first é".encode(),
    "aclImdb/train/pos/0_9.txt": b"second",
    "aclImdb/train/unsup/0_0.txt": b"without a label",
    "aclImdb/train/labeledBow.feat": b"9 0:9",
    "aclImdb/train/pos/notes.txt": b"no number",
}
TRAIN = (["first é", "second", "third", "fourth", "fifth"], [0, 1, 0, 1, 1])
TEST = (["test 0", "test 1"], [0, 1])


def member(name: str, **more: Any) -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    for key, value in more.items():
        setattr(found, key, value)
    return found


def archive(files: dict[str, bytes] = REVIEWS, *more: tarfile.TarInfo) -> bytes:
    """The bytes of an archive of these files, and of members without content."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as tar:
        for odd in more:
            tar.addfile(odd, io.BytesIO(bytes(odd.size)))
        for name, content in files.items():
            tar.addfile(member(name, size=len(content)), io.BytesIO(content))
    return data.getvalue()


def put(folder: Path, name: str, data: bytes) -> Path:
    (folder / "imdb").mkdir(parents=True, exist_ok=True)
    (folder / "imdb" / name).write_bytes(data)
    return folder


def table(*lines: str) -> bytes:
    return gzip.compress("\n".join(lines).encode())


def check(parts: dict[str, tuple[Array, Array]]) -> None:
    assert list(parts) == ["train", "test"]
    for found, expected in zip(parts.values(), (TRAIN, TEST), strict=True):
        assert tuple(array.tolist() for array in found) == expected


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and no server to fetch anything from."""
    monkeypatch.setattr(imdb, "IMDB_URL", f"http://127.0.0.1:1/{NAME}")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "nnspec"


class Quiet(SimpleHTTPRequestHandler):
    """Files of a folder, without a log."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def served(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """The archive that a server of our own has."""
    folder = tmp_path / "served"
    folder.mkdir()
    (folder / NAME).write_bytes(archive())
    handler = partial(Quiet, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/{NAME}"
    monkeypatch.setattr(imdb, "IMDB_URL", url)
    sha256 = hashlib.sha256((folder / NAME).read_bytes()).hexdigest()
    monkeypatch.setattr(imdb, "IMDB_SHA256", sha256)
    yield folder / NAME
    server.shutdown()
    server.server_close()


def test_tables(cache: Path, tmp_path: Path) -> None:
    train = ["label,text", *(f'{y},"{x}"' for x, y in zip(*TRAIN, strict=True))]
    put(tmp_path, "train.csv.gz", table(*train))
    put(tmp_path, "test.csv.gz", table("text,id,label", "test 0,7,0", "test 1,8,1"))
    check(imdb.read_imdb(imdb.find_imdb(tmp_path)))
    assert not cache.exists()


def test_texts_are_taken_as_they_are(cache: Path, tmp_path: Path) -> None:
    row = '1,"He said ""no"", then<br /><br />\nleft; \'so\', a\tb, \\n"'
    put(tmp_path, "train.csv.gz", table("label,text", row, "0,x"))
    put(tmp_path, "test.csv.gz", table("label,text", "0,x"))
    texts, _ = imdb.read_imdb(imdb.find_imdb(tmp_path))["train"]
    assert texts[0] == "He said \"no\", then<br /><br />\nleft; 'so', a\tb, \\n"


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["label,review", "1,x"], "there is no column text"),
        (["text", "x"], "there is no column label"),
        (["1,x", "0,y"], "there is no column text"),
        ([], "there is no column text"),
        (["label,text"], "there is no row below the names"),
        (["label,text", "1,x", "0,"], "line 3: a cell is empty or extra"),
        (["label,text", "1,x", "0"], "line 3: a cell is empty or extra"),
        (["label,text", "1,so, so", "0"], "line 2: a cell is empty or extra"),
        (["label,text", '1,"so'], "unexpected end of data"),
        (["label,text", "pos,x"], "could not convert string to float: 'pos'"),
    ],
)
def test_other_tables(
    cache: Path, tmp_path: Path, rows: list[str], message: str
) -> None:
    put(tmp_path, "train.csv.gz", table(*rows))
    put(tmp_path, "test.csv.gz", table("label,text", "0,x"))
    with pytest.raises(InputError, match=f"train.csv.gz: .*{message}.*; .* should be"):
        imdb.read_imdb(imdb.find_imdb(tmp_path))


def test_broken_tables(cache: Path, tmp_path: Path) -> None:
    good = table("label,text", "0,x")
    put(tmp_path, "train.csv.gz", good)
    for data, message in {
        gzip.compress("label,text\n0,é".encode("latin-1")): "codec can't decode",
        table("label,text", *["1,good"] * 9000)[:-20]: "end-of-stream",
        b"label,text\n0,x": "Not a gzipped file",
    }.items():
        put(tmp_path, "test.csv.gz", data)
        with pytest.raises(
            InputError, match=f"test.csv.gz: .*{message}.*; it should be"
        ):
            imdb.read_imdb(imdb.find_imdb(tmp_path))
    (tmp_path / "imdb" / "test.csv.gz").unlink()
    with pytest.raises(InputError, match=r"test.csv.gz: No such file.*; it should be"):
        imdb.read_imdb(imdb.find_imdb(tmp_path))


def test_the_archive_in_the_data_directory(cache: Path, tmp_path: Path) -> None:
    check(imdb.read_imdb(imdb.find_imdb(put(tmp_path, NAME, archive()))))


def test_the_archive_in_the_cache(cache: Path, tmp_path: Path) -> None:
    put(cache, NAME, archive())
    check(imdb.read_imdb(imdb.find_imdb(tmp_path)))


def test_the_cache_at_home(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    put(tmp_path / ".cache" / "nnspec", NAME, archive())
    check(imdb.read_imdb(imdb.find_imdb(tmp_path / "data")))


def test_download_once(
    served: Path, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check(imdb.read_imdb(imdb.find_imdb(tmp_path)))
    assert capsys.readouterr().err == f"fetching {imdb.IMDB_URL}\n"
    assert [p for p in cache.rglob("*") if p.is_file()] == [cache / "imdb" / NAME]
    served.unlink()
    check(imdb.read_imdb(imdb.find_imdb(tmp_path)))
    assert capsys.readouterr().err == ""


def test_another_archive_is_not_kept(served: Path, cache: Path, tmp_path: Path) -> None:
    whole = served.read_bytes()
    for data in (whole[:-9], archive(dict(list(REVIEWS.items())[:-1]))):
        served.write_bytes(data)
        with pytest.raises(
            InputError, match=f"cannot fetch .*; put it by hand at imdb/{NAME}"
        ):
            imdb.read_imdb(imdb.find_imdb(tmp_path))
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [served]


@pytest.mark.parametrize("share", [0.0, 0.5, 0.99])
def test_a_truncated_archive(cache: Path, tmp_path: Path, share: float) -> None:
    noise = np.random.default_rng(0).bytes(99_000).hex().encode()
    data = archive(REVIEWS | {"aclImdb/train/unsup/1_0.txt": noise})
    put(tmp_path, NAME, data[: int(share * len(data))])
    with pytest.raises(InputError, match=f"{NAME}: .*; check it or get it anew"):
        imdb.read_imdb(imdb.find_imdb(tmp_path))


WITHOUT_TEST = {name: data for name, data in REVIEWS.items() if "test" not in name}
OTHERS = {
    "a text": (b"no archive", "Not a gzipped file"),
    "a packed text": (gzip.compress(b"no archive"), "invalid header|truncated header"),
    "nothing": (archive({}), "lacks reviews"),
    "no reviews": (archive({"README": b""}), "lacks reviews"),
    "no test": (archive(WITHOUT_TEST), "lacks reviews to train with, or for the test"),
    "no UTF-8": (
        archive(REVIEWS | {"aclImdb/train/pos/3_9.txt": b"\xff"}),
        "can't decode",
    ),
    "a huge review": (
        archive(REVIEWS | {"aclImdb/train/pos/3_9.txt": bytes(2**20 + 1)}),
        "aclImdb/train/pos/3_9.txt is too large for a review",
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_archives(cache: Path, tmp_path: Path, name: str) -> None:
    data, message = OTHERS[name]
    put(tmp_path, NAME, data)
    with pytest.raises(
        InputError, match=f"{NAME}: .*({message}).*; check it or get it anew"
    ):
        imdb.read_imdb(imdb.find_imdb(tmp_path))


def test_nothing_of_an_archive_is_written(cache: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    odd = [
        member("/etc/evil.txt", size=5),
        member("../../evil.txt", size=5),
        member("aclImdb/train/pos/../../../../evil_1.txt", size=5),
        member("aclImdb/train/pos/7_9.txt", type=tarfile.SYMTYPE, linkname=str(secret)),
        member("aclImdb/train/pos/8_9.txt", type=tarfile.LNKTYPE, linkname=str(secret)),
        member("aclImdb/train/pos/9_9.txt", type=tarfile.DIRTYPE),
        member("aclImdb/train/pos/6_9.txt", type=tarfile.FIFOTYPE),
        member("huge", size=2**24),
    ]
    put(tmp_path, NAME, archive(REVIEWS, *odd))
    before = sorted(tmp_path.rglob("*"))
    check(imdb.read_imdb(imdb.find_imdb(tmp_path)))
    assert sorted(tmp_path.rglob("*")) == before


def test_the_published_hash() -> None:
    assert len(bytes.fromhex(imdb.IMDB_SHA256)) == 32
    assert imdb.IMDB_URL.endswith(f"/{NAME}")

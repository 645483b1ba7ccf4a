"""Downloads from a server of our own: whole and right, or not at all."""

import gzip
import hashlib
import io
import itertools
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from templates.runtime.download import download
from templates.runtime.input_error import InputError

CONTENT = b"a few digits" * 100_000
PACKED = gzip.compress(CONTENT, 1, mtime=0)
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Serves `CONTENT`, and what may go wrong with it."""

    def do_GET(self) -> None:
        """Answer by the path."""
        body = PACKED if self.path.endswith(".gz") else CONTENT
        if self.path == "/sliced.gz":
            body = body[:-20]
        if self.path == "/nonsense":
            self.wfile.write(b"this is no HTTP\r\n\r\n")
            return
        self.send_response(404 if self.path == "/none" else 200)
        if self.path != "/unsized":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if self.path == "/half" else body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of the server."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", ["plain", "unsized", "packed.gz"])
def test_right(
    tmp_path: Path, url: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new" / "folder" / name
    content = PACKED if name.endswith("gz") else CONTENT
    download(f"{url}/{name}", path, hashlib.sha256(content).hexdigest())
    assert path.read_bytes() == content
    assert list(path.parent.iterdir()) == [path]
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == f"fetching {url}/{name}\n"


def test_progress(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", terminal)
    clock = itertools.count()  # each look at it is a second later
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    download(f"{url}/plain", tmp_path / "file", SHA256)
    first, *bars, last = terminal.getvalue().split("\r")
    assert first == f"fetching {url}/plain\n"
    assert len(bars) == 4  # one after each quarter of a megabyte
    assert [bar.count("=") for bar in bars] == [11, 22, 33, 44]
    assert all("]  file  " in bar and " s left" in bar for bar in bars)
    assert last == "\033[K"  # nothing is left of it


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none", "HTTP Error 404: Not Found"),
        ("half", r"its SHA-256 is [0-9a-f]{64} instead of"),
        ("sliced.gz", r"its SHA-256 is [0-9a-f]{64} instead of"),
        ("nonsense", "this is no HTTP"),
    ],
)
def test_faults(tmp_path: Path, url: str, name: str, message: str) -> None:
    path = tmp_path / "digits" / "file"
    way_out = r"put it by hand at digits/file in the data directory \(--data-dir\)"
    with pytest.raises(
        InputError, match=f"{url}/{name} to {path}: .*{message}.*; {way_out}"
    ) as fault:
        download(f"{url}/{name}", path, SHA256)
    assert "\n" not in str(fault.value)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_wrong_hash(tmp_path: Path, url: str) -> None:
    with pytest.raises(
        InputError, match=f"its SHA-256 is {SHA256} instead of 123; put it"
    ):
        download(f"{url}/plain", tmp_path / "file", "123")
    assert list(tmp_path.iterdir()) == []


def test_no_server(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"http://127.0.0.1:1/x to .*file: .*refused.*; put it by"
    ):
        download("http://127.0.0.1:1/x", tmp_path / "file", SHA256)


def test_folder_cannot_be_made(tmp_path: Path, url: str) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError, match=r"; put it by hand at file/x in the data"):
        download(f"{url}/plain", tmp_path / "file" / "x", SHA256)


def test_interrupt(tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Reply(io.BytesIO):
        length = 10

        def read(self, _: int | None = -1) -> bytes:
            raise KeyboardInterrupt

    monkeypatch.setattr(urllib.request, "urlopen", lambda *_, **__: Reply())
    with pytest.raises(KeyboardInterrupt):
        download(f"{url}/plain", tmp_path / "file", SHA256)
    assert list(tmp_path.iterdir()) == []

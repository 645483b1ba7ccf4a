import gzip
import hashlib
import http.client
import sys
import urllib.request
import zlib
from pathlib import Path

from .fault import Fault
from .reason import reason
from .whole import whole


def download(url: str, path: Path, sha256: str) -> None:
    """Fetch `url` to `path` (.../SET/FILE), whole and with this SHA-256, or not at all.

    Of a gzip file, what it holds is hashed: a copy packed anew is as good.
    """
    print(f"fetching {url}", file=sys.stderr)
    data = bytearray()
    try:
        with urllib.request.urlopen(url, timeout=30) as reply:
            size = reply.length or 0
            while chunk := reply.read(1 << 18):
                data += chunk
                if sys.stderr.isatty():
                    text = f"{len(data) / 1e6:.1f} of {size / 1e6:.1f} MB"
                    print(text, end="\r", file=sys.stderr, flush=True)
        if len(data) < size:
            raise EOFError(f"{len(data)} bytes came instead of {size}")
        held = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        if (found := hashlib.sha256(held).hexdigest()) != sha256:
            raise ValueError(f"its SHA-256 is {found} instead of {sha256}")
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path, "wb") as file:
            file.write(data)
    except (OSError, EOFError, ValueError, http.client.HTTPException, zlib.error) as e:
        raise Fault(
            f"cannot fetch {url} to {path}: {reason(e)}; put it by hand at "
            f"{path.parent.name}/{path.name} in the data directory (--data-dir)"
        ) from e

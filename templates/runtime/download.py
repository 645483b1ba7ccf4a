import gzip
import hashlib
import sys
import urllib.request

from .reading import reading
from .show import show
from .whole import whole


def download(url, path, sha256):
    """Fetch `url` to `path`, whole and with this SHA-256, or not at all.

    It may be that of a gzip file, or of what such a file holds.
    """
    print(f"fetching {url}", file=sys.stderr)
    place = f"{path.parent.name}/{path.name} in the data directory (--data-dir)"
    with reading(f"cannot fetch {url} to {path}", f"put it by hand at {place}"):
        with urllib.request.urlopen(url, timeout=30) as reply:
            data, size = bytearray(), reply.length or 0
            while chunk := reply.read(1 << 18):
                data += chunk
                show(f"{len(data) / 1e6:.1f} of {size / 1e6:.1f} MB")
        show("")
        found = hashlib.sha256(data).hexdigest()
        if found != sha256 and data[:2] == b"\x1f\x8b":
            found = hashlib.sha256(gzip.decompress(data)).hexdigest()
        if found != sha256:
            raise ValueError(f"its SHA-256 is {found} instead of {sha256}")
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path, "wb") as file:
            file.write(data)

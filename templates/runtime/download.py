import hashlib
import sys
import urllib.request

from .progress import progress
from .put import put
from .reading import reading


def download(url, path, sha256):
    """Fetch `url` to `path`, whole and with this SHA-256, or not at all."""
    print(f"fetching {url}", file=sys.stderr)
    place = f"{path.parent.name}/{path.name} in the data directory (--data-dir)"
    with reading(f"cannot fetch {url} to {path}", f"put it by hand at {place}"):
        with urllib.request.urlopen(url, timeout=30) as reply:
            blocks = progress(range(0, reply.length or 1, 1 << 18), path.name)
            data = b"".join(reply.read(1 << 18) for _ in blocks) + reply.read()
        if (found := hashlib.sha256(data).hexdigest()) != sha256:
            raise ValueError(f"its SHA-256 is {found} instead of {sha256}")
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, data)

import hashlib
import sys
import urllib.request

from .file_errors import file_errors
from .input_error import InputError
from .progress import progress
from .write_whole import write_whole


def download(url, path, sha256):
    """Download `url` to `path`; keep it only if it is whole and has this SHA-256."""
    if path.parts[0] == "~":
        raise InputError("there is no home folder for a cache; set XDG_CACHE_HOME")
    print(f"fetching {url}", file=sys.stderr)
    place = f"{path.parent.name}/{path.name} in the data directory (--data-dir)"
    with file_errors(f"cannot fetch {url} to {path}", f"put it by hand at {place}"):
        with urllib.request.urlopen(url, timeout=30) as reply:
            blocks = progress(range(0, reply.length or 1, 1 << 18), path.name)
            data = b"".join(reply.read(1 << 18) for _ in blocks) + reply.read()
        if (found := hashlib.sha256(data).hexdigest()) != sha256:
            raise ValueError(f"its SHA-256 is {found} instead of {sha256}")
        path.parent.mkdir(parents=True, exist_ok=True)
        with write_whole(path) as file:
            file.buffer.write(data)

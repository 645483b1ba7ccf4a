import gzip
import zlib
from pathlib import Path

from .fault import Fault
from .reason import reason


def read_unpacked(path: Path) -> bytes:
    """All bytes of a file, unpacked if it is a gzip file, whatever its name."""
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except (OSError, EOFError, zlib.error) as error:
        raise Fault(f"{path}: {reason(error)}; check it or get it anew") from error

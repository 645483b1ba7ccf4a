import hashlib

from .sha256_of import sha256_of


def sha256_within(path):
    """The SHA-256 of a file; of a folder, that of its files' names and SHA-256."""
    if not path.is_dir():
        return sha256_of(path)
    files = sorted(file for file in path.rglob("*") if file.is_file())
    lines = (f"{sha256_of(f)}  {f.relative_to(path).as_posix()}\n" for f in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()

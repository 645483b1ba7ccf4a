import os


def write_whole(path, data):
    """Make bytes a file that takes its name only when it is whole."""
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)

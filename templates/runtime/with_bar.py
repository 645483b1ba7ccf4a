from .progress import progress


def with_bar(path, lines):
    """Yield the lines of a file; a terminal shows a bar, of how many were read."""
    done = 0
    bar = progress(range(0, path.stat().st_size, 2**16), f"reading {path.name}")
    for line in lines:
        done += len(line)
        if done >= 2**16:
            done -= 2**16
            next(bar, None)
        yield line
    bar.close()

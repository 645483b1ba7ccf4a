import contextlib

from .input_error import InputError


@contextlib.contextmanager
def file_errors(path, way_out="check it or get it anew"):
    """Turn any error inside the block into an InputError with file and way out."""
    try:
        yield
    except MemoryError:  # no fault of the file
        raise
    except Exception as error:  # a broken file fails in a dozen ways
        text = getattr(error, "strerror", None) or str(error) or type(error).__name__
        line = text.splitlines()[0][:400]
        raise InputError(f"{path}: {line}; {way_out}") from error

class InputError(Exception):
    """Data, a file or an argument is wrong: one line says so, without a traceback."""

class InputError(Exception):
    """Data, a file or an argument at fault: told in a line, without a traceback."""

from .input_error import InputError


def as_text(given):
    """What a caller gives as a text, if it is one."""
    if not isinstance(given, str):
        raise InputError("parts: give each as one text")
    return given

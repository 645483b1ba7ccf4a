def is_number(text):
    """Whether a text is a number: one that `float` reads, in ASCII and without `_`.

    An identifier such as 2020_01 is none, nor are digits of another width.
    """
    try:
        float(text)
    except ValueError:
        return False
    return text.isascii() and "_" not in text

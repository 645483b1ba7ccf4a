from .text_lines import text_lines


def read_text(path):
    """Return the text of a file in UTF-8; its lines end in \\n, wherever it is from."""
    lines = text_lines(path, "utf-8", "save it as UTF-8")
    return "".join(line.replace("\r\n", "\n") for line in lines)

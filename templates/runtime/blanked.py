def blanked(lines, count):
    """Yield lines, the first ones empty, so that all keep their numbers."""
    for number, line in enumerate(lines):
        yield line if number >= count else "\n"

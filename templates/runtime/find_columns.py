import difflib

from .input_error import InputError


def find_columns(wanted, names, path):
    """Return the places of columns in a file, by their names or their numbers."""
    known = {name: place for place, name in enumerate(names)}
    places = {}
    for column in wanted:
        if isinstance(column, int) and -len(names) <= column < len(names):
            place = column % len(names)
        elif column in known:
            place = known[column]
        else:
            alike = [name for name in names if name.lower() == str(column).lower()]
            near = alike or difflib.get_close_matches(str(column), names, n=1)
            hint = f"is {near[0]!r} meant?" if near else f"it has {list(names)[:20]}"
            raise InputError(f"{path}: there is no column {column!r}; {hint}")
        if place in places:
            twice = f"{places[place]!r} and {column!r} are the same column"
            raise InputError(f"{path}: {twice}; name it once")
        places[place] = column
    return list(places)

from .input_error import InputError
from .learn_categories import learn_categories


def learn_classes(cells, names, missing, path, count, last=False):
    """Return the names of the target's `count` classes; nothing if it holds numbers.

    `last` says that a split took the last rows.
    """
    categories = learn_categories(cells, names, missing, path)
    if len(names) > 1 or "data/categories/0" not in categories:
        return {}
    classes = categories["data/categories/0"]
    if (found := len(classes)) != count:
        few = ", ".join(map(repr, classes[:5].tolist()))
        few = f"{found} class{'es' * (found > 1)} in the training part ({few})"
        needed, way_out = f"network tells {count} apart", "give rows of other classes"
        way_out += ", or split with stratify=true" * last
        if not count:
            needed, way_out = "loss takes numbers", "change it and the last layer"
        elif found > 1:
            way_out = f"end it in dense({found}, softmax), or {way_out}"
        raise InputError(
            f"{path}, column {names[0]!r}: {few}, but the {needed}; {way_out}"
        )
    return {"data/classes": classes}

from .fault import Fault
from .learn_categories import learn_categories


def learn_classes(cells, names, missing, path, most):
    """The classes that a target names, `most` of them; nothing if it holds numbers."""
    categories = learn_categories(cells, names, missing, path)
    if len(names) > 1 or "data/categories/0" not in categories:
        return {}
    classes = categories["data/categories/0"]
    if len(classes) > most:
        few = ", ".join(map(repr, classes[:5].tolist()))
        raise Fault(
            f"{path}, column {names[0]!r}: {len(classes)} classes ({few}), but the "
            + (f"network tells {most} apart" if most else "loss takes numbers")
            + "; change the last layer and the loss, or the target"
        )
    return {"data/classes": classes}

from .input_error import InputError


def class_number(name, classes):
    """Return the number of a class by its label, or by its number if it has a text."""
    labels = [*map(str, classes)] if isinstance(name, str) else classes
    if name in labels:
        return labels.index(name)
    texts = any(isinstance(label, str) for label in classes)
    if texts and name in range(len(classes)):
        return int(name)
    few = ", ".join(map(repr, classes[:10])) + ", ..." * (len(classes) > 10)
    raise InputError(f"the spec names a class {name!r}, but there are {few}")

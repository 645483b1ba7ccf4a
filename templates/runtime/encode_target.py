from .encode_cells import encode_cells


def encode_target(cells, where, names, learnt, missing, last=False):
    """Return the cells of the targets as numbers, names of classes as their indices."""
    classes = learnt.get("data/classes")
    known = {} if classes is None else {"data/categories/0": classes}
    y = encode_cells(cells, where, names, known, missing, last=last)
    return y[:, 0] if len(names) == 1 else y

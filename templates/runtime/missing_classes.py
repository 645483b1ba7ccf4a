import numpy as np


def missing_classes(labels, names, way_out):
    """Yield a line for each part of the data that lacks classes of another part."""
    every = {*np.concatenate([*labels.values()]).tolist()}
    for part, y in labels.items():
        if lacking := [f"`{names[i]}`" for i in sorted(every.difference(y.tolist()))]:
            few = ", ".join(lacking[:3]) + ", ..." * (len(lacking) > 3)
            yield f"the {part} part has no sample of class {few}{way_out}"

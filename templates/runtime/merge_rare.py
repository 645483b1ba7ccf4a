import numpy as np

from .encode_cells import category_codes


def merge_rare(learnt, rows, names, missing, minimum, chosen=None):
    """Leave out the categories that fewer rows have, in the columns that one_hot takes.

    Unknown and rare ones have the code behind the last of them.
    """
    for column, name in enumerate(names):
        key = f"data/categories/{column}"
        if key in learnt and (chosen is None or name in chosen):
            codes, absent = category_codes(rows, name, learnt[key], missing)
            codes[absent] = learnt["data/frequent"][column]  # if they are filled in
            known = codes[~np.isnan(codes)].astype(int)
            counts = np.bincount(known, minlength=len(learnt[key]))
            kept = counts >= minimum
            frequent = int(learnt["data/frequent"][column])
            rank = np.count_nonzero(kept[:frequent])
            learnt["data/frequent"][column] = rank if kept[frequent] else kept.sum()
            learnt[key] = learnt[key][kept]

import sys

import numpy as np


def warn_of_nan(where, w):
    """Say it if weights are NaN or infinite: then predictions are, too."""
    if not all(np.isfinite(part).all() for part in vars(w).values()):
        what = "some weights are NaN or infinite; train with a lower learning rate"
        print(f"{where}: {what}", file=sys.stderr)

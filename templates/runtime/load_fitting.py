import os

import numpy as np

from .file_errors import file_errors
from .say import say


def load_fitting(options, w, shapes):
    """Take the layers that --initial-weights has in the same shapes; tell which."""
    with file_errors(options.initial_weights, "take weights of a network like this"):
        found = dict(np.lib.npyio.NpzFile(options.initial_weights))
        there = {name: found[name].shape for name in shapes if name in found}
        unlike = {os.path.dirname(name) for name, _ in shapes.items() - there.items()}
        if unlike == {*map(os.path.dirname, shapes)}:
            raise ValueError(f"no layer fits: it has {[*found]}, not {[*shapes]}")
        for name, weight in zip(shapes, vars(w).values()):
            what = f"not taken: {there.get(name, 'none')} in the file"
            if os.path.dirname(name) not in unlike:
                np.copyto(weight, found[name])
                what = "taken"
            say(options, f"{name:{max(map(len, shapes))}}  {what}")

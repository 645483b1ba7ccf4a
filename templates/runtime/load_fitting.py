import numpy as np

from .file_errors import file_errors
from .say import say
from .warn_of_nan import warn_of_nan


def load_fitting(options, w, shapes):
    """Set the layers that --initial-weights has in the same shapes; tell of each."""
    path, layers, told = options.initial_weights, {}, {}
    for name, weight in zip(shapes, vars(w).values()):
        layers.setdefault(name.rpartition("/")[0], {})[name] = weight
    with file_errors(path, "take a weights.npz that has one of the layers"):
        found = dict(np.lib.npyio.NpzFile(path))
        for layer, weights in layers.items():
            here = {name: weight.shape for name, weight in weights.items()}
            there = {name: found[name].shape for name in here if name in found}
            told[layer] = f"not taken: {there or 'nothing'} in the file, {here} here"
            if there == here:
                told[layer] = "taken"
                for name, weight in weights.items():
                    np.copyto(weight, found[name])
        if "taken" not in told.values():
            raise ValueError(f"no layer fits; it has {[*found]}, not {[*shapes]}")
    for layer in {name.rpartition("/")[0]: 0 for name in found}:
        if layer not in ("data", "training"):
            told.setdefault(layer, "not in this model")
    for layer, what in told.items():
        say(options, f"{layer:{max(map(len, told))}}  {what}")
    warn_of_nan(path, w)

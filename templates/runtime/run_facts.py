from pathlib import Path

from .machine import machine
from .sha256_of import sha256_of


def run_facts(options, script, hash_of):
    """What a training comes of: its options, SHA-256 of files, and the machine."""
    names = ["epochs", "batch_size", "seed", "data", "data_dir"]
    names += ["initial_weights", "partial"]
    given, weights = {n: getattr(options, n) for n in names}, options.initial_weights
    files, here = options.files, Path.cwd()
    files = [options.data] if options.data and files is not None else files
    near = (f.relative_to(here) if f.is_relative_to(here) else f for f in files or ())
    data = dict(zip(map(str, near), map(hash_of, files or ())))
    return {
        "options": {k: str(v) if isinstance(v, Path) else v for k, v in given.items()},
        "script": sha256_of(script) if script.is_file() else None,
        "initial_weights": weights and sha256_of(weights),
        "data": None if files is None else data,  # None: given in Python
    } | machine()

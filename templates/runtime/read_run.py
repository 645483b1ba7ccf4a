import json

from .file_errors import file_errors
from .sha256_of import sha256_of


def read_run(options, script):
    """Return what run.json in `options.folder` says, and the options of its training.

    Files may lie elsewhere now: then the command line says where.
    """
    with file_errors(options.folder / "run.json", "name the folder of a training"):
        run = json.loads((options.folder / "run.json").read_text("utf-8"))
        if run["script"] != sha256_of(script):
            raise ValueError("this script is not the one that trained it")
        if run["data"] is None:
            raise ValueError("its data were given in Python")
        run["until"] = None if run["finished"] else int(run["epoch"])
        run["files"] = run["initial_weights"], [*run["data"].values()]
        given = {k: getattr(options, k, None) or v for k, v in run["options"].items()}
    words = {f"--{k.replace('_', '-')}": v for k, v in given.items()}
    words = {k: v for k, v in words.items() if v is not None and v is not False}
    return run, [k if v is True else f"{k}={v}" for k, v in words.items()]

"""What a script takes, as far as `nnspec` explains it: its own `--help` says it all."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

#: The commands of a script, and what they do.
COMMANDS = {
    "train": "train, evaluate and save: the default",
    "evaluate": "print the loss and the metrics of the test part",
    "verify": "train again as in the run of a folder, and compare what comes of both",
    "predict": "write the predictions for the rows of a file as CSV",
    "generate": "with `next_characters`: write text that goes on from a PROMPT",
    "gradcheck": "compare the derivatives with numerical ones",
    "cross_validate": "with `folds(k)`: train on all folds but one, for each of them",
}

#: Its options by name: the value, and the meaning.
OPTIONS = {
    "--epochs": ("N", "passes over the training data"),
    "--batch-size": ("N", "samples in one update"),
    "--seed": ("N", "what all random numbers are made of"),
    "--data-dir": ("DIR", "the folder of the data files"),
    "--data": ("FILE", "a .npz file to train on in place of the spec's data"),
    "--out": ("DIR", "the folder for the results; default: the next runs/NAME-N"),
    "--initial-weights": ("FILE", "a .npz file with the weights to begin with"),
    "--partial": ("", "take the layers of --initial-weights that fit"),
    "--resume": ("", "go on with the newest training, or that in --out"),
    "--force": ("", "overwrite the training in --out"),
    "--weights": ("FILE", "the weights to use; default: those of the newest run"),
    "--output": ("FILE", "the file for the predictions"),
    "--length": ("N", "characters to write, in generate"),
    "--temperature": ("T", "in generate: 0 for always the likeliest, 1 as learnt"),
    "--jobs": ("N", "processes that train folds at once, in cross_validate"),
    "--threads": ("N", "threads that share the work"),
    "--quiet": ("", "print errors only"),
    "--json": ("", "print one JSON object a line"),
}


def explained() -> list[str]:
    """The commands and the options, a line each."""
    options = {f"{name} {value}": does for name, (value, does) in OPTIONS.items()}
    return [f"  {name:24}{does}" for name, does in (COMMANDS | options).items()]


def way_out(option: str, command: str, arguments: Sequence[str]) -> str | None:
    """How to write an option of the script that stands elsewhere, if it is one."""
    if option not in OPTIONS:
        return None
    if command != "run":
        value = OPTIONS[option][0]
        use = f"nnspec run SPEC {option} {value}".rstrip()
        return f"it is an option of the script: `{use}`"
    return f"options of the script follow the spec: `{_behind_spec(arguments, option)}`"


def _behind_spec(arguments: Sequence[str], option: str) -> str:
    """The same use of `nnspec run`, the options from this one on behind the spec."""
    words = list(arguments)
    start = next(i for i, w in enumerate(words) if w.partition("=")[0] == option)
    end = next((i for i in range(start, len(words)) if words[i][-3:] == ".nn"), None)
    if end is None:
        return f"nnspec run {shlex.join([*words[:start], 'SPEC', *words[start:]])}"
    before, options, after = words[:start], words[start:end], words[end + 1 :]
    return f"nnspec run {shlex.join([*before, words[end], *after, *options])}"

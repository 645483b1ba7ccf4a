import json

from .sha256_of import sha256_of
from .write_whole import write_whole


def save_run(state, options, whole=True, test=None):
    """Write run.json: what a training came of and came to, for `verify`.

    Weights are not `whole` in the middle of an epoch; `test` are values of that part.
    """
    run = state.run | {
        "epoch": len(state.history),
        "finished": "finished" in state.about,
        "resumed": state.about.get("resumed", []),
        "whole": whole,
        "weights": sha256_of(options.out / "weights.npz"),
        "test": json.loads(json.dumps(test), parse_constant=lambda _: None),
    }
    lines = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in run.items()]
    with write_whole(options.out / "run.json") as file:
        file.write("\n".join(["{", ",\n".join(lines), "}\n"]))

"""`nnspec sweep`: many trainings of a spec with other values of its `let`s."""

from __future__ import annotations

import math
import re
import shlex
import signal
from argparse import Namespace
from collections.abc import Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path, PurePath

from nnspec import ir
from nnspec.commands import specs
from nnspec.commands.extras import need
from nnspec.commands.files import replace_file, spec_folder, way
from nnspec.commands.terminal import DONE, FILE_FAULT, USAGE, Stop, say, write
from nnspec.diagnostics import did_you_mean
from nnspec.origin import Origin
from nnspec.sweep import told, tries
from nnspec.sweep.folder import held
from nnspec.sweep.runner import Runner
from nnspec.sweep.study import FAILED, OptunaStudy, Study, Trial, Unreachable
from nnspec.sweep.tries import Try

#: Begins a spec that a sweep has written.
_MARK = "# The best of a sweep"
_HELP = "write `--try hidden=64,128`, or `--try rate=log(1e-4, 1e-1)`, uniform or int"


def run(options: Namespace) -> int:
    """Run the trials of `options.spec`, and tell which is the best."""
    wanted = [_read(text) for text in options.tries]
    if not wanted:
        raise Stop(USAGE, "`nnspec sweep` needs a `--try NAME=VALUES`", _HELP)
    if options.spec == specs.STDIN:
        raise Stop(USAGE, "a sweep goes on later: it needs a spec in a file")
    plan = tries.plan(wanted, options.trials, options.seed)
    model = _check(options.spec, wanted, plan[0])
    monitor, rises = _monitor(model, options.monitor)
    folder = Path(options.out or f"sweeps/{model.name}")
    for number in {"SIGTERM", "SIGHUP"} & {*dir(signal)}:
        signal.signal(getattr(signal, number), signal.default_int_handler)

    def wait() -> None:
        say(f"waiting for the sweep in {folder}, or for the trials that it has left")

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot(folder, error) from None
    with held(folder, wait) as kept:
        study = _study(options, wanted, folder, plan, rises)
        say(f"{study.asked} trials in {folder}, each judged by its best {monitor}")
        runner = Runner(study, monitor, partial(_compile, options.spec), _tell, kept)
        try:
            runner.run(options.jobs)
        finally:
            if study.ranked():
                write(told.table(study, monitor))
                picture = told.picture(study, wanted, monitor).encode()
                replace_file(folder / "sweep.svg", picture)
    return _best(options.spec, study, folder)


def _read(text: str) -> Try:
    try:
        return tries.read(text)
    except tries.Odd as odd:
        raise Stop(USAGE, f"`--try {text}`: {odd}", _HELP) from None


def _check(spec: str, wanted: Sequence[Try], first: dict[str, str]) -> ir.Model:
    """The model of the first trial; each value alone has to go with the spec, too."""
    found = None
    several = [{**first, each.name: v} for each in wanted for v in each.values]
    for values in [first, *several]:
        _, found = specs.model(spec, _overrides(values))
    if found is None or found.training is None:
        raise Stop(USAGE, f"{spec} has no `training` section: nothing can be tried")
    return found


def _overrides(values: dict[str, str]) -> list[specs.Override]:
    return [specs.override(f"{name}={value}") for name, value in values.items()]


def _monitor(model: ir.Model, asked: str | None) -> tuple[str, bool]:
    """What trials are judged by, and whether more of it is better."""
    assert model.training is not None
    known = dict(model.training.monitored)
    data = model.data
    given = data.source.arguments.get("validation") if data else None
    apart = bool(data and data.split and data.split.validation) or given is not None
    if apart:
        known |= {f"val_{name}": rises for name, rises in known.items()}
    name = asked or ("val_loss" if apart else "loss")
    if name not in known:
        help = did_you_mean(name, known) or f"write one of: {', '.join(known)}"
        raise Stop(USAGE, f"`--monitor` cannot be `{name}`", help)
    return name, known[name]


def _study(
    options: Namespace,
    wanted: Sequence[Try],
    folder: Path,
    plan: list[dict[str, str]],
    rises: bool,
) -> Study:
    """The study of Optuna, where it is there and has to choose; else the plan's."""
    whole = len(plan) == math.prod(len(each.values) for each in wanted)
    try:
        if options.storage is None and (whole or find_spec("optuna") is None):
            return Study(folder, plan, replace_file, rises=rises)
        optuna = need("optuna", "sweep", "`--storage`")
        storage = options.storage or f"sqlite:///{folder / 'study.db'}"
        return OptunaStudy(
            optuna,
            folder,
            wanted,
            len(plan),
            replace_file,
            rises=rises,
            storage=storage,
            name=folder.name,
            seed=options.seed,
        )
    except Unreachable as error:
        help = "write it as `sqlite:///study.db`, or leave `--storage` out"
        words = f"Optuna cannot use the storage {storage}: {error}"
        raise Stop(FILE_FAULT, words, help) from None
    except (OSError, ValueError, KeyError) as error:
        raise _cannot(folder, error) from None


def _cannot(folder: Path, error: Exception) -> Stop:
    help = "name another folder with `--out`"
    return Stop(FILE_FAULT, f"cannot go on in {folder}: {error}", help)


def _compile(spec: str, trial: Trial) -> str:
    """Write the script of a trial beside its trial.json."""
    overrides = _overrides(trial.values)
    analysis, _ = specs.model(spec, overrides)
    folder = way(trial.folder.resolve(), spec_folder(spec))
    origin = Origin(folder, settings=specs.settings(overrides))
    script = specs.script(spec, analysis, origin)
    name = f"{PurePath(spec).stem}_trial.py"
    replace_file(trial.folder / name, script.encode())
    return name


def _tell(trial: Trial, state: str) -> None:
    values = " ".join(f"{name}={value}" for name, value in trial.values.items())
    last = trial.course[max(trial.course)] if trial.course else "-"
    line = f"trial {trial.number}: {values}: {last} after {len(trial.course)} epochs"
    more = f" ({trial.folder / 'log.txt'} says why)" if state == FAILED else ""
    say(f"{line}, {state}{more}")


def _best(spec: str, study: Study, folder: Path) -> int:
    """Tell of the best trial, and write its spec beside the spec: there is the data."""
    ranked = [trial for trial in study.ranked() if trial.state]
    if not ranked:
        help = f"{folder / 'trial-001' / 'log.txt'} says why"
        raise Stop(FILE_FAULT, "no trial came to an end", help)
    best = ranked[0]
    given = shlex.join(f"--set={name}={value}" for name, value in best.values.items())
    say(f"the best is trial {best.number}, in {best.folder / 'run'}: {given}")
    path = Path(spec).with_name(f"{PurePath(spec).stem}_best.nn")
    if path.exists() and not path.read_text("utf-8").startswith(_MARK):
        say(f"{path} is not of a sweep, and was kept")
    else:
        text = f"{_MARK}: trial {best.number} of {folder}.\n"
        text += _with_values(Path(spec).read_text("utf-8"), best.values)
        replace_file(path, text.encode())
        say(f"its spec is {path}; {folder / 'sweep.svg'} shows all")
    return DONE


def _with_values(text: str, values: Mapping[str, str]) -> str:
    """A spec with other values of its `let`s, each of which stands on one line."""
    for name, value in values.items():
        line = re.compile(
            rf"^([ \t]*let[ \t]+{name}[ \t]*=[ \t]*)[^#\n]*?([ \t]*(?:#.*)?)$",
            re.MULTILINE,
        )
        found = line.search(text)
        if found:
            start, end = found.end(1), found.start(2)
            text = f"{text[:start]}{value}{text[end:]}"
    return text

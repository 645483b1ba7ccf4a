"""From the model to the text of its script of Keras."""

from __future__ import annotations

from pathlib import Path

from nnspec import ir
from nnspec.origin import Origin
from nnspec.record import Record, replace
from nnspec.source import Source
from nnspec.targets.keras.network import NetworkProgram, plan_network
from nnspec.targets.keras.own import Own
from nnspec.targets.keras.training import (
    TrainingProgram,
    files_of,
    files_of_tables,
    plan_training,
)
from nnspec.targets.numpy import script as numpy_script
from nnspec.targets.numpy.data import plan_data
from nnspec.targets.numpy.program import Program
from nnspec.targets.quote import Code
from nnspec.targets.templates import (
    CONSTANTS,
    IMPORTS,
    PlainFiles,
    environment_of,
    finished,
)

#: The plain files that every script calls, beside those of its data.
_ALWAYS = ("input_error", "keras/new_folder", "load", "number", "runs_with", "say")


class KerasProgram(Record):
    """What the script's template prints.

    `program` is that of the NumPy script: how data is read and prepared, what outputs
    are called, and what weights are of are the same in both. Samples that are no array
    go through `batches`.
    """

    program: Program
    network: NetworkProgram
    training: TrainingProgram
    #: Functions and classes of the spec's own.
    definitions: tuple[tuple[Code, ...], ...]
    batches: bool
    #: The plain files of metrics that are no numbers.
    tables: tuple[str, ...]


def plan(model: ir.Model, source: Source, origin: Origin) -> KerasProgram:
    """What the script of a model with a training section prints."""
    program = numpy_script.plan(model, source, origin)
    data, own = plan_data(model, dense=True), Own()
    network = plan_network(model, own)
    training = plan_training(model, own)
    return KerasProgram(
        program=replace(program, data=data),
        network=network,
        definitions=tuple(own.definitions),
        training=training,
        batches=data.in_batches,
        tables=tuple(files_of_tables(model)),
    )


def render(program: KerasProgram, cache: Path | None = None) -> str:
    """The script. The same program gives the same text, on every machine."""
    environment, p = environment_of(cache), program.program
    data = environment.get_template(p.data.template).render(d=p.data, p=p)
    files = PlainFiles()
    layers = files.paste(program.network.files)
    several = p.network.many_inputs or p.network.many_outputs
    batches = f"keras/{'named_' * several}batches"
    helpers = ["keras/history", *[batches] * program.batches]
    own = files.paste([*helpers, *files_of(program.training)])
    ops = program.definitions or program.training.restored
    folds = ["over_folds"] * (p.data.folds is not None)
    text = environment.get_template("keras.py.j2").render(
        p=p,
        n=p.network,
        out=p.network.outputs[0],
        y=p.network.measured[0],
        k=program,
        t=program.training,
        files=any(one.file for one in program.training.callbacks),
        writes=any("(save, " in one.made for one in program.training.callbacks),
        layers=Code(layers),
        helpers=Code(own),
        ops=bool(ops) or "from keras import ops" in files.imports,
        data=Code(data.strip()),
        readers=Code(
            files.paste(
                (*_ALWAYS, *p.data.runtime, *program.tables, *folds, "save_arrays")
            )
        ),
        imports=Code(IMPORTS),
        constants=Code(CONSTANTS),
    )
    return finished(text, p.constants, files.imports)

"""From the program to the text of the script."""

from __future__ import annotations

from pathlib import Path

from nnspec.targets.numpy.program import Program
from nnspec.targets.numpy.step import Step
from nnspec.targets.quote import Code
from nnspec.targets.templates import (
    CONSTANTS,
    IMPORTS,
    PlainFiles,
    environment_of,
    finished,
)


def render(program: Program, cache: Path | None = None) -> str:
    """The script. The same program gives the same text, on every machine.

    `cache` is a folder where Jinja keeps compiled templates, which takes most of the
    time otherwise.
    """
    environment = environment_of(cache)
    environment.globals |= {"note": _note, "note_back": _note_back}
    data = environment.get_template(program.data.template).render(
        d=program.data, p=program
    )
    files = PlainFiles()
    threads = files.paste(program.threads)
    helpers = files.paste(program.optimizer.files)
    always = () if program.form.bare else ("input_error",)
    readers = files.paste((*always, *program.data.runtime))
    name = "bare.py.j2" if program.form.bare else "script.py.j2"
    text = environment.get_template(name).render(
        p=program,
        n=program.network,
        o=program.optimizer,
        out=program.network.outputs[0],
        y=program.network.measured[0],
        c=program.network.measured[0].class_weights,
        helpers=Code(helpers),
        readers=Code(readers),
        threads=Code(threads),
        functions=Code(files.paste(program.network.files)),
        data=Code(data.strip()),
        runtime=Code(files.paste(program.runtime)),
        imports=Code(IMPORTS),
        constants=Code(CONSTANTS),
    )
    return finished(text, program.constants, files.imports)


def _note(step: Step, formula: str) -> Code:
    """The comment of a step's forward lines: the formula once, then the name."""
    return Code(f"# {formula if step.explains else step.template}")


def _note_back(step: Step, formula: str) -> Code:
    """The comment of its backward lines."""
    return Code(f"# {formula if step.explains_back else step.template}")

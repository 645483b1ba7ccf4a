"""The whole pipeline, and the Python API.

    text -> parse -> tree -> analyze -> model -> plan -> program -> render -> script

Pure: text in, and facts of data files; text, a model or diagnostics out. Only `load`
and the command line read; that writes and prints, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from nnspec import ir
from nnspec.analyze.spec import analyze
from nnspec.diagnostics import Diagnostic, Diagnostics, SpecError, TooManyErrors
from nnspec.facts import Reader, nothing
from nnspec.origin import Origin, Target
from nnspec.record import Record
from nnspec.source import Source, Span
from nnspec.syntax.parser import decode, parse
from nnspec.syntax.well_formed import tell_quotes

#: To read and check as much takes some ten seconds; honest specs have thousands.
MOST_BYTES = 2_000_000


class Analysis(Record):
    """What is known of a spec: its model, None if it has errors, and all findings."""

    source: Source
    model: ir.Model | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def blames_data(self) -> bool:
        """Whether there are errors, all of which are faults of files."""
        errors = [d for d in self.diagnostics if d.severity == "error"]
        return bool(errors) and all(error.of_data for error in errors)


def read(
    name: str,
    data: bytes,
    overrides: Mapping[str, object] | None = None,
    facts: Reader = nothing,
) -> Analysis:
    """Check a spec as it stands in a file; bytes that are not UTF-8 are a finding."""
    if len(data) > MOST_BYTES:
        return _too_large(name)
    source, fault = decode(name, data)
    return (
        Analysis(source, None, (fault,)) if fault else check(source, overrides, facts)
    )


def check(
    source: Source,
    overrides: Mapping[str, object] | None = None,
    facts: Reader = nothing,
) -> Analysis:
    """Parse and analyze a spec.

    `overrides` gives `let`s other values, `facts` what there is to know of data files.
    """
    if len(source.text) > MOST_BYTES:
        return _too_large(source.name)
    diagnostics = Diagnostics()
    try:
        tree = parse(source, diagnostics)
        if diagnostics.has_errors and (other := _other_file(source)):
            return Analysis(source, None, (other,))
        model = analyze(tree, source, diagnostics, overrides, facts)
        if tree.foreign:
            tell_quotes(tree.foreign, source, diagnostics)
            model = None
    except TooManyErrors:
        model = None
    except RecursionError:
        model = None
        end = len(source.text)
        diagnostics.error(
            "nesting-too-deep", "the spec is nested too deeply", Span(end, end)
        )
    return Analysis(source, model, diagnostics.in_order())


def _other_file(source: Source) -> Diagnostic | None:
    from nnspec.otherwise import other_file  # noqa: PLC0415 -- on errors only

    return other_file(source)


def _too_large(name: str) -> Analysis:
    """That of a spec which is not even looked at."""
    message = f"a spec has at most {MOST_BYTES:,} bytes, and this one has more"
    fault = Diagnostic("too-large", "error", message, Span(0, 0), "name a spec")
    return Analysis(Source(name, ""), None, (fault,))


def load(path: str | Path, overrides: Mapping[str, object] | None = None) -> ir.Model:
    """The model of a spec file, and of the data files beside it, if they are there.

    Raises `SpecError` with every error of the spec, `OSError` if it cannot be read.
    """
    from nnspec.facts.reader import FileReader  # noqa: PLC0415 -- others read nothing

    path = Path(path)
    facts = FileReader(path.parent, lambda: None)
    return _sound(read(str(path), path.read_bytes(), overrides, facts))


def compile(
    text: str,
    name: str = "model.nn",
    *,
    overrides: Mapping[str, object] | None = None,
    spec_folder: str = ".",
    bare: bool = False,
    ranks: int = 0,
    target: Target = "numpy",
    facts: Reader = nothing,
) -> str:
    """The training script of a spec's text; a `bare` one has the mathematics alone.

    One for MPI trains in as many processes as `ranks`, or fewer.
    `name` is the spec's file name: messages use it, and it names the model unless the
    spec does. `spec_folder` is the way from the script's folder to the spec's, in which
    data files are looked for; `facts` tells what they hold, which is needed where the
    network has no `input`. Raises `SpecError` with every error of the spec.
    """
    origin = Origin(spec_folder, bare=bare, ranks=ranks, target=target)
    return script(check(Source(name, text), overrides, facts), origin)


def script(
    analysis: Analysis, origin: Origin | None = None, cache: Path | None = None
) -> str:
    """The training script of a spec that has been checked.

    `cache` is a folder of the user's own where Jinja may keep compiled templates.
    """
    # Only here are templates needed: checking a spec does without Jinja.
    from nnspec.targets.numpy.bare import refused  # noqa: PLC0415
    from nnspec.targets.numpy.unsupported import (  # noqa: PLC0415
        not_by_ranks,
        unsupported,
    )

    model, origin = _trainable(analysis), origin or Origin()
    faults = [*unsupported(model, bare=origin.bare)]
    faults += refused(model) if origin.bare else ()
    faults += not_by_ranks(model) if origin.ranks else ()
    faults += _not_in_keras(model) if origin.target == "keras" else ()
    if faults:
        raise SpecError(analysis.source, (*analysis.diagnostics, *faults))
    write = _in_keras if origin.target == "keras" else _in_numpy
    return write(model, analysis.source, origin, cache)


def _in_numpy(
    model: ir.Model, source: Source, origin: Origin, cache: Path | None
) -> str:
    from nnspec.targets.numpy.render import render  # noqa: PLC0415
    from nnspec.targets.numpy.script import plan  # noqa: PLC0415

    return render(plan(model, source, origin), cache)


def _in_keras(
    model: ir.Model, source: Source, origin: Origin, cache: Path | None
) -> str:
    from nnspec.targets.keras.script import plan, render  # noqa: PLC0415

    return render(plan(model, source, origin), cache)


def _not_in_keras(model: ir.Model) -> Iterable[Diagnostic]:
    from nnspec.targets.keras.unsupported import unsupported  # noqa: PLC0415

    return unsupported(model)


def _trainable(analysis: Analysis) -> ir.Model:
    model = _sound(analysis)
    if model.training is not None:
        return model
    end = len(analysis.source.text.rstrip())
    missing = Diagnostic(
        "missing-training",
        "error",
        "a script needs a `training` section",
        Span(end, end),
        "add one that begins with a loss: `training { loss = ... }`",
    )
    raise SpecError(analysis.source, (*analysis.diagnostics, missing))


def _sound(analysis: Analysis) -> ir.Model:
    if analysis.model is None:
        raise SpecError(analysis.source, analysis.diagnostics)
    return analysis.model

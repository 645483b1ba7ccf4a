"""Every operation has its entry, its template, its docs and its case; nothing is left.

Where one of them is missing, or one is there without the others, a test fails here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jinja2
import pytest
from jinja2 import nodes

from nnspec import ir
from nnspec.compiler import check, script
from nnspec.origin import Origin
from nnspec.resources import folder
from nnspec.source import Source
from nnspec.table import TABLE
from nnspec.table.merges import OutputEntry
from nnspec.table.settings import TRAINING
from nnspec.targets import templates
from nnspec.targets.numpy.script import plan
from tests.cases import CASES, FORMULAS, INITIALIZED, OPTIMIZED
from tests.conftest import ROOT
from tests.data.test_scripts_are_clean import specs
from tests.formulas.layers import LAYERS, of
from tests.several import SPECS
from tests.several_files import NPY, spec
from tests.test_network_scripts import places, used

Place = tuple[str, str, str]

#: The folder of a kind's templates in docs/extending.md, and the macros that it needs.
_CONTRACT = re.compile(r"^\| `(\w+)` \| (`\w+\(\w\w?\)`.*?) \|", re.MULTILINE)
TEMPLATES = sorted(folder("templates").glob("*/*.j2"))


def contract() -> dict[str, list[set[str]]]:
    """The ways to write a template, for each folder of templates."""
    page = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    return {
        kind: [{*re.findall(r"`(\w+)\(", way)} for way in macros.split(" or ")]
        for kind, macros in _CONTRACT.findall(page)
    }


def everything(model: ir.Model) -> Iterator[Place]:
    """The entries that a model uses, the arguments that it gives them, plain files."""
    yield from used(model)
    program = plan(model, Source("model.nn", ""), Origin())
    files = (*program.network.files, *program.runtime, *program.data.runtime)
    yield from (("runtime", name, "") for name in files)
    if steps := program.generation:
        yield from (("one step", step.template, "") for step in steps.forward)
    if model.data is None:
        return
    yield from places("source", model.data.source)
    for use in model.data.all_transforms + model.data.labels:
        yield from places("transform", use)
    if folds := model.data.folds:
        yield "transform", "folds", ""
        given = {"k": folds.count, "stratify": folds.stratify, "seed": folds.seed}
        yield from (
            ("transform", "folds", name) for name, value in given.items() if value
        )
    if model.data.reconstruct:
        yield "transform", "reconstruct", ""
    if model.data.split:
        yield "transform", "split", ""
        given = vars(model.data.split).items()
        yield from (("transform", "split", name) for name, value in given if value)


@cache
def cases() -> dict[Place, str]:
    """For each entry, each argument of one and each plain file, a spec that uses it."""
    found: dict[Place, str] = {}
    layers = (of(name) for name in LAYERS)
    texts = (*(CASES | INITIALIZED | OPTIMIZED | FORMULAS).values(), *layers)
    for text in (*texts, *specs(), *SPECS.values(), spec("horizons", NPY)):
        model = check(Source("model.nn", text)).model
        assert model is not None
        found |= {p: text for p in everything(model) if p not in found}
    return found


def test_every_entry_and_every_argument_is_in_a_case() -> None:
    needed = {
        (kind, entry.name, argument)
        for kind, entries in TABLE.items()
        for entry in entries.values()
        if not isinstance(entry, OutputEntry)  # a statement, which names values
        for argument in ("", *(a.name for a in entry.arguments))
    }
    assert needed - {*cases()} == set()


@pytest.mark.thorough
def test_every_template_and_every_plain_file_is_in_a_script(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And every entry has its template, without which its case cannot be rendered."""
    printed: set[tuple[str, str]] = set()
    pasted: set[str] = set()
    of, collect = jinja2.Environment.get_template, templates.PlainFiles._collect

    def watch(environment, name, *rest, **more):
        *kind, template = name.split("/")
        if kind:
            printed.add(("/".join(kind), template.removesuffix(".j2")))
        return of(environment, name, *rest, **more)

    def note(files, name):
        pasted.add(name)
        return collect(files, name)

    monkeypatch.setattr(jinja2.Environment, "get_template", watch)
    templates.environment_of.cache_clear()
    monkeypatch.setattr(templates.PlainFiles, "_collect", note)
    for text in dict.fromkeys(cases().values()):
        script(check(Source("model.nn", text)), cache=tmp_path)
    blocks = (folder("examples") / "mnist_residual.nn").read_text("utf-8")
    script(check(Source("mnist_residual.nn", blocks)), cache=tmp_path)
    mnist = (folder("examples") / "mnist_512.nn").read_text("utf-8")
    script(check(Source("mnist_512.nn", mnist)), Origin(bare=True), tmp_path)
    residual = (folder("examples") / "cifar10_residual.nn").read_text("utf-8")
    script(check(Source("cifar10_residual.nn", residual)), Origin(ranks=4), tmp_path)
    assert {(path.parent.name, path.stem) for path in TEMPLATES} == printed
    files = {path.stem for path in folder("templates").glob("runtime/*.py")}
    assert files - {"__init__"} == pasted


def test_the_contract_is_written_for_every_kind() -> None:
    assert {*contract()} == {path.parent.name for path in TEMPLATES}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_a_template_has_the_macros_of_its_kind(path: Path) -> None:
    tree = jinja2.Environment().parse(path.read_text(encoding="utf-8"))
    found = {macro.name for macro in tree.find_all(nodes.Macro)}
    ways = contract()[path.parent.name]
    assert any(way <= found for way in ways), f"{path.name} must have one of {ways}"


def test_every_entry_and_every_argument_says_what_it_is() -> None:
    entries = [entry for entries in TABLE.values() for entry in entries.values()]
    assert [entry.name for entry in entries if not entry.doc.strip()] == []
    silent = [
        (entry.name, argument.name)
        for entry in (*entries, TRAINING)
        for argument in entry.arguments
        if not argument.doc.strip()
    ]
    assert silent == []

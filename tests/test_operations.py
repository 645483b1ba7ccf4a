"""One operation, one place: who treats some otherwise than others asks for a property.

An operation is an entry of the table. Outside of it, no name of one is compared with
the name of a use, or looked up by it, but for what is listed here with its reason. Two
kinds of places are left out: what is about names as people write them (`habits`,
`otherwise`), and the language of formulas, whose operators are no entries.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from nnspec.table import TABLE
from tests.conftest import ROOT

NAMES = {name for entries in TABLE.values() for name in entries}
LEFT_OUT = {"table", "habits", "otherwise", "formulas"}
#: How a target writes each operation: files, or all of a folder.
TABLES = ("targets/keras/names.py", "targets/onnx/")
#: Attributes that hold the name of an entry.
HOLDERS = {"name", "template"}

#: What is known by name, by file. Each group has its reason.
KNOWN: dict[str, set[str]] = {
    # Statements of the data section that are no transforms: each is read by a function
    # of its own.
    "analyze/data.py": {"split", "folds", "reconstruct"},
    "analyze/following.py": {"split", "folds", "reconstruct"},
    "analyze/reconstruct.py": {"split", "folds", "reconstruct"},
    "analyze/on_disk.py": {"reconstruct"},
    # Words of the grammar of a network, which happen to be entries, too.
    "analyze/given_names.py": {"output"},
    "analyze/names.py": {"input", "output"},
    "analyze/operands.py": {"input"},
    "suggestions.py": {"activation"},
    # To ask for a property: whether an initializer draws, whether an activation is 0
    # for numbers below 0, whether it changes anything at all.
    "analyze/learning.py": {"zeros", "ones", "constant", "relu", "relu6"},
    "analyze/warnings.py": {"linear"},
    "targets/numpy/initializers.py": {"zeros"},
    "targets/numpy/steps/activations.py": {"linear"},
    # To ask for a property: what a transform of targets is the inverse of.
    "analyze/target_values.py": {"log", "scale"},
    # The target's own tables: how this one writes an operation.
    "targets/keras/own.py": {"glorot_uniform"},
    "targets/keras/metrics.py": {"accuracy", "auc", "f1_score", "top_k_accuracy"},
    "targets/keras/training.py": {"confusion_matrix"},
    "targets/numpy/data.py": {"npz", "npy", "idx", "reshape"},
    "targets/numpy/penalties.py": {"l1", "l2"},
    "targets/numpy/script.py": {"class_report"},
    "targets/numpy/targets.py": {"log", "standardize", "minmax"},
    "targets/numpy/transforms.py": {"impute", "scale"},
    # Metrics that Keras computes otherwise, so that they are not compared.
    "parity/compare.py": {
        *("auc", "f1_score", "fbeta_score", "precision_at_recall"),
        *("recall_at_precision", "sensitivity_at_specificity"),
        "specificity_at_sensitivity",
    },
    # How the files of other programs name the weights of some layers.
    "weights/slots.py": {"bidirectional", "prelu", "group_query_attention"},
}


def names_in(node: ast.AST) -> set[str]:
    """The names of entries that stand in quotes in a piece of Python."""
    found = (n.value for n in ast.walk(node) if isinstance(n, ast.Constant))
    return {text for text in found if isinstance(text, str) and text in NAMES}


def constants(tree: ast.Module) -> dict[str, set[str]]:
    """The names that constants of a module hold, such as a tuple or a dict."""
    found: dict[str, set[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name):
                    found[target.id] = names_in(node.value)
    return found


def sides_of(node: ast.AST) -> list[ast.AST]:
    """What is compared, matched or looked up with what."""
    match node:
        case ast.Compare():
            return [node.left, *node.comparators]
        case ast.Match():
            return [node.subject, *(case.pattern for case in node.cases)]
        case ast.Subscript():
            return [node.value, node.slice]
        case ast.Call(func=ast.Attribute(attr="get")):
            return [node.func, *node.args]
    return []


def holds_name(node: ast.AST) -> bool:
    """Whether a side is the name of an entry, perhaps made a text."""
    if isinstance(node, ast.Call):
        return any(map(holds_name, node.args))
    if isinstance(node, ast.Name):
        return node.id in HOLDERS
    return isinstance(node, ast.Attribute) and node.attr in HOLDERS


def known_by_name(tree: ast.Module) -> Iterator[str]:
    """The operations that a module knows by their names."""
    held = constants(tree)
    for node in ast.walk(tree):
        sides = sides_of(node)
        if any(map(holds_name, sides)):
            for side in sides:
                yield from names_in(side)
                for part in ast.walk(side):
                    if isinstance(part, ast.Name):
                        yield from held.get(part.id, ())


def found_in(folder: Path) -> dict[str, set[str]]:
    """By file: the operations that the compiler knows by their names."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        place = path.relative_to(folder)
        if LEFT_OUT.isdisjoint(place.parts) and not place.as_posix().startswith(TABLES):
            names = {*known_by_name(ast.parse(path.read_text("utf-8")))}
            found |= {place.as_posix(): names} if names else {}
    return found


def test_nobody_else_knows_an_operation_by_its_name() -> None:
    found = found_in(ROOT / "nnspec")
    new = {file: names - KNOWN.get(file, set()) for file, names in found.items()}
    assert not any(new.values()), "ask for a property of the entry instead"
    gone = {file: names - found.get(file, set()) for file, names in KNOWN.items()}
    assert not any(gone.values()), "take what is mended off the list"


def test_what_is_known_by_name_is_found() -> None:
    text = """
_SOME = ("flatten", "relu")
def f(use, kind):
    if use.entry.name == "dense" or use.name in _SOME or str(use.template) == "lstm":
        return {"zeros": 1}.get(use.entry.name), {"adam": 2}[use.name]
    match use.entry.name:
        case "csv":
            return "conv2d"
    return kind == "softmax"
"""
    expected = {"dense", "flatten", "relu", "lstm", "zeros", "adam", "csv"}
    assert {*known_by_name(ast.parse(text))} == expected

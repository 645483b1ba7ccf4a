"""Classes by their names: weights, metrics, reports and predictions."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import classification_report, precision_score, recall_score

from tests.data.section import section, spec

KINDS = ["spam", "ham", "eggs"]


def written(folder: Path, kinds: list[Any], rows: int = 90) -> None:
    """A table with a column of these kinds, which x tells apart, but not well."""
    rng = np.random.default_rng(0)
    chosen = rng.integers(len(kinds), size=rows)
    x = chosen + rng.normal(size=rows)
    lines = [f"{a:.3f},{kinds[k]}" for a, k in zip(x, chosen, strict=True)]
    (folder / "t.csv").write_text("a,kind\n" + "\n".join(lines) + "\n")


def compiled(folder: Path, ending: str, loss: str, settings: str) -> ModuleType:
    data = 'csv("t.csv", target="kind")\nsplit(test=0.4)'
    text = spec(data, "1", f"dense({ending})", loss)
    return section(text.removesuffix("}\n") + settings + "\n}\n", folder)


def results(module: ModuleType, folder: Path, capsys: Any) -> dict[str, Any]:
    """What `train` tells of the test part."""
    assert module.main(["train", "--json", "--out", str(folder / "run")]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def predicted(
    module: ModuleType, folder: Path, capsys: Any
) -> tuple[list[str], list[str]]:
    """The classes of the test part, and what is predicted for it."""
    rows = [*csv.DictReader((folder / "t.csv").open())]
    weights = folder / "run" / "weights.npz"
    code = module.main(["predict", str(folder / "t.csv"), "--weights", str(weights)])
    assert code == 0
    found = [*csv.DictReader(io.StringIO(capsys.readouterr().out))]
    return (
        [row["kind"] for row in rows][-36:],
        [row["prediction"] for row in found][-36:],
    )


THREE = ("3, softmax", "sparse_categorical_crossentropy")
ONE = ("1, sigmoid", "binary_crossentropy")


@pytest.mark.parametrize(
    ("kinds", "network", "named", "numbered"),
    [
        (KINDS, THREE, '"spam"', ("0", "eggs")),
        ([1, 2, 3], THREE, "3", ('"2"', "2")),
        (["no", "yes"], ONE, '"yes"', ("0", "no")),
        ([2, 4], ONE, "2", ('"4"', "4")),
    ],
)
def test_metrics_agree_with_scikit_learn(
    tmp_path: Path,
    capsys: Any,
    kinds: list[Any],
    network: tuple[str, str],
    named: str,
    numbered: tuple[str, str],
) -> None:
    written(tmp_path, kinds)
    largest = "top_k=1, " * (network == THREE)
    metrics = (
        f"precision({largest}class_id={named}), "
        f"recall({largest}class_id={numbered[0]}), class_report"
    )
    module = compiled(tmp_path, *network, f"metrics = [{metrics}]\nepochs = 4")
    found = results(module, tmp_path, capsys)
    true, taken = predicted(module, tmp_path, capsys)
    given: dict[str, Any] = {"zero_division": 0, "average": None}
    for score, of, label in (
        (precision_score, found["test_precision"], named.strip('"')),
        (recall_score, found["test_recall"], numbered[1]),
    ):
        assert of == pytest.approx(score(true, taken, labels=[label], **given)[0])
    expected = classification_report(true, taken, output_dict=True, zero_division=0)
    report = found["test_class_report"]
    assert [*report] == [*sorted(map(str, kinds)), "macro avg", "weighted avg"]
    for name, row in report.items():
        theirs = expected[name]
        assert row == pytest.approx(
            {k: theirs[k] for k in ("precision", "recall", "support")}
            | {"f1": theirs["f1-score"]}
        )
    weights = tmp_path / "run" / "weights.npz"
    assert module.main(["evaluate", "--weights", str(weights)]) == 0
    told = capsys.readouterr().out
    assert "weighted avg" in told
    assert f"{min(map(str, kinds))} " in told
    assert module.Model(weights).classes == sorted(kinds)


@pytest.mark.parametrize(
    ("kinds", "network", "weights", "expected"),
    [
        (KINDS, THREE, '["spam": 5, 1: 0.5]', [1, 0.5, 5]),
        ([1, 2, 3], THREE, '[3: 5, "1": 2]', [2, 1, 5]),
        (["no", "yes"], ONE, '["yes": 3]', [1, 3]),
        ([0, 1], ONE, "[1: 3]", [1, 3]),
    ],
)
def test_weights_by_the_names_of_classes(
    tmp_path: Path,
    kinds: list[Any],
    network: tuple[str, str],
    weights: str,
    expected: list[float],
) -> None:
    written(tmp_path, kinds)
    module = compiled(tmp_path, *network, f"class_weight = {weights}")
    seen = []
    weigh = module.weigh
    module.__dict__["weigh"] = lambda y, w: seen.append(w) or weigh(y, w)
    module.train()
    assert seen[0].tolist() == expected


def test_a_class_that_is_not_there(tmp_path: Path) -> None:
    written(tmp_path, KINDS)
    told = "the spec names a class 'span', but there are 'eggs', 'ham', 'spam'"
    for settings in (
        'class_weight = ["span": 5]',
        'metrics = precision(class_id="span")',
    ):
        module = compiled(tmp_path, *THREE, settings)
        with pytest.raises(module.InputError, match=told):
            module.train()


def test_the_positive_class_is_told(tmp_path: Path, capsys: Any) -> None:
    written(tmp_path, ["no", "yes"])
    module = compiled(tmp_path, *ONE, "")
    results(module, tmp_path, capsys)
    module.main(["train", "--out", str(tmp_path / "again")])
    assert "class 1, the positive one, is `yes`; 0 is `no`" in capsys.readouterr().err

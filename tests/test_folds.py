"""`folds`, and `cross_validate`: the parts against scikit-learn, the means by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from sklearn.model_selection import KFold, StratifiedKFold

from nnspec import SpecError
from tests.data.section import Array, classes, options, section, spec
from tests.test_bare import bare

N, K = 53, 5


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NNSPEC_DATA", raising=False)


def samples() -> tuple[Array, Array]:
    """Rows that their first feature numbers, and classes of very different sizes."""
    rng = np.random.default_rng(0)
    x = np.column_stack([np.arange(N), rng.normal(3, 2, N)])
    y = rng.choice(3, N, p=[0.6, 0.3, 0.1])
    return x, y


def source(kind: str, folder: Path, count: int = N) -> str:
    x, y = (array[:count] for array in samples())
    if kind == "npz":
        np.savez(folder / "d.npz", x_train=x, y_train=y, x_test=x + 1e6, y_test=y)
        return 'npz("d.npz")'
    if kind == "npy":
        np.save(folder / "x.npy", x)
        np.save(folder / "y.npy", y)
        return 'npy("x.npy", "y.npy")'
    lines = [f"{i:g},{v},{'abc'[k]}" for (i, v), k in zip(x, y, strict=True)]
    (folder / "t.csv").write_text("i,v,kind\n" + "\n".join(lines) + "\n")
    return 'csv("t.csv", target="kind")'


SOURCES = ("csv", "npz", "npy")


def rows_of(part: Any) -> list[int]:
    return np.asarray(part[0][:])[:, 0].astype(int).tolist()


def folds_of(module: ModuleType) -> Iterator[dict[str, Any]]:
    for fold in range(1, module.FOLDS + 1):
        found = module.load_data(options(), fold=fold)
        yield found[0] if isinstance(found, tuple) else found


@pytest.mark.parametrize("kind", SOURCES)
@pytest.mark.parametrize(
    "given", ["", "seed=7", "seed=none", "true", "stratify=true, seed=none"]
)
def test_folds_are_as_large_as_those_of_scikit_learn(
    tmp_path: Path, kind: str, given: str
) -> None:
    text = classes(f"{source(kind, tmp_path)}\nfolds({K}, {given})")
    found = [*folds_of(section(text, tmp_path))]
    _, y = samples()
    stratified = "true" in given
    theirs = [*(StratifiedKFold(K) if stratified else KFold(K)).split(np.zeros(N), y)]
    seen: list[int] = []
    for parts, (_, rows) in zip(found, theirs, strict=True):
        train, validation = rows_of(parts["train"]), rows_of(parts["validation"])
        assert sorted(train + validation) == [*range(N)]
        assert train == sorted(train)
        assert validation == sorted(validation)
        for part in parts.values():
            np.testing.assert_array_equal(part[1], y[rows_of(part)])
        if stratified:
            counts = np.bincount(y[validation], minlength=3)
            assert abs(counts - np.bincount(y) / K).max() < 1
        else:
            assert len(validation) == len(rows)
        if given == "seed=none":
            assert validation == rows.tolist()
        seen += validation
    assert sorted(seen) == [*range(N)]
    sizes = [len(parts["validation"][1]) for parts in found]
    assert max(sizes) - min(sizes) <= 1


def test_another_seed_draws_other_folds(tmp_path: Path) -> None:
    found = []
    for seed in (0, 1):
        text = classes(f"{source('npz', tmp_path)}\nfolds({K}, seed={seed})")
        first = next(folds_of(section(text, tmp_path)))
        found.append(rows_of(first["validation"]))
    assert found[0] != found[1]


@pytest.mark.parametrize("kind", ["csv", "npy"])
def test_the_test_part_stays_out_and_validation_goes_back(
    tmp_path: Path, kind: str
) -> None:
    text = classes(
        f"{source(kind, tmp_path)}\nsplit(validation=10, test=8)\nfolds({K})"
    )
    module = section(text, tmp_path)
    for parts in folds_of(module):
        assert {*parts} == {"train", "validation"}
        both = rows_of(parts["train"]) + rows_of(parts["validation"])
        assert sorted(both) == [*range(N - 8)]
    found = module.load_data(options())
    parts = found[0] if isinstance(found, tuple) else found
    assert [len(parts[part][1]) for part in ("train", "validation", "test")] == [
        N - 18,
        10,
        8,
    ]


def test_a_drawn_test_part_is_the_same_as_in_training(tmp_path: Path) -> None:
    data = f"{source('csv', tmp_path)}\nsplit(0.2, 0.2, seed=3)\nfolds({K})"
    module = section(classes(data), tmp_path)
    test = rows_of(module.load_data(options())[0]["test"])
    for parts in folds_of(module):
        both = rows_of(parts["train"]) + rows_of(parts["validation"])
        assert sorted(both + test) == [*range(N)]


def test_what_is_in_the_test_part_is_not_looked_at(tmp_path: Path) -> None:
    given = source("csv", tmp_path, N - 3)
    with (tmp_path / "t.csv").open("a") as file:
        file.write("50,1,a\n51,1,new\n52,oops,a\n")
    text = classes(f"{given}\nsplit(test=3)\nfolds({K})")
    assert len([*folds_of(section(text, tmp_path))]) == K


def test_means_are_those_of_the_other_folds_and_categories_of_all(
    tmp_path: Path,
) -> None:
    x, y = samples()
    rare = ["red"] * (N - 1) + ["blue"]
    lines = [f"{v},{c},{k}" for (_, v), c, k in zip(x, rare, y, strict=True)]
    (tmp_path / "t.csv").write_text("v,color,y\n" + "\n".join(lines) + "\n")
    data = f'csv("t.csv", target="y")\nstandardize()\none_hot\nfolds({K}, seed=none)'
    given = spec(data, "3", "dense(1)", "mse").replace("standardize()\n", "", 1)
    given = given.replace("one_hot\n", 'standardize(of=["v"])\none_hot\n')
    given = given.replace("folds", "standardize(target)\nfolds")
    module = section(given, tmp_path)
    folds = np.array_split(np.arange(N), K)
    for fold in range(1, K + 1):
        parts, learnt = module.load_data(options(), fold=fold)
        kept = np.delete(np.arange(N), folds[fold - 1])
        assert learnt["data/categories/1"].tolist() == ["blue", "red"]
        v = (x[:, 1] - x[kept, 1].mean()) / x[kept, 1].std()
        np.testing.assert_allclose(parts["train"][0][:, 0], v[kept], rtol=1e-4)
        validation = parts["validation"][0]
        np.testing.assert_allclose(validation[:, 0], v[folds[fold - 1]], rtol=1e-4)
        assert validation.shape[1] == 3
        z = (y - y[kept].mean()) / y[kept].std()
        np.testing.assert_allclose(parts["train"][1][:, 0], z[kept], rtol=1e-4)


def test_a_vocabulary_is_that_of_all_folds_and_weights_are_not(
    tmp_path: Path,
) -> None:
    texts = [f"word{i} common" for i in range(12)]
    rows = "\n".join(f"{text},{i % 2}" for i, text in enumerate(texts))
    (tmp_path / "t.csv").write_text("text,y\n" + rows + "\n")
    data = 'csv("t.csv", target="y")\nbag_of_words(20, mode=tfidf)\nfolds(3)'
    given = spec(data, "20", "dense(1, sigmoid)", "binary_crossentropy")
    module = section(given, tmp_path)
    found = [module.load_data(options(), fold=fold)[1] for fold in (1, 2, 3)]
    words = [one["data/vocabulary"].tolist() for one in found]
    assert words[0] == words[1] == words[2]
    assert len(words[0]) == 13
    place = words[0].index("common") + 1
    # The weight is log(1 + texts / (1 + those with the word)), of 8 texts.
    for one in found:
        assert one["data/idf"][place] == pytest.approx(np.log(1 + 8 / 9), rel=1e-5)
        assert len(np.unique(one["data/idf"][1:14])) == 3  # 0, 1 or 8 texts have it


def trained(text: str, tmp_path: Path, *given: str) -> tuple[ModuleType, list[Any]]:
    """The script, and what its `cross_validate --json` prints."""
    module = section(text, tmp_path)
    command = [sys.executable, module.__file__, "cross_validate", "--json", *given]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return module, [*map(json.loads, done.stdout.splitlines())]


def whole(tmp_path: Path) -> str:
    data = f"{source('npz', tmp_path)}\nstandardize()\nfolds({K}, stratify=true)"
    data += "\nsplit(validation=8)"
    metrics = "[accuracy, class_report, confusion_matrix]"
    text = classes(data).removesuffix("}\n")
    text += f"metrics = {metrics}\noptimizer = adam(0.05)\nepochs = 9\nbatch_size = 8\n"
    return text + "early_stopping(patience=2, restore_best_weights=true)\n}\n"


def test_the_means_are_those_of_a_loop_by_hand(tmp_path: Path) -> None:
    text = whole(tmp_path).replace("early_stopping", "# early_stopping")
    module, (*rows, summary) = trained(text, tmp_path)
    x, y = samples()
    assert [row["fold"] for row in rows] == [*range(1, K + 1)]
    losses, right = [], 0
    for row, parts in zip(rows, folds_of(module), strict=True):
        mine = {
            part: (x[rows], y[rows])
            for part, rows in (
                (part, np.searchsorted(x[:, 0], undone(parts[part], parts, x)))
                for part in ("train", "validation")
            )
        }
        model, history = module.train(mine)
        p = model.predict(mine["validation"][0])
        true = mine["validation"][1]
        losses.append(-np.log(p[np.arange(len(true)), true]).mean())
        assert row["val_loss"] == pytest.approx(losses[-1], rel=1e-4)
        assert row["val_loss"] == pytest.approx(history[-1]["val_loss"])
        hits = np.count_nonzero(p.argmax(axis=1) == true)
        right += hits
        assert row["val_accuracy"] == pytest.approx(hits / len(true))
    assert summary["mean"]["val_loss"] == pytest.approx(np.mean(losses), rel=1e-4)
    assert summary["deviation"]["val_loss"] == pytest.approx(np.std(losses), rel=1e-4)
    matrix = np.array(summary["mean"]["val_confusion_matrix"]) * K
    assert np.trace(matrix) == pytest.approx(right)
    assert matrix.sum() == pytest.approx(N)
    recalls = [row["val_class_report"]["0"]["recall"] for row in rows]
    report = {k: summary[k]["val_class_report"]["0"] for k in ("mean", "deviation")}
    assert report["mean"]["recall"] == pytest.approx(np.mean(recalls))
    assert report["deviation"]["recall"] == pytest.approx(np.std(recalls))


def undone(part: Any, parts: Any, x: Array) -> Array:
    """The numbers of rows, of their standardized ones."""
    every = np.concatenate([parts["train"][0][:, 0], parts["validation"][0][:, 0]])
    low, high = every.min(), every.max()
    return np.round((part[0][:, 0] - low) / (high - low) * (len(x) - 1))


def test_jobs_change_nothing(tmp_path: Path) -> None:
    text = whole(tmp_path)
    _, one = trained(text, tmp_path)
    _, two = trained(text, tmp_path, "--jobs", "2")
    assert one == two


def test_a_process_that_was_killed_is_told(tmp_path: Path) -> None:
    module = section(whole(tmp_path), tmp_path)
    dies = "import os, signal, sys\nimport script_under_test as script\n"
    dies += "script.fit = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
    dies += 'sys.exit(script.main(["cross_validate", "--jobs", "2"]))\n'
    command, folder = [sys.executable, "-c", dies], Path(str(module.__file__)).parent
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=folder
    )
    assert done.returncode == 3
    assert done.stderr.startswith("error: a process that trained a fold was killed")
    assert "Traceback" not in done.stderr


def test_a_fold_is_the_validation_part_of_callbacks(tmp_path: Path) -> None:
    text = whole(tmp_path)
    module, (*rows, _) = trained(text, tmp_path)
    for row, parts in zip(rows, folds_of(module), strict=True):
        given = module.parse(["cross_validate", "--quiet"])
        vars(given).update(out=None, resume=False)
        state = module.fit(given, parts, {})
        best = min(one["val_loss"] for one in state.history)
        assert row["val_loss"] == pytest.approx(best)


def test_a_table_of_folds(tmp_path: Path, capsys: Any) -> None:
    module = section(whole(tmp_path), tmp_path)
    assert module.main(["cross_validate", "--epochs", "2"]) == 0
    out, err = capsys.readouterr()
    lines = out.splitlines()
    assert lines[0].split() == ["fold", "val_loss", "val_accuracy"]
    firsts = [line.split()[0] for line in lines[1:8]]
    assert firsts == [*(f"{i}/{K}" for i in range(1, K + 1)), "mean", "deviation"]
    assert "macro avg" in out
    assert "confusion matrix" in out
    assert err == ""
    assert not (tmp_path / "runs").exists()


def test_too_few_samples_and_a_validation_part(tmp_path: Path, capsys: Any) -> None:
    module = section(classes(f"{source('npz', tmp_path, 4)}\nfolds({K})"), tmp_path)
    assert module.main(["cross_validate"]) == 3
    assert "4 samples: too few for 5 folds" in capsys.readouterr().err
    x, y = samples()
    parts = {
        f"{a}_{p}": v
        for p in ("train", "validation")
        for a, v in zip("xy", (x, y), strict=True)
    }
    np.savez(tmp_path / "more.npz", **parts)
    assert module.main(["cross_validate", "--data", str(tmp_path / "more.npz")]) == 3
    assert "has a validation part" in capsys.readouterr().err


def test_samples_that_are_their_own_labels_have_folds(tmp_path: Path) -> None:
    for kind in ("npz", "npy"):
        source(kind, tmp_path)
        file = 'npz("d.npz")' if kind == "npz" else 'npy("x.npy")'
        data = f"{file}\nreconstruct\nfolds({K})"
        module = section(spec(data, "2", "dense(2)", "mse"), tmp_path)
        seen = []
        for parts in folds_of(module):
            seen += rows_of(parts["validation"])
            for x, y in parts.values():
                np.testing.assert_array_equal(x[:], y[:])
        assert sorted(seen) == [*range(N)]


def test_scripts_without_folds_have_no_such_command(tmp_path: Path) -> None:
    module = section(classes(source("npz", tmp_path)), tmp_path)
    assert not hasattr(module, "run_cross_validate")
    assert module.main(["cross_validate"]) == 2
    with pytest.raises(SpecError, match="a bare script has none"):
        bare(classes(f"{source('npz', tmp_path)}\nfolds(3)"))


@pytest.mark.parametrize("spread", ["", ", stratify=true"])
def test_several_inputs_and_outputs_have_folds(
    tmp_path: Path, capsys: Any, spread: str
) -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, (N, 1)).astype(float)
    arrays = {"a": rng.normal(size=(N, 2)), "b": rng.normal(size=(N, 3)), "y": y}
    np.savez(tmp_path / "d.npz", **arrays, z=rng.normal(size=(N, 1)))
    text = (
        'data {\nnpz("d.npz", x=[left: "a", right: "b"], y=[sold: "y", price: "z"])\n'
        f"folds(4{spread})\n}}\n"
        "network {\ninput(2) as left\ninput(3) as right\nconcatenate(left, right)\n"
        "dense(4, relu) as h\ndense(1, sigmoid) as sold\ndense(1) from h as price\n"
        "output(sold, price)\n}\n"
        "training {\nloss = [sold: binary_crossentropy, price: mse]\n"
        "metrics = [sold: [accuracy, confusion_matrix, class_report], price: [mae]]\n"
        "}\n"
    )
    module = section(text, tmp_path)
    assert module.main(["cross_validate", "--json"]) == 0
    *rows, summary = map(json.loads, capsys.readouterr().out.splitlines())
    names = {"val_loss", "val_sold_loss", "val_price_mae", "val_sold_confusion_matrix"}
    assert {*rows[0]} > names
    matrix = np.sum([row["val_sold_confusion_matrix"] for row in rows], axis=0)
    assert matrix.sum() == N
    assert matrix.sum(axis=1)[1] == y.sum()
    if spread:
        shares = [np.sum(row["val_sold_confusion_matrix"], axis=1)[1] for row in rows]
        assert max(shares) - min(shares) <= 1
    maes = [row["val_price_mae"] for row in rows]
    assert summary["mean"]["val_price_mae"] == pytest.approx(np.mean(maes))
    assert module.main(["cross_validate"]) == 0
    out = capsys.readouterr().out
    assert "val_sold_class_report" in out

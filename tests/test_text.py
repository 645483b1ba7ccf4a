"""Texts: their windows, beside a pipeline of its own, and what is written on."""

from __future__ import annotations

import io
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import nnspec
from nnspec import compiler
from nnspec.diagnostics import Diagnostic
from nnspec.source import Source
from tests.data.section import options, section

TEXT = "the cat sat on the mat.\nthe dog sat on the cat.\n" * 9
SPEC = """
data {
  text("t.txt")
  DATA
}
network {
  NETWORK
}
training {
  loss = sparse_categorical_crossentropy
  precision = float64
  epochs = 2
  batch_size = 4
  TRAINING
}
"""
#: A value a place, and one for the window as a whole.
PLACES = "embedding(20, 6)\n  lstm(7, return_sequences=true)\n  dense(20, softmax)"
ALONE = "embedding(20, 6)\n  gru(7)\n  dense(20, softmax)"


@pytest.fixture(autouse=True)
def _no_data_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NNSPEC_DATA", raising=False)


def spec(
    network: str, data: str = "next_characters(8)\n  split(0.25)", training: str = ""
) -> str:
    text = SPEC.replace("DATA", data).replace("TRAINING", training)
    return text.replace("NETWORK", network)


def made(folder: Path, text: str, words: str = TEXT) -> ModuleType:
    (folder / "t.txt").write_text(words, encoding="utf-8")
    return section(text, folder)


def faults(text: str) -> list[Diagnostic]:
    return list(compiler.check(Source("spec.nn", text)).diagnostics)


# -- windows ---------------------------------------------------------------------------


@pytest.mark.parametrize("network", [PLACES, ALONE], ids=["places", "alone"])
@pytest.mark.parametrize("stride", [8, 3, 1])
@pytest.mark.parametrize("first", [True, False])
def test_windows_are_those_of_a_loop(
    tmp_path: Path, network: str, stride: int, first: bool
) -> None:
    given = "" if stride == 8 else f", stride={stride}"  # the default is the length
    steps = [f"next_characters(8{given})", "split(validation=0.25, test=50)"]
    text = spec(network, "\n  ".join(steps if first else steps[::-1]))
    module = made(tmp_path, text)
    parts, learnt = module.load_data(options())
    end = len(TEXT) - 50
    start = end - (len(TEXT) - int(len(TEXT) * 0.75))
    cut = {"train": TEXT[:start], "validation": TEXT[start:end], "test": TEXT[end:]}
    known = sorted({*cut["train"]})
    assert learnt["data/vocabulary"].tolist() == known
    for part, words in cut.items():
        ids = [known.index(character) for character in words]
        starts = range(0, len(words) - 8, stride)
        x, y = parts[part]
        np.testing.assert_array_equal(x, [ids[s : s + 8] for s in starts])
        places = [ids[s + 1 : s + 9] for s in starts]
        after = [ids[s + 8] for s in starts]
        np.testing.assert_array_equal(y, places if network == PLACES else after)
        assert np.shares_memory(x, y)


def test_a_long_text_stays_one_array(tmp_path: Path) -> None:
    """Windows at each character of a text of a million take no memory of their own."""
    module = made(tmp_path, spec(PLACES, "next_characters(512, 1)"), TEXT * 2500)
    parts, _ = module.load_data(options())
    x, y = parts["train"]
    assert len(x) == len(TEXT) * 2500 - 512
    whole = x
    while whole.base is not None and isinstance(whole.base, np.ndarray):
        whole = whole.base
    assert np.shares_memory(x, y)
    assert x.strides == (4, 4)
    assert x[np.arange(0, len(x), 50_000)].shape[1] == 512


def test_what_is_learnt_is_of_the_training_part(tmp_path: Path) -> None:
    module = made(tmp_path, spec(PLACES), TEXT + "Z")
    with pytest.raises(module.InputError, match=r"validation part: .* 'Z' in 'dog sat"):
        module.load_data(options())
    few = made(tmp_path, spec(PLACES.replace("20", "9")))
    with pytest.raises(few.InputError, match=r"14 different .* tells 9 apart"):
        few.load_data(options())
    short = made(tmp_path, spec(PLACES), "the cat the cat the cat")
    with pytest.raises(short.InputError, match="validation part: 6 in a row are too"):
        short.load_data(options())


def test_parts_rows_and_files(tmp_path: Path) -> None:
    module = made(tmp_path, spec(PLACES))
    model, history = module.train({"train": TEXT, "validation": TEXT[:90]}, epochs=1)
    assert history[0]["val_loss"] > 0
    assert model.classes[:3] == ["\n", " ", "."]
    assert model.classes[-1] == "19"
    p = model.predict(["the cat ", "sat on t"])
    assert p.shape == (2, 8, 20)
    with pytest.raises(module.InputError, match="row 1: 3 characters instead of 8"):
        model.predict(["the cat ", "sat"])
    with pytest.raises(module.InputError, match="row 1: the character 'Ä'"):
        model.predict(["the cat ", "Ä cat is"])
    with pytest.raises(module.InputError, match="give each as one text"):
        module.train({"train": [1, 2]})
    windows = list(module.read_input(tmp_path / "t.txt"))
    assert windows[0][0][1] == TEXT[8:16]
    assert windows[0][1](1).endswith("t.txt, window 1")


def test_a_file_is_evaluated_and_predicted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    module = made(tmp_path, spec(PLACES, training="metrics = [accuracy]"))
    assert module.main(["train", "--quiet"]) == 0
    (tmp_path / "u.txt").write_text(TEXT[:41], encoding="utf-8")
    capsys.readouterr()
    assert module.main(["evaluate", "u.txt", "--json"]) == 0
    assert '"test_accuracy"' in capsys.readouterr().out
    assert module.main(["predict", "u.txt"]) == 0
    out = capsys.readouterr().out
    assert out.startswith('prediction,"probability_\n",probability_ ,')
    assert out.count("\n") >= 41
    assert module.main(["evaluate"]) == 3
    assert "name a text: evaluate FILE" in capsys.readouterr().err


# -- going on --------------------------------------------------------------------------

STEPPED = {
    "simple_rnn": "simple_rnn(7, return_sequences=true)",
    "lstm": "lstm(7, return_sequences=true, dropout=0.2)\n  lstm(5, "
    "return_sequences=true, recurrent_dropout=0.1)",
    "gru": "gru(7, return_sequences=true)\n  dropout(0.1)\n  gru(5, reset_after=false, "
    "return_sequences=true)",
    "attention": "position_embedding(8)\n  multi_head_attention(3, 5, value_dim=4, "
    "causal=true, dropout=0.1)\n  gru(5, return_sequences=true)\n  "
    "multi_head_attention(1, 3, use_bias=false, causal=true)",
    "grouped": "as e\n  group_query_attention(5, 4, 2, causal=true)\n  add(e)\n  "
    "rms_normalization",
    "around": "as e\n  gru(6, return_sequences=true, kernel_regularizer=l2(0.1))\n  "
    "add(e)\n  layer_normalization\n  batch_normalization\n  dense(9, gelu)",
}


@pytest.mark.parametrize("name", STEPPED)
@pytest.mark.parametrize("last", [False, True])
def test_steps_give_what_the_whole_window_gives(
    name: str, last: bool, tmp_path: Path
) -> None:
    layers = STEPPED[name]
    if last:
        layers = f"{layers}\n  gru(4)"
    beside = "" if layers.startswith("as e") else "\n  "
    network = f"embedding(20, 6) {beside}{layers}\n  dense(20, softmax)"
    module = made(tmp_path, spec(network))
    model = module.Model(random_weights(module))
    window = "the cat "
    whole = model.predict([window])[0]
    ids = module.prepare(window, model.learnt, "here").tolist()
    for n in [8] if last else range(1, 9):
        found = next(module.predictions(model.w, ids[:n]))
        expected = whole if last else whole[n - 1]
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-300)


def random_weights(module: ModuleType) -> io.BytesIO:
    rng, file = np.random.default_rng(1), io.BytesIO()
    arrays = {k: np.abs(rng.normal(0, 0.5, s)) for k, s in module.SHAPES.items()}
    arrays = {k: v if "variance" in k else v - 0.4 for k, v in arrays.items()}
    np.savez(file, **arrays, **{"data/vocabulary": np.array(sorted({*TEXT}))})
    return file


def test_a_state_goes_on_as_if_from_the_beginning(tmp_path: Path) -> None:
    """Whatever was written, what follows is what would follow it as a prompt."""
    module = made(tmp_path, spec(PLACES))
    model = module.Model(random_weights(module))
    text = model.generate("the cat", length=40, seed=3)
    assert text.startswith("the cat")
    assert len(text) == 47
    assert model.generate("the cat", length=40, seed=3) == text
    assert model.generate("the cat", length=40, seed=4) != text
    likeliest = model.generate("the cat", length=30, temperature=0)
    for n in (8, 9, 20):
        assert model.generate(likeliest[:n], 37 - n, temperature=0) == likeliest
    ids = module.prepare(text, model.learnt, "here").tolist()
    written = ids[:7]
    for step, p in enumerate(module.predictions(model.w, written)):
        np.testing.assert_array_equal(
            p, next(module.predictions(model.w, ids[: 7 + step]))
        )
        if len(written) == len(ids):
            break
        written.append(ids[len(written)])


def test_time_does_not_grow_with_what_was_written(tmp_path: Path) -> None:
    module = made(tmp_path, spec(PLACES))
    model, calls = module.Model(random_weights(module)), []
    step = module.step
    module.step = lambda w, a: calls.append(1) or step(w, a)
    model.generate("the", length=500)
    assert len(calls) == 3 + 499


@pytest.mark.parametrize(
    "layers",
    [
        "bidirectional(gru(4, return_sequences=true))",
        "conv1d(4, 3, padding=same)",
        "multi_head_attention(2, 3)",
        "attention(causal=true)",
        "lstm(5, go_backwards=true, return_sequences=true)",
    ],
)
def test_others_see_the_last_window(
    layers: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    network = f"embedding(20, 6)\n  {layers}\n  dense(20, softmax)"
    module = made(tmp_path, spec(network))
    weights = tmp_path / "w.npz"
    weights.write_bytes(random_weights(module).getvalue())
    model = module.Model(weights)
    text = model.generate("the cat sat", length=5, temperature=0)
    for n in range(11, 16):
        p = model.predict([text[n - 8 : n]])[0, -1][: len({*TEXT})]
        assert model.classes[p.argmax()] == text[n]
    ids = module.prepare(text, model.learnt, "here").tolist()
    p = next(module.predictions(model.w, ids))
    expected = model.predict([text[-8:]])[0, -1]
    np.testing.assert_allclose(p, expected, rtol=1e-12)
    with pytest.raises(module.InputError, match="3 characters; this network needs 8"):
        model.generate("the")
    words = ["generate", "the cat sat", "--length", "3", "--weights", str(weights)]
    assert module.main(words) == 0
    told = capsys.readouterr()
    assert "each character is computed of the last 8" in told.err
    assert len(told.out) == 15


@pytest.mark.parametrize(
    "layer", ["position_embedding(8)", "multi_head_attention(2, 4, causal=true)"]
)
def test_places_end_with_the_window(layer: str, tmp_path: Path) -> None:
    """Positions and what is kept are those of a window; later on it is the last one."""
    network = PLACES.replace("\n", f"\n  {layer}\n", 1)
    module = made(tmp_path, spec(network))
    model = module.Model(random_weights(module))
    text = model.generate("the", length=20, temperature=0)
    for n in range(3, 23):
        window = text[max(0, n - 8) : n]
        p = model.predict([window.ljust(8, ".")])[0, len(window) - 1]
        assert model.classes[p[: len({*TEXT})].argmax()] == text[n]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["generate", ""], 3, "the prompt is empty"),
        (["generate", "Ä"], 3, "the prompt: the character 'Ä' in 'Ä' is not in"),
        (["generate", "a", "--temperature", "nan"], 3, "temperature nan"),
        (["generate", "a", "--temperature", "-1"], 3, "temperature -1.0"),
        (["generate", "a", "--length", "0"], 2, "--length must be at least 1"),
        (["generate"], 2, "required: prompt"),
    ],
)
def test_faults_of_a_prompt(
    words: list[str],
    code: int,
    message: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    module = made(tmp_path, spec(PLACES))
    (tmp_path / "w.npz").write_bytes(random_weights(module).getvalue())
    weights = ["--weights", str(tmp_path / "w.npz")]
    assert module.main([*words, *weights]) == code
    told = capsys.readouterr()
    assert message in told.err
    assert not told.out


# -- trainings -------------------------------------------------------------------------


def test_resumed_it_ends_with_the_same_bits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    module = made(tmp_path, spec(PLACES, training="optimizer = adam"))
    for out, words in (
        ("whole", ["--epochs", "4"]),
        ("parts", ["--epochs", "2"]),
        ("parts", ["--epochs", "4", "--resume"]),
    ):
        assert module.main(["train", "--quiet", "--out", out, *words]) == 0
    whole, parts = (np.load(f"{out}/weights.npz") for out in ("whole", "parts"))
    assert [*whole] == [*parts]
    assert all(np.array_equal(whole[name], parts[name]) for name in whole)
    assert whole["data/vocabulary"].dtype == "<U1"


def test_what_to_do_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Writing on is among it, with the weights of this training."""
    monkeypatch.chdir(tmp_path)
    module = made(tmp_path, spec(PLACES))
    assert module.main(["train", "--out", "r"]) == 0
    hint = "generate PROMPT --weights r/weights.npz"
    (line,) = [s for s in capsys.readouterr().err.splitlines() if hint in s]
    assert line.startswith("to write: ")
    _, *weights = line.partition(" generate ")[2].split()
    assert module.main(["generate", "the cat", *weights]) == 0
    assert capsys.readouterr().out.startswith("the cat")


SEEING = """embedding(20, 8)
  position_embedding(8) as e
  multi_head_attention(2, 4, causal=true)
  add(e)
  layer_normalization
  dense(20, softmax)"""


@pytest.mark.parametrize("network", [PLACES, SEEING], ids=["lstm", "attention"])
def test_after_500_steps_single_precision_is_near_double(
    network: str, tmp_path: Path
) -> None:
    """The same windows in the same order, from the same weights."""
    text, found = spec(network, "next_characters(8, 2)", "optimizer = adam(0.003)"), []
    for precision in ("float32", "float64"):
        module = made(tmp_path, text.replace("float64", precision))
        model, history = module.train(epochs=10, batch_size=4)
        losses = [row["loss"] for row in history]
        assert losses[-1] < 0.7 * losses[0]
        found.append((losses, model.predict(["the cat ", "sat on t"])))
    assert 10 * (((len(TEXT) - 8) // 2 + 1) // 4) > 500
    (single, p), (double, q) = found
    assert p.dtype == np.float32
    np.testing.assert_allclose(single, double, rtol=1e-4)
    np.testing.assert_allclose(p, q, atol=2e-3)


def test_threads_change_no_digit(tmp_path: Path) -> None:
    network = "embedding(20, 6)\n  conv1d(8, 3, padding=causal)\n  dense(20, softmax)"
    module, found = made(tmp_path, spec(network)), []
    for threads in ("1", "3"):
        out = str(tmp_path / threads)
        assert (
            module.main(["train", "--quiet", "--out", out, "--threads", threads]) == 0
        )
        found.append(np.load(f"{out}/weights.npz")["conv1d/kernel"])
    np.testing.assert_array_equal(*found)


def test_derivatives_are_right(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    module = made(tmp_path, spec(PLACES))
    assert module.main(["gradcheck"]) == 0
    assert "MISMATCH" not in capsys.readouterr().out


# -- specs that cannot be --------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "network", "code", "at"),
    [
        ("next_characters(8)\nsplit(0.2, seed=1)", PLACES, "transform-conflict", "1"),
        (
            "next_characters(8)\nsplit(0.2, stratify=true)",
            PLACES,
            "transform-conflict",
            "true",
        ),
        ("next_characters(8)\nfolds(3)", PLACES, "transform-conflict", "folds(3)"),
        (
            "next_characters(8)\nscale(2)",
            PLACES,
            "transform-conflict",
            "scale(2)",
        ),
        (
            "next_characters(8)\none_hot(target)",
            PLACES,
            "transform-conflict",
            "one_hot(target)",
        ),
        ("split(0.2)", "input(8)\n  " + PLACES, "texts-left", 'text("t.txt")'),
        (
            "next_characters(8)",
            "embedding(20, 6)\n  average_pooling1d(2)\n  dense(20, softmax)",
            "labels-and-units",
            "dense",
        ),
        (
            "next_characters(8)",
            "dense(20, softmax)",
            "ids-expected",
            "next_characters(8)",
        ),
        (
            "bag_of_words()",
            "dense(20, softmax)",
            "transform-and-source",
            "bag_of_words()",
        ),
    ],
)
def test_sections_that_cannot_be(data: str, network: str, code: str, at: str) -> None:
    text = spec(network, data)
    found = [(d.code, text[d.span.start : d.span.end]) for d in faults(text)]
    assert (code, at) in found
    assert {c for c, _ in found} <= {code, "texts-left"}


def test_losses_of_other_labels() -> None:
    text = spec(PLACES).replace("sparse_categorical", "categorical")
    (found,) = [d for d in faults(text) if d.severity == "error"]
    assert found.code == "labels-and-loss"


def test_what_is_not_compiled() -> None:
    with pytest.raises(nnspec.SpecError, match="bare"):
        nnspec.compile(spec(PLACES), bare=True)
    several = spec(
        "input(8) as a\n  embedding(20, 6) as b\n  dense(20, softmax) as p\n  "
        "dense(20, softmax) from b as q\n  output(p, q)"
    )
    with pytest.raises(nnspec.SpecError):
        nnspec.compile(several)


def test_what_the_file_tells(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text(TEXT[:104] + "Z" * 8, encoding="utf-8")
    path = tmp_path / "spec.nn"
    path.write_text(
        spec("embedding(12, 6)\n  gru(7)\n  dense(11, softmax)").replace("0.25", "8"),
        encoding="utf-8",
    )
    with pytest.raises(nnspec.SpecError) as fault:
        nnspec.load(path)
    told = str(fault.value)
    assert "gives ids below 14, and `embedding` has vectors for those below 12" in told
    assert "outputs for 11 characters" in told
    assert "needs 8 characters and the one after, and the validation part" in told
    assert "t.txt, line 5: the character 'Z' is not in the training part" in told

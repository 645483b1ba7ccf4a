"""Graphs of ONNX give what the scripts give, layer by layer and for the examples."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest

import nnspec
from nnspec import ir
from nnspec.cli import main
from nnspec.compiler import check
from nnspec.facts.reader import FileReader
from nnspec.record import replace
from nnspec.source import Source
from nnspec.targets.onnx.activations import RULES
from nnspec.targets.onnx.export import export
from nnspec.targets.onnx.rules import rule_of
from nnspec.weights.npz import Trained
from tests.cases import ACTIVATIONS, CASES, FORMULAS, LAYERS
from tests.conftest import ROOT
from tests.formulas.layers import LAYERS as OWN_LAYERS
from tests.formulas.layers import of
from tests.scripts import load, spec
from tests.sequences import SEQUENCES
from tests.volumes import VOLUMES

Array = np.ndarray[Any, Any]

#: All cases of layers, by which each layer and each argument is used.
_OF_LAYERS = {text[:80] for text in (*LAYERS, *SEQUENCES, *VOLUMES)}
CASED = [case for case in CASES if case[:80] in _OF_LAYERS]
#: Formulas of a spec's own: layers, activations, losses.
OWN = {**FORMULAS, **{f"own {name}": of(name) for name in OWN_LAYERS}}


def model_of(text: str) -> ir.Model:
    found = check(Source("net.nn", text)).model
    assert found is not None
    return found


def weights_of(model: ir.Model) -> dict[str, Array]:
    rng = np.random.default_rng(5)
    found = {}
    for weight in model.network.weights:
        width = np.prod(weight.shape[:-1]) if len(weight.shape) > 1 else 4
        values = rng.normal(0.0, 1 / np.sqrt(width), weight.shape)
        variance = weight.name.endswith("variance")
        found[weight.name] = np.abs(values) + 0.5 if variance else values
    return {name: array.astype(np.float32) for name, array in found.items()}


def session(data: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(data, options)


def samples(model: ir.Model, n: int) -> dict[str, Array]:
    rng = np.random.default_rng(6)
    found: dict[str, Array] = {}
    for call in model.network.inputs:
        shape = (n, *call.output_shape)
        ids = model.network.ids.get(call.name)
        normal = rng.normal(size=shape).astype(np.float32)
        x = found[call.name] = rng.integers(ids, size=shape) if ids else normal
        x[1:2, :2] = 0  # begins with steps that masks leave out
        x[2:3] = 0  # has no other ones
    return found


def compare(text: str) -> None:
    """The outputs of the script and of the graph, within 1e-5 of the largest."""
    model, module = model_of(text), load(nnspec.compile(text))
    weights = weights_of(model)
    data = export(onnx, model, Trained(weights, {}, {})).data
    file = io.BytesIO()
    np.savez(file, **weights)
    file.seek(0)
    for n in (1, 3):
        x = samples(model, n)
        ours = module.Model(file).predict(x if len(x) > 1 else next(iter(x.values())))
        file.seek(0)
        outputs = ours.values() if isinstance(ours, dict) else [ours]
        for one, other in zip(outputs, session(data).run(None, x), strict=True):
            assert one.shape == other.shape
            scale = max(1.0, np.abs(one).max())
            assert np.abs(one - other).max() <= 1e-5 * scale


@pytest.mark.share(3)
@pytest.mark.parametrize("case", CASED)
def test_layers_give_what_scripts_give(case: str) -> None:
    compare(CASES[case])


#: Activations that ONNX does not know in recurrent layers: these go step by step.
STEPS = (
    "simple_rnn(3, gelu, return_sequences=true)",
    "simple_rnn(3, softmax, go_backwards=true)",
    "gru(3, silu, softmax)",
    "gru(3, relu6, hard_silu, reset_after=false, return_sequences=true)",
    "gru(3, softmax, reset_after=true, use_bias=false, go_backwards=true)",
    "lstm(3, twice, sigmoid, return_sequences=true, go_backwards=true)",
    "lstm(3, relu6, hard_tanh, use_bias=false)",
    "lstm(3, mish, relu(max_value=2.0), return_sequences=true)",
    "bidirectional(lstm(3, gelu, return_sequences=true), merge_mode=sum)",
    "bidirectional(gru(3, selu))",
)


@pytest.mark.parametrize("layer", STEPS)
@pytest.mark.parametrize("masked", [False, True])
def test_steps_of_other_activations(layer: str, masked: bool) -> None:
    before = "embedding(5, 4, mask_zero=true)" if masked else "dense(4)"
    shape = "5" if masked else "5, 4"
    pooled = ["global_average_pooling1d"] * ("sequences" in layer)
    text = spec([before, layer, *pooled, "dense(2)"], shape=shape, more="")
    compare(f"activation twice(x) = 2 * tanh(x)\n{text}")


@pytest.mark.share(4)
@pytest.mark.parametrize("name", OWN)
def test_formulas_give_what_scripts_give(name: str) -> None:
    compare(OWN[name])


@pytest.mark.share(4)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations_give_what_scripts_give(activation: str) -> None:
    compare(spec(["dense(4)", activation], more=""))


EXAMPLES = sorted((ROOT / "examples").glob("*.nn"))


@pytest.mark.share(4)
@pytest.mark.parametrize("path", EXAMPLES, ids=[path.stem for path in EXAMPLES])
def test_examples_give_what_scripts_give(path: Path) -> None:
    """From what the transforms make of the data on."""
    found = nnspec.compiler.load(path)
    model = replace(found, data=None)
    weights = weights_of(model)
    data = export(onnx, model, Trained(weights, {}, {})).data
    facts = FileReader(path.parent, lambda: None)
    text = path.read_text("utf-8")
    module = load(nnspec.compile(text, path.name, facts=facts))
    w = module.views(np.empty(module.PARAMETERS, module.DTYPE))
    for name, array in module.named(w).items():
        array[...] = weights[name]
    x = samples(model, 3)
    given = next(iter(x.values()))
    if len(x) > 1:
        given = module.Named(x)
    if found.sparse:
        given = module.sparse_rows(*np.nonzero(given > 1), given.shape)
        x = {name: (array > 1).astype(np.float32) for name, array in x.items()}
    ((_, a),) = module.forward_all(w, given)
    (other, *_) = session(data).run(None, x)
    one = getattr(a, "p", None)
    if one is not None:
        assert np.abs(one - other).max() <= 1e-5 * max(1.0, np.abs(one).max())


TRANSFORMED = [
    ("standardize", ()),
    ("minmax", ()),
    ("scale(1/16)\n  standardize", ()),
    ("scale(0.5, 2.0)", ()),
    ('one_hot(["c"])\n  standardize', ("one_hot",)),
    ('standardize(of=["a"])', ()),
]


@pytest.mark.parametrize(("transforms", "before"), TRANSFORMED)
def test_transforms_of_numbers_are_in_the_graph(
    transforms: str,
    before: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(3)
    rows = rng.normal(3.0, 5.0, (60, 3))
    rows[:, 2] = rng.integers(3, size=60)
    body = "".join(f"{a},{b},{c:.0f},{int(a > 3)}\n" for a, b, c in rows)
    Path("t.csv").write_text(f"a,b,c,y\n{body}")
    text = f"""
data {{
  csv("t.csv", target="y")
  {transforms}
}}
network {{
  dense(5, tanh)
  dense(2, softmax)
}}
training {{
  loss = sparse_categorical_crossentropy
}}
"""
    Path("net.nn").write_text(text)
    assert main(["compile", "net.nn"]) == 0
    done = subprocess.run(
        [sys.executable, "net.py", "--quiet", "--out", "r"], check=True
    )
    assert done.returncode == 0
    given = ["--weights", "r/weights.npz", "--to", "net.onnx"]
    capsys.readouterr()
    assert main(["export", "net.nn", *given]) == 0
    said = capsys.readouterr().err
    assert ("one_hot" in said) is bool(before)
    module = load(Path("net.py").read_text())
    model = module.Model("r/weights.npz")
    x = rows.astype(np.float32)
    ours = model.predict([[a, b, int(c)] for a, b, c in x.tolist()])
    if before:
        x = np.hstack([x[:, :2], np.eye(3)[rows[:, 2].astype(int)]]).astype(np.float32)
    graph = session(Path("net.onnx").read_bytes())
    (theirs,) = graph.run(None, {graph.get_inputs()[0].name: x})
    assert np.abs(ours - theirs).max() <= 1e-5


#: Targets, what is done to them, the units of the last layer, and the loss.
OUTPUTS = [
    ('"b"', "log(of=target, offset=40)\n  standardize(of=target)", 1, "mse"),
    ('["b", "c"]', "minmax(of=target)", 2, "mse"),
    ('"b"', "scale(0.5, 2.0, of=target)", 1, "mse"),
    ('["b", "c"]', "windows(3, horizon=[1, 2])\n  standardize(of=target)", 4, "mse"),
    ('"y"', "", 2, "sparse_categorical_crossentropy(from_logits=true)"),
    ('"y"', "", 1, "binary_crossentropy(from_logits=true)"),
]


@pytest.mark.parametrize(("target", "transforms", "units", "loss"), OUTPUTS)
def test_outputs_are_what_scripts_predict(
    target: str,
    transforms: str,
    units: int,
    loss: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In the units of the data, and probabilities where the loss takes logits."""
    monkeypatch.chdir(tmp_path)
    rows = np.random.default_rng(3).normal(3.0, 5.0, (60, 4))
    body = "".join(f"{a},{b},{c},{d},{int(a > 3)}\n" for a, b, c, d in rows)
    Path("t.csv").write_text(f"a,b,c,d,y\n{body}")
    data = f'csv("t.csv", features=["a", "d"], target={target})\n  {transforms}'
    Path("net.nn").write_text(
        f"data {{\n  {data}\n}}\nnetwork {{\n  flatten\n  dense(5, tanh)\n"
        f"  dense({units})\n}}\ntraining {{\n  loss = {loss}\n}}\n"
    )
    assert main(["compile", "net.nn"]) == 0
    done = subprocess.run(
        [sys.executable, "net.py", "--quiet", "--out", "r"], check=True
    )
    assert done.returncode == 0
    given = ["--weights", "r/weights.npz", "--to", "net.onnx"]
    assert main(["export", "net.nn", *given]) == 0
    module = load(Path("net.py").read_text())
    model, graph = module.Model("r/weights.npz"), session(Path("net.onnx").read_bytes())
    rng = np.random.default_rng(4)
    shape = (3, 2) if "windows" in transforms else (2,)
    x = rng.normal(3.0, 5.0, (7, *shape)).astype(np.float32)
    if "windows" in transforms:
        ((_, a),) = module.forward_all(model.w, x)
        ours = module.restore_target(a.dense_1, model.learnt)
    else:
        ours = model.predict(x)
    (theirs,) = graph.run(None, {graph.get_inputs()[0].name: x})
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() <= 1e-5 * max(1.0, np.abs(ours).max())


def test_targets_whose_units_are_not_known_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Weights of another library have not seen the data."""
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("a,y\n" + "".join(f"{i},{i * i}\n" for i in range(9)))
    text = 'data {\n  csv("t.csv", target="y")\n  standardize(of=target)\n}\n'
    text += "network {\n  dense(1)\n}\ntraining {\n  loss = mse\n}\n"
    Path("net.nn").write_text(text)
    np.savez("w.npz", **weights_of(nnspec.compiler.load("net.nn")))
    assert main(["export", "net.nn", "--weights", "w.npz", "--to", "net.onnx"]) == 0
    told = "undo it after: what standardize makes of the target"
    assert told in capsys.readouterr().err


def test_what_onnx_cannot_express_is_told_at_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As it would be of a new activation, before it has a rule."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(RULES, "relu6")
    text = "network {\n  input(3, 2)\n  lstm(4, relu6)\n}\n"
    Path("net.nn").write_text(text)
    model = model_of(text)
    np.savez("w.npz", **weights_of(model))
    given = ["--weights", "w.npz", "--to", "net.onnx"]
    assert main(["export", "net.nn", *given]) == 1
    said = capsys.readouterr().err
    assert "net.nn:3:3" in said and "the activation `relu6` in ONNX" in said
    assert not Path("net.onnx").exists()


def test_every_layer_has_a_rule() -> None:
    """So that a new layer is not forgotten."""
    models = [model_of(CASES[case]) for case in CASED]
    calls = [call for model in models for call in model.network.calls if call.inputs]
    assert not [call.use.entry.name for call in calls if rule_of(call) is None]
    names = {call.use.entry.name for call in calls}
    assert len(names) > 90

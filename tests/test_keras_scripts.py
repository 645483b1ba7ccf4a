"""Scripts of Keras as texts: what they say, and what is refused. None is run here.

That they train as those of NumPy do is in tests/parity/test_keras_target.py.
"""

from __future__ import annotations

import ast
import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

import nnspec
from nnspec.cli import main
from nnspec.diagnostics import SpecError
from nnspec.resources import folder
from tests.cases import CASES, FORMULAS, INITIALIZED, OPTIMIZED
from tests.cli.harness import SPEC
from tests.formulas.layers import LAYERS, of
from tests.golden import KERAS
from tests.several import SPECS

EVERY = CASES | INITIALIZED | OPTIMIZED | FORMULAS | SPECS
EVERY |= {f"own {name}": of(name) for name in LAYERS}


def keras_script(text: str) -> str:
    return nnspec.compile(text, "net.nn", target="keras")


def function(script: str, name: str) -> str:
    """The lines of a function of a script, without its docstring."""
    (found,) = (
        node
        for node in ast.parse(script).body
        if isinstance(node, ast.FunctionDef) and node.name == name
    )
    return "\n".join(script.splitlines()[found.body[1].lineno - 1 : found.end_lineno])


def network(layers: str, training: str = "loss = mse", before: str = "") -> str:
    return f"{before}network {{\n{layers}\n}}\ntraining {{\n{training}\n}}\n"


@pytest.mark.share(17)
@pytest.mark.parametrize("name", EVERY)
def test_whatever_numpy_computes_is_a_script_of_keras(name: str) -> None:
    try:
        script = keras_script(EVERY[name])
    except SpecError as error:
        faults = [d for d in error.diagnostics if d.severity == "error"]
        assert {fault.code for fault in faults} == {"not-supported-yet"}
        assert all("a script of Keras has no" in fault.message for fault in faults)
    else:
        ast.parse(script)


@pytest.mark.share(6)
@pytest.mark.parametrize("part", range(6))
def test_scripts_name_what_is_there_alone(part: int, tmp_path: Path) -> None:
    for number, text in enumerate([*EVERY.values()][part::6]):
        with contextlib.suppress(SpecError):  # what is refused is told above
            (tmp_path / f"{number}.py").write_text(keras_script(text), "utf-8")
    ruff = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache"]
    ruff += ["--select", "F", str(tmp_path)]
    done = subprocess.run(ruff, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("command", [["check"], ["format", "--check"]])
def test_scripts_please_ruff_as_it_comes(command: list[str], tmp_path: Path) -> None:
    paths = [folder("examples") / f"{name}_keras.py" for name in KERAS]
    for number, name in enumerate(("iris_wide_deep", "iris_folds", "cifar10", "imdb")):
        spec = folder("examples") / f"{name}.nn"
        paths.append(tmp_path / f"{number}.py")
        paths[-1].write_text(keras_script(spec.read_text("utf-8")), "utf-8")
    ruff = [sys.executable, "-m", "ruff", *command, "--isolated", "--no-cache"]
    done = subprocess.run([*ruff, *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_chain_is_sequential_and_tells_what_is_not_the_default() -> None:
    text = network(
        "  input(28, 28)\n  flatten\n  dense(512, relu, kernel_regularizer=l2(1e-4))\n"
        "  batch_normalization(momentum=0.9)\n  leaky_relu(0.1)\n  gelu\n"
        "  dense(10, softmax)",
        "loss = categorical_crossentropy(label_smoothing=0.1)\noptimizer = adam",
    )
    script = keras_script(text)
    assert (
        function(script, "build_model")
        == """\
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(name="flatten"),
            keras.layers.Dense(
                512,
                activation="relu",
                kernel_regularizer=keras.regularizers.L2(l2=0.0001),
                name="dense",
            ),
            keras.layers.BatchNormalization(momentum=0.9, name="batch_normalization"),
            keras.layers.LeakyReLU(negative_slope=0.1, name="leaky_relu"),
            keras.layers.Activation("gelu", name="gelu"),
            keras.layers.Dense(10, activation="softmax", name="dense_1"),
        ],
        name=NAME,
    )"""
    )
    assert (
        function(script, "compile_model")
        == """\
    model.compile(
        optimizer="adam",
        loss=keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
    )"""
    )


def test_of_a_text_another_one_is_evaluated() -> None:
    spec = (folder("examples") / "shakespeare_lstm.nn").read_text("utf-8")
    script = keras_script(spec)
    assert "net_keras.py evaluate [FILE]" in script
    assert 'evaluate.add_argument("input"' in function(script, "parse")
    assert "name a text: evaluate FILE" in function(script, "run_evaluate")


def test_a_graph_is_functional_and_a_shared_layer_is_one() -> None:
    text = network(
        "  input(4) as left\n  input(4) as right\n  tower as a from left\n"
        "  tower as b from right\n  subtract(a, b)\n  residual(3) as keras\n"
        "  output(keras, a)",
        before="shared tower {\n  dense(3, tanh)\n}\n"
        "block residual(units) {\n  dense(units)\n  add(input)\n}\n",
    )
    assert (
        function(keras_script(text), "build_model")
        == """\
    left = keras.Input((4,), name="left")
    right = keras.Input((4,), name="right")
    # a
    tower_dense_layer = keras.layers.Dense(3, activation="tanh", name="tower.dense")
    a_dense = tower_dense_layer(left)
    # b
    x = tower_dense_layer(right)
    subtract = keras.layers.Subtract(name="subtract")([a_dense, x])
    # keras
    x = keras.layers.Dense(3, name="keras.dense")(subtract)
    keras_add = keras.layers.Add(name="keras.add")([x, subtract])
    return keras.Model(
        {"left": left, "right": right}, {"keras": keras_add, "a": a_dense}, name=NAME
    )"""
    )


def test_formulas_are_functions_and_classes_with_names_of_their_own() -> None:
    before = (
        "activation fit(x, a=2) = x + sin(a * x)\n"
        "layer model(x) {\n  dtype = weight(size(x), ones)\n"
        "  mean_ = moving(mean(x, axis=batch))\n"
        "  dropout(x - mean_, 0.5) * dtype\n}\n"
        "loss save(y, p) = abs(y - p)\n"
    )
    text = network("  input(3)\n  dense(4, fit(3))\n  model", "loss = save", before)
    script = keras_script(text)
    definitions = script[script.index("def fit_act") : script.index("def build_m")]
    assert (
        definitions
        == '''\
def fit_activation(x):
    # fit(x) = x + sin(a * x)
    return x + ops.sin(3.0 * x)


class ModelLayer(keras.layers.Layer):
    """The layer `model` of the spec."""

    def __init__(self, **more):
        super().__init__(**more)
        self.seeds = keras.random.SeedGenerator()

    def build(self, shape):
        self.dtype_ = self.add_weight(shape=(4,), initializer="ones", name="dtype")
        self.mean_ = self.add_weight(
            shape=(4,), initializer="zeros", trainable=False, name="mean_"
        )

    def call(self, x, training=False):
        # model(x):
        #     dtype = weight(size(x), ones)
        #     mean_ = moving(mean(x, axis=batch))
        #     dropout(x - mean_, 0.5) * dtype
        if training:
            mean_ = ops.mean(x, axis=0)
            self.mean_.assign(0.99 * self.mean_ + (1.0 - 0.99) * mean_)
        else:
            mean_ = ops.convert_to_tensor(self.mean_)
        dropped = x - mean_
        if training:
            dropped = keras.random.dropout(dropped, 0.5, seed=self.seeds)
        return dropped * self.dtype_


class SaveLoss(keras.losses.Loss):
    """The loss `save` of the spec."""

    def call(self, y, p):
        # save(y, p) = abs(y - p)
        return ops.abs(y - p)


'''
    )


@pytest.mark.parametrize(
    ("words", "told", "backend"),
    [
        ((), {}, "jax"),
        ((), {"KERAS_BACKEND": ""}, "jax"),
        ((), {"KERAS_BACKEND": "torch"}, "torch"),
        (("--backend", "torch"), {}, "torch"),
        (("train", "--backend=torch"), {}, "torch"),
    ],
)
def test_a_backend_that_is_not_there_is_a_line(
    words: tuple[str, ...], told: dict[str, str], backend: str, tmp_path: Path
) -> None:
    (tmp_path / "net_keras.py").write_text(keras_script(SPEC), "utf-8")
    package = tmp_path / "keras.py"  # as Keras, where its backend is lacking
    package.write_text(
        "import os\nraise ImportError('no ' + os.environ['KERAS_BACKEND'])"
    )
    done = subprocess.run(
        [sys.executable, "net_keras.py", *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={k: v for k, v in os.environ.items() if k != "KERAS_BACKEND"} | told,
    )
    assert done.returncode == 3
    assert done.stderr == f"error: no {backend}; `pip install keras {backend}`\n"


def test_what_keras_cannot_express_is_an_error_with_its_place() -> None:
    layers = "  input(4)\n  spectral_normalization(dense(3))"
    text = network(layers)
    nnspec.compile(text)  # a script of NumPy has it
    with pytest.raises(SpecError) as caught:
        keras_script(text)
    (fault,) = (d for d in caught.value.diagnostics if d.severity == "error")
    what = "`spectral_normalization`, whose kernel Keras forgets on JAX"
    assert fault.message == f"a script of Keras has no {what}"
    assert fault.span.start == text.index("spectral")


def test_glu_within_another_layer_is_refused_as_keras_mistakes_its_shape() -> None:
    text = network("  input(4, 6)\n  time_distributed(glu)\n  dense(3)")
    with pytest.raises(SpecError, match="has no `glu` within `time_distributed`"):
        keras_script(text)


def test_metrics_are_of_values_in_the_units_of_the_data() -> None:
    data = "data {\n  sine(samples=50)\n  standardize(target)\n}\n"
    text = network("  input(1)\n  dense(1)", "loss = mse\nmetrics = [mae]", data)
    script = keras_script(text)
    assert (
        function(script, "restored")
        == """\
    y = y * ops.cast(learnt["data/target/deviation"], y.dtype) + ops.cast(
        learnt["data/target/mean"], y.dtype
    )
    return y"""
    )
    assert "in_units(keras.metrics.MeanAbsoluteError(" in script
    assert "in_units" not in keras_script(text.replace("metrics = [mae]", ""))


def test_labels_that_do_not_count_have_no_weight_of_a_class() -> None:
    training = "loss = sparse_categorical_crossentropy(ignore_class=0)\n"
    training += "metrics = [accuracy]\nclass_weight = balanced"
    script = keras_script(network("  input(4, 2)\n  dense(3, softmax)", training))
    assert (
        function(script, "sample_weights")
        == """\
    class_weight = balanced_weights(y[y != 0], 3)
    return class_weight[np.where(y == 0, 0, y)]  # these do not count at all"""
    )
    assert "sample_weight=sample_weights(y)," in function(script, "fit")


def test_the_command_line_writes_it_beside_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.nn").write_text(SPEC, "utf-8")
    assert main(["compile", "net.nn", "--target", "keras"]) == 0
    assert Path("net_keras.py").read_text("utf-8") == keras_script(SPEC)
    assert not Path("net.py").exists()
    assert main(["compile", "net.nn", "--target", "keras", "--check"]) == 0
    assert main(["compile", "net.nn", "--target", "keras", "--bare"]) == 2
    assert main(["compile", "net.nn", "--check", "-o", "net_keras.py"]) == 1
    assert "with `--target keras`, not without" in capsys.readouterr().err


def test_parity_without_keras_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("nnspec.commands.parity.find_spec", lambda _: None)
    Path("net.nn").write_text(SPEC, "utf-8")
    assert main(["parity", "net.nn"]) == 3
    assert capsys.readouterr().err == (
        "error: parity needs Keras and jax: there is no `keras`\n"
        "  = help: install them: `pip install 'nnspec[keras]' jax`\n"
    )

"""What holds for every network: over all entries of the table, and at random."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import nnspec
from nnspec import ir
from nnspec.compiler import check
from nnspec.source import Source
from nnspec.table import TABLE
from nnspec.table.entry import Use
from nnspec.table.merges import VALUES, OutputEntry
from tests.cases import CASES, INITIALIZED, LAYERS, OPTIMIZED
from tests.scripts import Run, load, script, spec

ALL = CASES | INITIALIZED
RUFF = (sys.executable, "-m", "ruff")


@pytest.mark.share(7)
@pytest.mark.parametrize("name", ALL)
def test_derivatives_and_shapes(name: str) -> None:
    s = script(ALL[name])
    assert s.gradcheck() == 0

    weights = {weight.name: weight.shape for weight in s.model.network.weights}
    assert weights == s.module.SHAPES
    assert s.model.network.parameters == s.module.PARAMETERS
    w = s.module.views(np.zeros(s.module.PARAMETERS))
    a = s.forward(w, np.zeros((3, *s.model.input_shape)))
    assert getattr(a, s.prediction).shape == (3, *s.model.output_shape)
    for layer in s.model.network.calls:
        value = getattr(a, layer.name, None)  # one that was not written over
        assert value is None or value.shape == (3, *layer.output_shape)


@pytest.mark.share(2)
@pytest.mark.parametrize("name", LAYERS)
def test_single_precision_stays_single(name: str) -> None:
    s = script(CASES[name].replace("precision = float64", ""))
    run, rng = Run(s), np.random.default_rng(0)
    x = rng.normal(size=(6, *s.model.input_shape)).astype(np.float32)
    a, (_, da) = run.update(x, s.labels(rng, 6).astype(np.float32)), s.batch(x)
    arrays = vars(a) | vars(da) | vars(run.w) | vars(run.dw)
    found = {array.dtype for array in arrays.values() if isinstance(array, np.ndarray)}
    assert found - {np.dtype(bool)} == {np.dtype(np.float32)}
    assert np.isfinite(run.parameters).all()


@pytest.mark.thorough
def test_every_entry_and_every_argument_is_in_a_case() -> None:
    kinds = ("layer", "activation", "initializer", "regularizer", "constraint", "loss")
    kinds += ("optimizer", "schedule", "metric", "callback")
    needed = {
        (kind, e.name, argument)
        for kind in kinds
        for e in TABLE[kind].values()
        if not isinstance(e, OutputEntry)  # a statement, which names values
        for argument in ("", *(a.name for a in e.arguments))
    }
    texts = (ALL | OPTIMIZED).values()
    models = [check(Source("model.nn", text)).model for text in texts]
    found = {place for model in models if model for place in used(model)}
    assert needed - found == set()


def used(model: ir.Model) -> Iterator[tuple[str, str, str]]:
    """The entries that a model uses, and the arguments that it gives them."""
    assert model.training is not None
    yield from places("optimizer", model.training.optimizer)
    for objective in model.training.objectives:
        yield from places("loss", objective.loss)
        for metric in objective.metrics:
            yield from places("metric", metric)
    for callback in model.training.callbacks:
        yield from places("callback", callback)
    for layer in model.network.calls:
        yield from places("layer", layer.use)
        if len(layer.inputs) > 1:  # they were the argument of a merge
            yield "layer", layer.use.entry.name, VALUES


def places(kind: str, use: Use) -> Iterator[tuple[str, str, str]]:
    yield kind, use.entry.name, ""
    for name in use.spans:
        yield kind, use.entry.name, name
    for name, value in use.arguments.items():
        if isinstance(value, Use):
            inner = "schedule" if name == "learning_rate" else name.rpartition("_")[2]
            yield from places(inner, value)


#: Scripts are linted in parts, each of them as a whole.
PARTS = 8


@pytest.mark.share(8)
@pytest.mark.parametrize("part", range(PARTS))
def test_every_function_is_called_and_ruff_has_nothing_to_say(
    part: int, tmp_path: Path
) -> None:
    for i, text in enumerate([*(ALL | OPTIMIZED).values()][part::PARTS]):
        code = script(text).text
        assert unused(code) == [], text
        (tmp_path / f"script_{i}.py").write_text(code, "utf-8")
    lint(tmp_path)


def unused(code: str) -> list[str]:
    """The functions and classes of a script that it names but once."""
    words = Counter(re.findall(r"\w+", code))
    names = re.findall(r"^(?:def|class) (\w+)", code, re.MULTILINE)
    return [name for name in names if words[name] < 2]


def lint(path: Path) -> None:
    """Fail unless `ruff check` and `ruff format` take what is there as it is."""
    for command in (["check"], ["format", "--diff"]):
        ruff = [*RUFF, *command, "--isolated", "--no-cache", str(path)]
        done = subprocess.run(ruff, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_same_spec_gives_the_same_bytes(tmp_path: Path) -> None:
    texts = [spec(["dense(4, relu)", "dropout(0.1)", "dense(2, softmax)"], loss=loss)
             for loss in ("mse", "categorical_crossentropy")]  # fmt: skip
    assert [nnspec.compile(t) for t in texts] == [nnspec.compile(t) for t in texts]

    (tmp_path / "a.nn").write_text(texts[1], "utf-8")
    code = "import nnspec, sys; print(nnspec.compile(open(sys.argv[1]).read()))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / "a.nn")],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


# -- The gradient check can fail -------------------------------------------------------

CHECKED = {
    "fused softmax": (
        ["dense(5, tanh)", "dropout(0.3)", "dense(4, relu)", "dense(3, softmax)"],
        "sparse_categorical_crossentropy",
    ),
    "fused sigmoid": (
        ["dense(5, elu)", "sigmoid", "dense(2, sigmoid)"],
        "binary_crossentropy",
    ),
    "gated": (
        ["dense(5, gelu)", "dropout(0.3)", "silu", "dense(4, mish)", "hard_silu",
         "gelu(approximate=true)", "log_softmax", "dense(2)"],
        "mse",
    ),
    "from the output": (
        ["dense(5, softplus)", "selu", "squareplus", "dense(4, celu)", "log_sigmoid",
         "dense(3, softsign)", "exponential"],
        "mse",
    ),
    "focal softmax": (
        ["dense(5, tanh)", "dense(4, relu)", "dense(3, softmax)"],
        "categorical_focal_crossentropy",
    ),
    "focal sigmoid": (
        ["dense(5, tanh)", "dense(4, relu)", "dense(3, sigmoid)"],
        "binary_focal_crossentropy(true, label_smoothing=0.1)",
    ),
    "penalties": (
        [
            "dense(5, tanh, kernel_regularizer=l1_l2(0.1, 0.2), bias_regularizer=l1)",
            "dense(4, relu, bias_regularizer=l2(0.1), activity_regularizer=l1(0.1))",
            "dense(3, softmax, activity_regularizer=l2(0.1))",
            "activity_regularization(l2=0.2)",
        ],
        "sparse_categorical_crossentropy",
    ),
    "plain": (
        ["dense(5, leaky_relu)", "softmax", "reshape(1, 5)", "dense(2, tanh)"],
        "mse",
    ),
}  # fmt: skip


def altered(text: str) -> Iterator[tuple[str, str]]:
    """The script with one line of its backward pass at fault; what was done to it.

    A line that changes an array in place is left out; after one that writes an array,
    that is made a little larger.
    """
    head, body = text.split("def backward(", 1)
    body, tail = body.split("\n\n\n", 1)
    lines = body.split("\n")
    for i, line in enumerate(lines):
        if re.match(r" +d[aw]\.\w+(\[.*\])? [-+*/]?= ", line):
            changed = ["    pass"]
        elif out := re.search(r"out=(d[aw]\.\w+)\)", line):
            changed = [line, f"    {out.group(1)}[...] *= 1.001"]
        else:
            continue
        fault = "\n".join([*lines[:i], *changed, *lines[i + 1 :]])
        yield line.strip(), f"{head}def backward({fault}\n\n\n{tail}"


SPARSE = "imdb\nbag_of_words(600, count)"
SPECS = {name: spec(layers, loss=loss) for name, (layers, loss) in CHECKED.items()} | {
    f"sparse, {units} units": spec(
        [f"dense({units}, elu)", "dense(3)", "dense(1, sigmoid)"],
        shape="600",
        loss="binary_crossentropy",
        data=SPARSE,
    )
    for units in (4, 99, 100)
}


@pytest.mark.share(3)
@pytest.mark.parametrize("name", SPECS)
def test_the_gradient_check_finds_every_altered_line(name: str) -> None:
    text = nnspec.compile(SPECS[name])
    faults = list(altered(text))
    assert len(faults) > 6
    missed = [
        line
        for line, fault in faults
        if all(load(fault).run_gradcheck(SimpleNamespace(seed=n)) == 0 for n in (0, 1))
    ]  # with one draw of weights, all sums before a CELU may be positive
    assert missed == []


@pytest.mark.parametrize("file", ["sparse_product", "sparse_gradient"])
@pytest.mark.parametrize("units", [4, 99, 100])
def test_the_gradient_check_finds_faults_of_sparse_products(
    file: str, units: int
) -> None:
    """A line of the functions is left out, one after the other."""
    text = nnspec.compile(SPECS[f"sparse, {units} units"])
    file = f"wide_{file}" if units == 100 else file
    head, body = text.split(f"def {file}(x, ")
    body, tail = body.split("\n\n\n", 1)
    lines = body.split("\n")
    for i, line in enumerate(lines):
        if re.match(r" +(np\.(matmul|add)|\w+\[.*\] \+=|\w+ \*=)", line):
            indent = line[: len(line) - len(line.lstrip())]
            fault = "\n".join([*lines[:i], f"{indent}pass", *lines[i + 1 :]])
            script = f"{head}def {file}(x, {fault}\n\n\n{tail}"
            assert load(script).run_gradcheck(SimpleNamespace(seed=0)) == 1, line


def test_the_gradient_check_finds_nan() -> None:
    text = nnspec.compile(spec(["dense(2)"]))
    line = "    np.sum(da.dense, axis=0, out=dw.dense_bias)"
    assert text.count(line) == 1
    fault = load(text.replace(line, f"{line}; dw.dense_bias[...] = np.nan  # "))
    assert fault.run_gradcheck(SimpleNamespace(seed=0)) == 1


# -- Labels ----------------------------------------------------------------------------

#: Words of Python, and names that the scripts use themselves.
NAMES = """
lambda class None print self np a w da dw x y p rng peak total loss n dtype x_ p_ relu
dropout_mask forward measure new input l O I __x __init__ __class__ __dict__ __doc__
penalty
""".split()
NAMES += ["a" * length for length in (18, 21, 25, 40)]

#: Networks with a label wherever a line of the script depends on it.
LABELLED = (
    (
        "dense(4, elu) as {0}; dropout(0.3); softmax as {0}1; "
        "dense(3, softmax) as {0}2",
        "sparse_categorical_crossentropy",
    ),
    (
        "dense(4); dropout(0.3) as {0}; relu as {0}1; dense(3, sigmoid) as {0}2",
        "binary_crossentropy(label_smoothing=0.1)",
    ),
    (
        "tanh as {0}; dense(4, kernel_initializer=orthogonal) as {0}1; "
        "leaky_relu as {0}2; reshape(2, 2) as {0}3; sigmoid as {0}4; "
        "dense(2, tanh, kernel_initializer=he_normal) as {0}5; dropout(0.1) as {0}6",
        "mse",
    ),
    (
        "dense(4, gelu) as {0}; silu as {0}_gate; dense(3, mish) as {0}_gelu; "
        "hard_silu as gate; dense(2, log_softmax)",
        "mse",
    ),
    (
        "batch_normalization as {0}; dense(4) as {0}1; batch_normalization as {0}2; "
        "tanh; alpha_dropout(0.2, seed=3) as {0}3; layer_normalization as {0}4; "
        "dense(4); group_normalization(2) as {0}5; prelu as {0}6; dense(3)",
        "mse",
    ),
    (
        "gaussian_noise(0.1) as {0}; dense(3) as {0}1; rescaling(2, -1) as {0}2; "
        "unit_normalization as {0}3; repeat_vector(4) as {0}4; permute(2, 1) as {0}5; "
        "batch_normalization(1) as {0}6; dense(2); rms_normalization as {0}7; "
        "batch_normalization(1, trainable=false) as {0}8; dense(2)",
        "mse",
    ),
    ("dense(4, tanh); dense(3) as {0}", "categorical_crossentropy(from_logits=true)"),
    (
        "dense(4, elu, kernel_regularizer=l1_l2(0.1, 0.2), bias_regularizer=l1, "
        "activity_regularizer=l1_l2(0.1, 0.2)) as {0}; dropout(0.2); "
        "dense(3, softmax, activity_regularizer=l2) as {0}1; "
        "activity_regularization(l2=0.1) as {0}2",
        "sparse_categorical_crossentropy",
    ),
    (
        "dense(4, kernel_constraint=min_max_norm(0.1, 2, 0.7, [0, 1])) as {0}; "
        "dense(3, kernel_constraint=unit_norm, bias_constraint=non_neg) as {0}1",
        "mse",
    ),
    ("dense(4); dense(3, sigmoid) as {0}", "sparse_categorical_crossentropy"),
)


@pytest.mark.share(17)
@pytest.mark.parametrize("name", NAMES)
def test_any_name_can_be_a_label(name: str, tmp_path: Path) -> None:
    for i, (layers, loss) in enumerate(LABELLED):
        s = script(spec(layers.format(name).split("; "), loss=loss, metrics="accuracy"))
        assert s.gradcheck() == 0
        (tmp_path / f"script_{i}.py").write_text(s.text, "utf-8")
    lint(tmp_path)


@pytest.mark.parametrize("name", ["lambda", "peak", "x"])
def test_labels_that_differ_in_an_underscore_stay_apart(name: str) -> None:
    first, second = name, f"{name}_"
    layers = [f"dense(4) as {first}", "tanh", f"dense(3, softmax) as {second}"]
    s = script(spec(layers, loss="categorical_crossentropy"))
    assert list(s.module.SHAPES)[::2] == [f"{first}/kernel", f"{second}/kernel"]
    assert s.gradcheck() == 0


@pytest.mark.parametrize("frozen", ["", ", trainable=false"])
@pytest.mark.parametrize("part", ["depthwise", "pointwise"])
@pytest.mark.parametrize("turned", [False, True])
def test_weights_whose_names_a_stroke_tells_apart(
    part: str, turned: bool, frozen: str
) -> None:
    layers = [
        f"separable_conv2d(3, 3, padding=same{frozen}) as a",
        f"conv2d(3, 3, padding=same, use_bias=false) as a_{part}",
    ]
    layers = [*(layers[::-1] if turned else layers), "flatten", "dense(1)"]
    s = script(spec(layers, shape="6, 6, 3"))
    assert s.gradcheck() == 0
    weights = Run(s).weights()
    assert {name: w.shape for name, w in weights.items()} == s.module.SHAPES
    assert weights["a/" + part + "_kernel"].std() > 0
    assert weights[f"a_{part}/kernel"].std() > 0


@pytest.mark.parametrize("name", ["share", "part", "in_step", "training"])
def test_names_of_networks_that_share_batches_can_be_labels(name: str) -> None:
    layers = [f"conv2d(3, 3) as {name}", f"batch_normalization as {name}_"]
    layers += [f"relu as {name}__", "flatten", "dense(1)"]
    assert script(spec(layers, shape="6, 6, 1")).gradcheck() == 0


# -- Random networks -------------------------------------------------------------------

slopes = st.floats(0, 1).map(lambda number: round(number, 3))
positive = st.floats(0.1, 2).map(lambda number: round(number, 3))
activations = st.one_of(
    st.sampled_from(["linear", "sigmoid", "tanh", "softmax", "relu", "elu", "gelu"]),
    st.sampled_from(["silu", "mish", "hard_silu", "relu6", "softplus", "log_softmax"]),
    st.builds("leaky_relu({})".format, slopes),
    st.builds("elu({})".format, positive),
    st.builds(
        "relu(negative_slope={}, max_value={}, threshold={})".format,
        slopes,
        st.one_of(st.just("none"), positive),
        slopes,
    ),
)
initializers = st.sampled_from(["he_normal", "orthogonal", "random_uniform", "ones"])
regularizers = st.one_of(
    st.just("none"),
    st.builds("l1({})".format, slopes),
    st.builds("l2({})".format, slopes),
    st.builds("l1_l2({}, {})".format, slopes, slopes),
)
flags = st.sampled_from(["true", "false"])
normalizations = st.one_of(
    st.builds(
        "batch_normalization(center={}, scale={}, trainable={})".format,
        flags,
        flags,
        flags,
    ),
    st.builds("layer_normalization(center={}, scale={})".format, flags, flags),
    st.builds(
        "group_normalization({}, trainable={})".format, st.sampled_from([1, -1]), flags
    ),
    st.builds("rms_normalization(trainable={})".format, flags),
    st.just("unit_normalization"),
)
noises = st.sampled_from([
    "gaussian_noise(0.2, seed=1)",
    "gaussian_dropout(0.3)",
    "alpha_dropout(0.2)",
    "dropout(0.5, seed=2)",
])  # fmt: skip
layers = st.one_of(
    st.builds(
        "dense({}, {}, use_bias={}, kernel_initializer={}, trainable={})".format,
        st.integers(1, 7),
        st.one_of(st.just("none"), activations),
        flags,
        initializers,
        flags,
    ),
    normalizations,
    noises,
    st.builds("prelu(trainable={})".format, flags),
    st.just("rescaling(0.5, -1)"),
    st.builds(
        "dense({}, {}, kernel_regularizer={}, bias_regularizer={}, "
        "activity_regularizer={})".format,
        st.integers(1, 5),
        activations,
        regularizers,
        regularizers,
        regularizers,
    ),
    st.builds("activity_regularization({}, {})".format, slopes, slopes),
    st.builds("dropout({})".format, slopes),
    st.just("flatten"),
    st.just("reshape(-1)"),
    st.just("reshape(1, -1)"),
    activations,
    st.builds("activation({})".format, activations),
)
labels = st.one_of(st.none(), st.sampled_from(["first", "x", "p", "Block_2"]))
losses = st.sampled_from([
    "mse",
    "mae",
    "binary_crossentropy",
    "binary_crossentropy(from_logits=true, label_smoothing=0.1)",
    "categorical_crossentropy",
    "categorical_crossentropy(label_smoothing=0.1)",
    "categorical_crossentropy(from_logits=true)",
    "sparse_categorical_crossentropy",
    "sparse_categorical_crossentropy(from_logits=true)",
    "sparse_categorical_crossentropy(ignore_class=0)",
    "huber(delta=0.3)",
    "msle(reduction=sum)",
    "hinge",
    "categorical_hinge",
    "kl_divergence",
    "cosine_similarity",
    "binary_focal_crossentropy(apply_class_balancing=true)",
    "categorical_focal_crossentropy(gamma=1.5)",
    "categorical_focal_crossentropy(from_logits=true)",
])  # fmt: skip
optimizers = st.sampled_from(["sgd", "sgd(0.1, 0.9)", "rmsprop", "adam"])


@st.composite
def specs(draw: st.DrawFn) -> str:
    """Valid specs: a chain of layers with a `dense` in it, some with labels."""
    chain = draw(st.lists(st.tuples(layers, labels), max_size=6))
    loss = draw(losses)
    bare = "crossentropy" in loss and "from_logits" not in loss
    end = draw(st.sampled_from(["sigmoid", "softmax", *([] if bare else ["none"])]))
    chain.append((f"dense({draw(st.integers(1, 4))}, {end})", draw(labels)))
    taken: set[str] = set()
    lines = []
    for layer, label in chain:
        fresh = label is not None and label not in taken
        taken |= {label} if fresh else set()
        lines.append(f"{layer} as {label}" if fresh else layer)
    shape = ", ".join(
        map(str, draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    )
    return spec(lines, shape=shape, loss=loss, optimizer=draw(optimizers))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(text=specs())
def test_random_networks(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    s = script(text)
    path = tmp_path_factory.mktemp("random") / "model.py"
    path.write_text(s.text, "utf-8")
    lint(path)
    assert s.gradcheck() == 0
    w = s.module.views(np.zeros(s.module.PARAMETERS))
    predicted = s.predict(w, np.zeros((2, *s.model.input_shape)))
    assert predicted.shape == (2, *s.model.output_shape)

"""Compiles specs, and works with the scripts that come of them as modules."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from types import CodeType, ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from nnspec import compiler, ir
from nnspec.origin import Origin
from nnspec.source import Source
from nnspec.table.training_entry import LossEntry
from nnspec.targets.numpy.program import Optimizer
from nnspec.targets.numpy.script import plan

Array = np.ndarray[Any, Any]


def spec(
    layers: Iterable[str],
    *,
    shape: str = "6",
    loss: str = "mse",
    optimizer: str = "sgd",
    metrics: str = "",
    more: str = "precision = float64",
    data: str = "",
) -> str:
    """The text of a spec, which has a data section if there is anything in it."""
    body = "\n".join(f"  {layer}" for layer in layers)
    section = f"data {{\n{data}\n}}\n\n" if data else ""
    return f"""{section}network {{
  input({shape})
{body}
}}

training {{
  loss = {loss}
  optimizer = {optimizer}
  metrics = [{metrics}]
  {more}
}}
"""


@dataclass(frozen=True)
class Script:
    """A spec's model, its script's text, and that script imported as a module.

    `input` and `prediction` name the attributes of a batch that hold its samples and
    what is predicted for them, `scored` the one that metrics are about. `weighed` says
    that samples which are mostly 0 are not 1 elsewhere.
    """

    model: ir.Model
    text: str
    module: ModuleType
    input: str
    prediction: str
    scored: str
    random: bool
    seeded: bool
    weighed: bool
    optimizer: Optimizer

    def samples(self, rng: np.random.Generator, n: int) -> Array:
        """Random samples; those of a network that takes sparse ones are mostly 0."""
        shape = (n, *self.model.input_shape)
        if self.model.ids:
            return rng.integers(self.model.ids, size=shape)
        x = rng.normal(size=shape)
        if self.model.sparse:
            x = np.where(rng.random(x.shape) < 0.1, x if self.weighed else 1.0, 0.0)
        return x

    def held(self, x: Array) -> Any:
        """Samples as the script holds them."""
        if not self.model.sparse:
            return x
        places = np.nonzero(x)
        values = x[places] if self.weighed else None
        return self.module.sparse_rows(*places, x.shape, values)

    def batch(self, x: Array) -> tuple[SimpleNamespace, SimpleNamespace]:
        """The arrays of a batch that holds these samples."""
        dtype = self.module.DTYPE if self.model.ids else x.dtype
        a, da = self.module.buffers(len(x), dtype)
        if self.model.sparse:
            setattr(a, self.input, self.held(x))
        else:
            getattr(a, self.input)[...] = x
        return a, da

    def forward(
        self,
        w: SimpleNamespace,
        x: Array,
        rng: np.random.Generator | None = None,
        own: SimpleNamespace | None = None,
    ) -> SimpleNamespace:
        """The arrays of a batch after the forward pass; with `rng` as in training.

        `own` are the generators of layers with seeds (default: those of an epoch 1).
        """
        return self.arrays(w, x, rng, own)[0]

    def arrays(
        self,
        w: SimpleNamespace,
        x: Array,
        rng: np.random.Generator | None = None,
        own: SimpleNamespace | None = None,
    ) -> tuple[SimpleNamespace, SimpleNamespace]:
        """The same with those for the gradients, which may share memory with them."""
        a, da = self.batch(x)
        given = [rng] if self.random else []
        if self.seeded and rng is not None:
            given.append(own or self.module.seeded(1))
        finish(self.module.forward(w, a, *given))
        return a, da

    def predict(self, w: SimpleNamespace, x: Array) -> Array:
        """What is predicted for these samples."""
        prediction: Array = getattr(self.forward(w, x), self.prediction)
        return prediction

    def gradcheck(self, seed: int = 0) -> int:
        """The exit code of the script's own gradient check."""
        with contextlib.redirect_stdout(io.StringIO()):
            code: int = self.module.run_gradcheck(SimpleNamespace(seed=seed))
        return code

    @property
    def class_weight(self) -> dict[int, float] | None:
        """The weights of classes, if there are any; made up, where they are learnt."""
        assert self.model.training is not None
        weights = self.model.training.class_weight
        if weights == "balanced":
            return {label: 0.5 + label for label in range(self.model.output_shape[-1])}
        return {pair.key: pair.value for pair in weights} if weights else None  # type: ignore[misc]

    def weigh(self, y: Array) -> list[Array]:
        """The weights of labels, as the last argument of `measure`, if it has one."""
        if (weights := self.class_weight) is None:
            return []
        classes = max(2, self.model.output_shape[-1])
        of_class = np.array([weights.get(c, 1.0) for c in range(classes)])
        return [self.module.weigh(y, of_class)]

    def labels(self, rng: np.random.Generator, n: int) -> Array:
        """Random labels as the script's loss takes them."""
        assert self.model.training is not None
        loss, shape = self.model.training.loss.entry, self.model.output_shape
        assert isinstance(loss, LossEntry)
        ignored = self.model.training.loss.arguments.get("ignore_class")
        match loss.target:
            case "index" if ignored is not None:
                return rng.choice([ignored, *range(shape[-1])], size=(n, *shape[:-1]))
            case "index":
                return rng.integers(shape[-1], size=(n, *shape[:-1]))
            case "sequence":
                rows = rng.integers(shape[1], size=(n, (shape[0] + 1) // 2))
                return -np.sort(-rows)
            case "class":
                return np.resize([0, 3, 0, 3, 3], n)
            case "count":
                return rng.poisson(2.0, size=(n, *shape)).astype(float)
            case "indicator" | "sign":
                return rng.integers(2, size=(n, *shape)).astype(float)
            case "distribution":
                return rng.dirichlet(np.ones(shape[-1]), size=(n, *shape[:-1]))
        return rng.normal(size=(n, *shape))


@cache
def script(text: str) -> Script:
    """Compile a spec and import its script."""
    analysis = compiler.check(Source("model.nn", text))
    rendered = compiler.script(analysis)  # raises with every error of the spec
    assert analysis.model is not None
    program = plan(analysis.model, analysis.source, Origin())
    network = program.network
    return Script(
        model=analysis.model,
        text=rendered,
        module=load(rendered),
        input=network.input,
        prediction=network.outputs[0].prediction.removeprefix("a."),
        scored=network.metrics.p.removeprefix("a."),
        random=network.random,
        seeded=bool(network.seeds),
        weighed=program.data.samples.weighed,
        optimizer=program.optimizer,
    )


def load(text: str) -> ModuleType:
    """A script's text, imported as a module."""
    module = ModuleType("model")
    module.__file__ = "model.py"
    for part in re.split(r"\n\n\n(?=\S)", text):
        exec(_compiled(part), vars(module))
    return module


@cache
def _compiled(part: str) -> CodeType:
    """A function of a script, or what stands between two: most are in many scripts."""
    return compile(part, "model.py", "exec")


def finish(steps: Iterable[object] | None) -> None:
    """Take all steps of a pass, which has some if its shares join their means."""
    for _ in steps or ():
        pass


@dataclass
class Run:
    """A training of a script, one batch after the other, without its data section."""

    script: Script
    seed: int = 0
    w: SimpleNamespace = field(init=False)
    step: int = 0
    steps: int = 5

    def __post_init__(self) -> None:
        m, optimizer = self.script.module, self.script.optimizer
        self.parameters = np.zeros(m.PARAMETERS, m.DTYPE)
        self.gradients = np.zeros(
            self.script.model.network.trainable_parameters, m.DTYPE
        )
        shape = eval(optimizer.slots_shape, vars(m)) if optimizer.keeps else (0, 0)
        self.slots = np.zeros(shape, m.DTYPE)
        self.slot_names: tuple[str, ...] = m.SLOTS if optimizer.keeps else ()
        self.w, self.dw = m.views(self.parameters), m.views(self.gradients)
        m.initialize(self.w, np.random.default_rng(self.seed))
        self.begin()
        self.rng = np.random.default_rng(self.seed)
        self.own = m.seeded(1) if self.script.seeded else None

    def begin(self) -> None:
        """Let averages of the weights begin with the weights."""
        if average := self.script.optimizer.average:
            names = {"slots": self.slots, **vars(self.script.module)}
            eval(average, names)[:] = self.parameters[: self.gradients.size]

    def update(self, x: Array, y: Array) -> SimpleNamespace:
        """Train on one batch; its arrays as they were after the forward pass."""
        m = self.script.module
        getattr(m, "normalize_spectra", lambda _: None)(self.w)
        a, da = self.script.arrays(self.w, x, self.rng, self.own)
        weight = self.script.weigh(y)
        measured = m.measure(a, y, *weight).tolist()
        self.measured = dict(zip(m.METRICS, measured, strict=True))
        if hasattr(m, "scores"):
            self.measured |= m.scores(y, getattr(a, self.script.scored))
        kept = SimpleNamespace(**{name: copy(value) for name, value in vars(a).items()})
        finish(m.backward(self.w, self.dw, a, da, y, *weight))
        self.apply()
        return kept

    def apply(self) -> None:
        """One update of the weights by the gradients."""
        m, optimizer = self.script.module, self.script.optimizer
        names = {"state": self, **vars(m)}
        rate = eval(optimizer.rate, names)
        self.step += 1
        step = [self.step] if optimizer.steps else []
        update = getattr(m, optimizer.template)
        trained = self.parameters[: self.gradients.size]
        slots = [self.slots] if optimizer.keeps else []
        update(trained, self.gradients, *slots, rate, *step)
        getattr(self.script.module, "constrain", lambda _: None)(self.w)

    def weights(self) -> dict[str, Array]:
        """The weights by their names."""
        return self.named(self.parameters)

    def named(self, flat: Array) -> dict[str, Array]:
        """The parts of an array like the parameters, by the names of the weights."""
        views = vars(self.script.module.views(flat)).values()
        return dict(zip(self.script.module.SHAPES, views, strict=False))

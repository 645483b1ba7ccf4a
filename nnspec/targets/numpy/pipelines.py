"""The transforms of arrays of several inputs: a pipeline for each."""

from __future__ import annotations

from typing import cast

from nnspec import ir
from nnspec.diagnostics import NOWHERE
from nnspec.record import Record, replace
from nnspec.table.data_entry import SourceEntry, TransformEntry, reshapes
from nnspec.table.entry import Use
from nnspec.targets.numpy.samples import stays
from nnspec.targets.numpy.transforms import Step, plan_learnt, plan_steps
from nnspec.targets.quote import Code, literal


class Pipeline(Record):
    """What is done to the arrays of an input: functions that prepare it, and learn.

    Inputs of equal transforms share one; the names of its functions end in a `suffix`.
    It `fills` in what is missing, or there is nothing missing.
    Of what `data.j2` asks of a data section, the rest is not for one of several inputs.
    """

    suffix: Code
    uses: tuple[Use, ...]
    ids: bool
    bare: bool
    #: The shape of samples, where a transform gives it to them.
    shape: Code | None
    #: Whether rows may be left on disk in an order of their own.
    mapped: bool
    steps: tuple[Step, ...]
    keys: tuple[str, ...]
    fills: bool
    prepared: Code
    samples: None = None
    own_labels: None = None
    table: None = None
    words: tuple[()] = ()
    check_shape: bool = False
    expands: bool = False
    names: None = None

    @property
    def learning(self) -> tuple[Step, ...]:
        """The steps that learn something."""
        return tuple(step for step in self.steps if step.learns)

    @property
    def in_turn(self) -> bool:
        """Whether they learn from what those before them make."""
        return any(step.key for step in self.steps)

    def keys_of(self, name: str) -> list[str]:
        """The arrays that it learns of an input, as files call them."""
        return [key.replace("data/", f"data/{name}/", 1) for key in self.keys]


def plan_pipelines(model: ir.Model, *, bare: bool = False) -> dict[str, Pipeline]:
    """The pipelines of arrays by input, as far as there is anything to do."""
    network, data = model.network, model.data
    several = data and len(network.inputs) > 1
    if not (data and several) or cast(SourceEntry, data.source.entry).table:
        return {}
    found: dict[str, Pipeline] = {}
    mapped = stays(model)
    for call in network.inputs:
        ids = call.name in network.ids
        if uses := _uses_of(data, call, ids=ids):
            shape = literal(call.output_shape) if any(map(reshapes, uses)) else None
            key = (uses, ids, shape)
            alike = (p for p in found.values() if (p.uses, p.ids, p.shape) == key)
            found[call.name] = next(alike, None) or _pipeline(
                call.name, uses, shape, ids=ids, bare=bare, mapped=mapped
            )
    if all(pipeline == found[name] for name in found for pipeline in found.values()):
        return {n: replace(p, suffix=Code("_input")) for n, p in found.items()}
    return found


def _pipeline(
    name: str,
    uses: tuple[Use, ...],
    shape: Code | None,
    *,
    ids: bool,
    bare: bool,
    mapped: bool,
) -> Pipeline:
    """A pipeline that is named for the first of its inputs."""
    return Pipeline(
        suffix=Code(f"_{name}"),
        uses=uses,
        ids=ids,
        bare=bare,
        shape=shape,
        mapped=mapped,
        steps=plan_steps(uses, table=False, shape=shape),
        keys=tuple(key for learnt in plan_learnt(uses) for key in learnt.keys),
        fills=any(cast(TransformEntry, u.entry).fills(u.arguments) for u in uses),
        prepared=Code(f"np.ascontiguousarray(x, {'np.intp' if ids else 'DTYPE'})"),
    )


def _uses_of(data: ir.Data, call: ir.Call, *, ids: bool) -> tuple[Use, ...]:
    """The transforms of an input that do not wait for a batch.

    They are as if it were the only one, wherever they stand.
    """
    return tuple(
        replace(use, arguments={**use.arguments, "of": None}, spans={}, span=NOWHERE)
        if "of" in use.arguments
        else use
        for use in data.of_input(call, ids=ids)
        if not cast(TransformEntry, use.entry).by_batch
    )

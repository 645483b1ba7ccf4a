"""A difference, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from nnspec.difference.changes import Change, Difference, Fit
from nnspec.difference.layers import Layers
from nnspec.targets.numpy.identity import canonical

_MOST = 8  # weights that are named; of more, how many there are


def text(found: Difference) -> str:
    """What differs, a part after another; one line where nothing does."""
    parts = [
        ("layers", list(_layers(found.layers))),
        ("outputs", list(_changes(found.outputs))),
        ("data", list(_changes(found.data))),
        ("training", list(_changes(found.settings))),
    ]
    lines = list[str]()
    for title, told in parts:
        if told:
            lines += [f"{title}:", *told, ""]
    if found.is_none:
        lines += ["both specs mean the same", ""]
    else:
        lines += ["costs:", *_costs(found), ""]
    return "\n".join([*lines, *_fit(found.fit)]) + "\n"


def _layers(layers: Iterable[Layers]) -> Iterator[str]:
    for pair in layers:
        if pair.old is None and pair.new is not None:
            yield f"  + {pair.name}: {canonical(pair.new.use)}"
        elif pair.new is None and pair.old is not None:
            yield f"  - {pair.name}: {canonical(pair.old.use)}"
        else:
            told = (f"{k} {old} -> {new}" for k, (old, new) in pair.changes.items())
            yield f"  ~ {pair.name}: {'; '.join(told)}"


def _changes(changes: Iterable[Change]) -> Iterator[str]:
    for change in changes:
        if not change.old:
            yield f"  + {change.name}: {change.new}"
        elif not change.new:
            yield f"  - {change.name}: {change.old}"
        else:
            yield f"  ~ {change.name}: {change.old} -> {change.new}"


def _costs(found: Difference) -> Iterator[str]:
    width = max(map(len, found.costs))
    for name, (old, new) in found.costs.items():
        words = f"{old:,}" if old == new else f"{old:,} -> {new:,}"
        if old and old != new:
            words += f" ({(new - old) / old:+.1%})"
        yield f"  {name:{width}}  {words}"


def _fit(fit: Fit) -> Iterator[str]:
    if fit.load == "all":
        yield "weights of the old one load into the new one"
        return
    if fit.load == "none":
        yield "weights of the old one do not load into the new one: no layer fits"
    else:
        layers = f"{fit.fitting} layer{'s' * (fit.fitting > 1)}"
        yield "weights of the old one do not load into the new one as a whole;"
        yield f"`--initial-weights FILE --partial` takes those of {layers}"
    for change in fit.shapes[:_MOST]:
        yield f"  {change.name}: {change.old} -> {change.new}"
    yield from _named("the new one alone has", fit.missing)
    yield from _named("the old one alone has", fit.unused)


def _named(words: str, names: tuple[str, ...]) -> Iterator[str]:
    if names:
        more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
        yield f"  {words} {', '.join(names[:_MOST])}{more}"


def as_json(found: Difference) -> dict[str, Any]:
    """The difference as plain data."""
    layers = found.layers
    return {
        "same": found.is_none,
        "layers": {
            "added": [pair.name for pair in layers if pair.old is None],
            "removed": [pair.name for pair in layers if pair.new is None],
            "changed": [
                {
                    "name": pair.name,
                    "changes": {k: [*both] for k, both in pair.changes.items()},
                }
                for pair in layers
                if pair.old and pair.new
            ],
        },
        "outputs": _plain(found.outputs),
        "data": _plain(found.data),
        "training": _plain(found.settings),
        "costs": {
            name.replace(" in ", "_").replace(" ", "_").lower(): [*both]
            for name, both in found.costs.items()
        },
        "weights": {
            "load": found.fit.load,
            "fitting": found.fit.fitting,
            "shapes": _plain(found.fit.shapes),
            "missing": [*found.fit.missing],
            "unused": [*found.fit.unused],
        },
    }


def _plain(changes: Iterable[Change]) -> list[dict[str, str | None]]:
    return [
        {"name": c.name, "old": c.old or None, "new": c.new or None} for c in changes
    ]

"""Data of maps and lists, such as JSON holds, as the text of a spec."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nnspec.diagnostics import exactly
from nnspec.table import PLANNED, TABLE
from nnspec.values import Symbol, spelled

_SECTIONS = {
    "data": ("data", "dataset", "input_data"),
    "network": ("network", "model", "layers", "architecture", "net"),
    "training": ("training", "train", "trainer", "fit", "compile", "hyperparameters"),
}
#: Keys that say what a map is.
_KINDS = ("type", "source", "class_name", "layer", "kind", "name", "format")
#: Keys whose strings are no names of the language, whatever they say.
_TEXTS = ("path", "target", "features", "file", "test", "columns", "folder")
_OPERATIONS = tuple(c for c in TABLE if c not in ("source", "transform", "layer"))


def spec_of(data: Any) -> str | None:
    """The spec that data stands for, None where it has no network."""
    if isinstance(data, list):
        data = {"network": data}
    if not isinstance(data, dict):
        return None
    heads: list[str] = []
    bodies: dict[str, list[str]] = {section: [] for section in _SECTIONS}
    for key, value in data.items():
        section = _section(str(key))
        if section == "network" and isinstance(value, str | int):
            heads.append(f"model {_name(str(value))}")
        elif section is not None:
            bodies[section] += _statements(section, value)
        elif key == "name" and isinstance(value, str):
            heads.append(f"model {_name(value)}")
        elif isinstance(value, int | float) and str(key) not in _settings():
            heads.append(f"let {_name(str(key))} = {spelled(value)}")
        else:
            bodies["training"] += _settings_of({key: value})
    if not bodies["network"]:
        return None
    parts = ["\n".join(heads)] if heads else []
    for section, lines in bodies.items():
        inside = "".join(f"  {line}\n" for line in lines)
        parts += [f"{section} {{\n{inside}}}"] if lines else []
    return "\n\n".join(parts)


def _settings() -> set[str]:
    from nnspec.table.settings import TRAINING  # noqa: PLC0415 -- it is needed once

    return {argument.name for argument in TRAINING.arguments} | {"lr", "learning_rate"}


def _section(key: str) -> str | None:
    found = (s for s, words in _SECTIONS.items() if key.lower() in words)
    return next(found, None)


def _name(text: str) -> str:
    name = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_") or "net"
    return f"_{name}" if name[0].isdigit() else name


def _statements(section: str, value: Any) -> Iterator[str]:
    if isinstance(value, dict) and _section(str(next(iter(value), ""))) == section:
        for inner in value.values():  # `model: {layers: [...]}`
            yield from _statements(section, inner)
    elif section == "training":
        yield from _settings_of(value if isinstance(value, dict) else {})
    elif section == "data" and isinstance(value, dict):
        yield from _data(value)
    else:
        yield from _calls(value)


def _calls(value: Any) -> Iterator[str]:
    """Layers, or other calls, one after the other."""
    if isinstance(value, list):
        for item in value:
            yield from _calls(item)
    elif isinstance(value, dict) and _kind(value):
        kind = _kind(value)
        rest = {key: part for key, part in value.items() if key != kind}
        yield _call(str(value[kind]), rest)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield _call(str(key), part)
    elif isinstance(value, str):
        yield value


def _kind(value: Mapping[Any, Any]) -> str | None:
    """The key of a map that says what it is, where its value is a name."""
    found = (k for k in _KINDS if isinstance(value.get(k), str) and value[k].strip())
    return next(found, None)


def _call(name: str, arguments: Any) -> str:
    inner = isinstance(arguments, dict) and arguments.keys() == {"config"}
    arguments = arguments["config"] if inner else arguments
    if arguments in (None, [], {}):
        return name
    match arguments:
        case dict():
            words = [
                f"{key}={_value(part, str(key))}" for key, part in arguments.items()
            ]
        case list():
            words = [_value(part, name) for part in arguments]
        case _:
            words = [_value(arguments, "path" if name in TABLE["source"] else name)]
    return f"{name}({', '.join(words)})"


def _data(value: Mapping[Any, Any]) -> Iterator[str]:
    """A source with its arguments, then what are transforms."""
    kind = _kind(value)
    transforms = (*TABLE["transform"], *PLANNED["transform"])
    rest = {k: v for k, v in value.items() if k != kind}
    if kind is not None:
        own = {k: v for k, v in rest.items() if k not in transforms}
        name = str(value[kind])
        yield _call(name, own)
        rest = {k: v for k, v in rest.items() if k in transforms}
    yield from _calls([{key: part} for key, part in rest.items()])


def _settings_of(values: Mapping[Any, Any]) -> Iterator[str]:
    for key, value in values.items():
        yield f"{key} = {_value(value, str(key))}"


def _value(value: Any, key: str) -> str:
    match value:
        case list():
            return f"[{', '.join(_value(item, key) for item in value)}]"
        case dict():
            return ", ".join(_calls(value)) or "none"
        case str():
            return _text(value, key)
    return spelled(value) if isinstance(value, int | float | None) else "none"


def _text(text: str, key: str) -> str:
    """A name of the language without quotes, any other text in them."""
    names: Iterable[str] = (n for c in _OPERATIONS for n in TABLE[c])
    if key not in _TEXTS and exactly(text, names):
        return spelled(Symbol(text))
    return spelled(text)

"""The part of YAML in which people write down networks: maps and lists by indentation.

Scalars, and lists and maps in brackets on one line, are read as well. Anything else,
such as anchors or texts of several lines, makes the file none that can be read.
"""

from __future__ import annotations

import re
from typing import Any

from nnspec.record import Record

_KEY = re.compile(r"""(?:"([^"]*)"|'([^']*)'|([A-Za-z_][\w .-]*?))\s*:(?:\s+(.*))?$""")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")
_WORDS = {"true": True, "false": False, "yes": True, "no": False, "null": None}
_DEEPEST = 20


class _Line(Record):
    indent: int
    text: str


class _Unreadable(Exception):
    """YAML that is beyond this reader."""


def is_yaml(text: str) -> bool:
    """Whether every line is one of a map or of a list, and two are of the outer map."""
    lines = _lines(text)
    fits = all(_KEY.match(_item(line.text)) or line.text[:2] == "- " for line in lines)
    fits &= not any("=" in line.text for line in lines)  # that is of specs
    outer = [line for line in lines if line.indent == 0 and _KEY.match(line.text)]
    return bool(lines) and fits and len(outer) >= 2


def read_yaml(text: str) -> Any:
    """The data of a text, None where it cannot be read."""
    try:
        value, rest = _block(_lines(text), 0)
    except (_Unreadable, RecursionError):
        return None
    return None if rest else value


def _lines(text: str) -> list[_Line]:
    found = []
    for raw in text.splitlines():
        line = re.sub(r"(^|\s)#.*", "", raw).rstrip()
        if line.strip() and line != "---":
            indent = len(line) - len(line.lstrip(" "))
            found.append(_Line(indent, line.strip()))
    return found


def _item(text: str) -> str:
    """What stands behind the dashes of a list."""
    while text.startswith("- "):
        text = text[2:].lstrip()
    return text


def _block(lines: list[_Line], depth: int) -> tuple[Any, list[_Line]]:
    """The value that the first lines make, and the lines behind it."""
    if depth > _DEEPEST or not lines:
        raise _Unreadable
    first = lines[0]
    is_list = first.text.startswith("-")
    items: list[Any] = []
    pairs: dict[str, Any] = {}
    while lines and lines[0].indent == first.indent:
        line = lines[0]
        if is_list != line.text.startswith("-"):
            break
        if is_list:
            value, lines = _of_list(line, lines[1:], depth)
            items.append(value)
        else:
            key, value, lines = _of_map(line, lines[1:], depth)
            pairs[key] = value
    if lines and lines[0].indent > first.indent:
        raise _Unreadable
    return (items if is_list else pairs), lines


def _of_list(line: _Line, rest: list[_Line], depth: int) -> tuple[Any, list[_Line]]:
    inside = line.text[1:].lstrip()
    indent = line.indent + len(line.text) - len(inside)
    if inside and not _KEY.match(inside) and not inside.startswith("- "):
        return _scalar(inside), rest
    head = [_Line(indent, inside)] if inside else []
    value, left = _block([*head, *rest], depth + 1)
    return value, left


def _of_map(line: _Line, rest: list[_Line], depth: int) -> tuple[str, Any, list[_Line]]:
    match = _KEY.match(line.text)
    if match is None:
        raise _Unreadable
    key = next(part for part in match.groups()[:3] if part is not None)
    if match[4]:
        return key, _scalar(match[4]), rest
    deeper = rest and (
        rest[0].indent > line.indent
        or (rest[0].indent == line.indent and rest[0].text.startswith("-"))
    )
    if not deeper:
        return key, None, rest
    value, left = _block(rest, depth + 1)
    return key, value, left


def _scalar(text: str) -> Any:
    if text[:1] in "&*|>!":
        raise _Unreadable
    if text[0] == text[-1] and text[0] in "\"'" and len(text) > 1:
        return text[1:-1]
    if text[0] == "[" and text[-1] == "]":
        return [_scalar(part) for part in _parts(text[1:-1])]
    if text[0] == "{" and text[-1] == "}":
        pairs = (part.partition(":") for part in _parts(text[1:-1]))
        return {key.strip("\"' "): _scalar(value.strip()) for key, _, value in pairs}
    if _NUMBER.fullmatch(text):
        return int(text) if re.fullmatch(r"[+-]?\d+", text) else float(text)
    return _WORDS.get(text.lower(), text)


def _parts(text: str) -> list[str]:
    """What stands between the commas that are in no bracket."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "[{(") - (character in "]})")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]

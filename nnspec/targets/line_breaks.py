"""Breaks rendered lines that are too long, as `ruff format` breaks them."""

from __future__ import annotations

import re
import textwrap
from itertools import pairwise

WIDTH = 88
_CLOSER = {"(": ")", "[": "]", "{": "}"}


def fit(line: str) -> list[str]:
    """The lines that a line of code becomes; one that fits stays as it is.

    A trailing comment moves to a line before. The last bracket that is open at the top
    level is taken apart: what it holds on a line of its own, or each item on one. A
    value that does not end in one, begins it too late or is of several operands, gets
    parentheses instead.
    """
    if len(line) <= WIDTH:
        return [line]
    indent = line[: len(line) - len(line.lstrip())]
    if line.startswith(f"{indent}# "):
        return textwrap.wrap(line, WIDTH, subsequent_indent=f"{indent}# ")
    code, comment = _split_comment(line)
    if comment:
        return [*fit(f"{indent}{comment}"), *fit(code)]
    place = _last_bracket(code)
    whole_value = (
        place is not None and code[place[1] + 1 :][:1] in ("", "[") and place[0] < WIDTH
    )
    if place is None or (
        _ASSIGNMENT.match(code) and not (whole_value and _operators(code) < 2)
    ):
        return _in_parentheses(code, indent)
    opened, closed = place
    head, inside, tail = code[: opened + 1], code[opened + 1 : closed], code[closed:]
    items = _items(inside)
    if not items:
        return [code]
    whole = f"{indent}    {', '.join(items)}"
    is_call = opened > 0 and (code[opened - 1].isalnum() or code[opened - 1] in "_)]")
    groups = _only_groups(code, opened, closed)
    if groups or (
        is_call and len(whole) <= WIDTH and not inside.rstrip().endswith(",")
    ):
        return [head, whole, f"{indent}{tail}"]
    if _COMPREHENSION.search(inside):
        return [code]
    lines = [part for item in items for part in fit(f"{indent}    {item},")]
    return [head, *lines, f"{indent}{tail}"]


_COMPREHENSION = re.compile(r" for \w+(, \w+)* in ")
#: `name = `, or an augmented assignment; the rest of the line is a value.
_ASSIGNMENT = re.compile(r"\s*[\w.]+(\[[^\[\]]*\])? [-+*/|]?= ")
#: Signs of operators, those that bind least first.
_SIGNS = ("<>", "|", "+-", "*/@")


def _operators(assignment: str) -> int:
    """How many operators stand in a value that bind as little as any of them."""
    value = _ASSIGNMENT.sub("", assignment, count=1)
    counts = (len(_operands(value, signs)) - 1 for signs in _SIGNS)
    return next(filter(None, counts), 0)


def _in_parentheses(code: str, indent: str) -> list[str]:
    """An assignment whose value no bracket ends: parentheses around the value."""
    head = _ASSIGNMENT.match(code)
    if head is None:
        return [code]
    value, room = code[head.end() :], WIDTH - len(indent) - 4
    lines = [value]
    for signs in _SIGNS:
        if any(len(line) > room for line in lines):
            lines = [part for line in lines for part in _operands(line, signs)]
    if len(lines) == 1 and len(value) > room:
        return [code]  # a long string is as long between parentheses
    inner = [part for line in lines for part in fit(f"{indent}    {line}")]
    return [f"{head.group()}(", *inner, f"{indent})"]


def _operands(value: str, signs: str) -> list[str]:
    """A value broken before each of these operators."""
    places = [
        place
        for place, character, depth in _outside_strings(value)
        if character in signs and depth == 0 and place and value[place - 1] == " "
    ]
    parts = [value[a:b] for a, b in pairwise([0, *places, len(value)])]
    return [part.strip() for part in parts]


def _split_comment(line: str) -> tuple[str, str]:
    """Code and its trailing comment."""
    for place, character, _ in _outside_strings(line):
        if character == "#":
            return line[:place].rstrip(), line[place:]
    return line, ""


def _outside_strings(text: str) -> list[tuple[int, str, int]]:
    """The characters outside of strings, each with its place and bracket depth."""
    found: list[tuple[int, str, int]] = []
    depth, place = 0, 0
    while place < len(text):
        character = text[place]
        if character in "\"'":
            place += 1
            while place < len(text) and text[place] != character:
                place += 2 if text[place] == "\\" else 1
        else:
            depth -= character in ")]}"
            found.append((place, character, depth))
            depth += character in "([{"
        place += 1
    return found


def _last_bracket(code: str) -> tuple[int, int] | None:
    """The places of the last top-level bracket that holds anything, and its end."""
    top = [(p, c) for p, c, depth in _outside_strings(code) if depth == 0]
    pairs = [
        (start, end)
        for (start, opener), (end, closer) in pairwise(top)
        if opener in _CLOSER
        and closer == _CLOSER[opener]
        and end > start + 1
        and (end == len(code) - 1 or not _only_groups(code, start, end))
    ]
    if len(pairs) > 1 and code[pairs[-1][0]] == "[" and code[pairs[-1][0] - 1] == ")":
        return pairs[-2]  # of what a call gives, the call is taken apart
    return pairs[-1] if pairs else None


def _only_groups(code: str, start: int, end: int) -> bool:
    """Whether parentheses hold one operand, rather than arguments or a tuple."""
    plain = code[start] == "(" and (start == 0 or code[start - 1] in " ([{-")
    return plain and len(_items(code[start + 1 : end])) == 1


def _items(inside: str) -> list[str]:
    """What stands between the commas at the top level."""
    commas = [p for p, c, depth in _outside_strings(inside) if c == "," and depth == 0]
    starts = [0, *(place + 1 for place in commas)]
    ends = [*commas, len(inside)]
    items = [inside[a:b].strip() for a, b in zip(starts, ends, strict=True)]
    return [item for item in items if item]

"""Facts of one long text: how long its parts are, and which characters they have."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from nnspec.facts import Cells, Request, Text
from nnspec.facts.runtime import runtime


def read_text(request: Request, files: Mapping[str, Path]) -> Text:
    """What a text tells, cut as scripts cut it.

    Raises the error of scripts for a file that is none.
    """
    path = files["train"]
    text: str = runtime("read_text")(path)
    parts: dict[str, tuple[str, ...]] = {"train": (text,)}
    if request.validation or request.test:
        runtime("split_off")(parts, request.validation, request.test)
    known = {*parts["train"][0]}
    return Text(
        path=str(path),
        characters=len(known),
        parts=tuple((part, len(own)) for part, (own,) in parts.items()),
        unseen=_unseen(text, parts["train"][0], known),
    )


def _unseen(text: str, train: str, known: set[str]) -> Cells | None:
    """Characters behind the training part that it does not have."""
    others = [i for i in range(len(train), len(text)) if text[i] not in known]
    if not others:
        return None
    first = others[0]
    line = text.count("\n", 0, first) + 1
    return Cells(count=len(others), place=f"line {line}", text=text[first])

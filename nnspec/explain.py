"""The pages of `nnspec explain`, a file of Markdown for each code of a finding.

A page says what the code means, and shows a spec that has it and one that has not.
"""

from __future__ import annotations

import re
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "explained"
_INTRODUCTION = """\
# Errors and warnings

What `nnspec check` finds has a code, which stands in brackets behind `error` or
`warning`. Here is what each means, with a spec that has it and one that has not;
`nnspec explain CODE` shows the same in the terminal. An error keeps a spec from being
compiled. A warning is about a spec that runs, but will hardly do what its author means.
"""
_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```$\n?", re.MULTILINE | re.DOTALL)


def codes() -> list[str]:
    """Every code that has a page, in the order of the alphabet."""
    return sorted(path.stem for path in _FOLDER.glob("*.md"))


def page(code: str) -> str | None:
    """The page of a code as Markdown, None if there is none."""
    known = code in codes()
    return (_FOLDER / f"{code}.md").read_text(encoding="utf-8") if known else None


def plain(text: str) -> str:
    """A page as a terminal shows it, its specs indented."""
    indented = _FENCE.sub(lambda block: _indented(block[1]), text)
    return indented.removeprefix("# ")


def _indented(block: str) -> str:
    return "".join(f"    {line}".rstrip() + "\n" for line in block.splitlines())


def markdown() -> str:
    """All pages as one."""
    pages = (f"#{page(code)}" for code in codes())
    return "\n".join([_INTRODUCTION, *pages])

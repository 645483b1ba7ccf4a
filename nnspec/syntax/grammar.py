"""The parser that Lark makes of grammar/nnspec.lark.

To make it takes longer than to check a spec, so its tables are committed beside the
grammar; `PYTHONHASHSEED=0 python -m nnspec.syntax.grammar` renews them. They are used
if they are of this very grammar and Lark; if not, the parser is made on the spot.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import lark
from lark.grammar import Rule
from lark.lexer import TerminalDef

from nnspec.resources import folder
from nnspec.syntax.builder import TreeBuilder


@cache
def parser() -> lark.Lark:
    """The parser; what it gives are the nodes that `TreeBuilder` makes."""
    text, tables = _grammar_file().read_text(encoding="utf-8"), _read_tables()
    if not _are_of(tables, text):
        return _make(text)
    tables["data"]["options"]["transformer"] = TreeBuilder()
    return lark.Lark.load(tables)


def write_tables() -> None:
    """Write the tables of the grammar as it is now.

    Those that are of it already stay: Lark numbers the states in another order each
    time.
    """
    text = _grammar_file().read_text(encoding="utf-8")
    if _tables_file().exists() and _are_of(_read_tables(), text):
        return
    data, memo = _make(text).memo_serialize([TerminalDef, Rule])
    data["options"]["transformer"] = None
    tables = {"lark": lark.__version__, "grammar": text, "data": data, "memo": memo}
    _tables_file().write_text(json.dumps(tables) + "\n", encoding="utf-8")


def _are_of(tables: dict[str, Any], text: str) -> bool:
    return (tables["lark"], tables["grammar"]) == (lark.__version__, text)


def _make(text: str) -> lark.Lark:
    return lark.Lark(
        text,
        parser="lalr",
        lexer="basic",
        start="spec",
        keep_all_tokens=True,
        transformer=TreeBuilder(),
    )


def _read_tables() -> dict[str, Any]:
    def integer_keys(pairs: dict[str, Any]) -> dict[Any, Any]:
        """Lark's keys are integers in part; those of JSON are strings."""
        return {int(k) if k.isdecimal() else k: value for k, value in pairs.items()}

    text = _tables_file().read_text(encoding="utf-8")
    tables: dict[str, Any] = json.loads(text, object_hook=integer_keys)
    return tables


def _grammar_file() -> Path:
    return folder("grammar") / "nnspec.lark"


def _tables_file() -> Path:
    return folder("grammar") / "nnspec.json"


if __name__ == "__main__":
    write_tables()

"""A diagram as text: for Mermaid, and in Graphviz's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from nnspec.drawing.diagram import Box, Diagram, Node
from nnspec.drawing.placed import texts_of

_INDENT = "  "


def mermaid(diagram: Diagram) -> str:
    """A flowchart of Mermaid."""
    ids = _numbered(diagram.whole)
    lines = ["---", f"title: {_mermaid(diagram.model)}", "---", "flowchart TD"]
    lines += _mermaid_box(diagram.whole, ids, _INDENT)
    for source, target, shape in _values(diagram.whole):
        lines.append(f'{_INDENT}{ids[source]} -- "{shape}" --> {ids[target]}')
    return "\n".join(lines) + "\n"


def _mermaid_box(box: Box, ids: Mapping[str, str], indent: str) -> Iterator[str]:
    for name, part in box.parts.items():
        if isinstance(part, Box):
            yield f'{indent}subgraph {ids[name]} ["{_mermaid(part.title)}"]'
            yield from _mermaid_box(part, ids, indent + _INDENT)
            yield f"{indent}end"
        else:
            opening, closing = ("([", "])") if part.kind == "input" else ("[", "]")
            text = "<br/>".join(map(_mermaid, texts_of(part)))
            yield f'{indent}{ids[name]}{opening}"{text}"{closing}'


def _mermaid(text: str) -> str:
    """A text in quotes, in which entities stand for what means something else."""
    plain = (c if c.isalnum() or c in " _-.,()=/…" else f"#{ord(c)};" for c in text)
    return "".join(plain)


def dot(diagram: Diagram) -> str:
    """A graph in Graphviz's language."""
    ids = _numbered(diagram.whole)
    lines = [
        f"digraph {_quoted(diagram.model)} {{",
        f"{_INDENT}node [shape=box, style=rounded, fontname=sans]",
        f"{_INDENT}edge [fontname=sans, fontsize=10]",
        *_dot_box(diagram.whole, ids, _INDENT),
    ]
    for source, target, shape in _values(diagram.whole):
        lines.append(
            f"{_INDENT}{ids[source]} -> {ids[target]} [label={_quoted(shape)}]"
        )
    return "\n".join([*lines, "}"]) + "\n"


def _dot_box(box: Box, ids: Mapping[str, str], indent: str) -> Iterator[str]:
    for name, part in box.parts.items():
        if isinstance(part, Box):
            yield f"{indent}subgraph cluster_{ids[name]} {{"
            yield f"{indent}{_INDENT}label={_quoted(part.title)}"
            yield from _dot_box(part, ids, indent + _INDENT)
            yield f"{indent}}}"
        else:
            width = ", penwidth=2" * part.is_output
            text = _quoted("\n".join(texts_of(part)))
            yield f"{indent}{ids[name]} [label={text}{width}]"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{"".join(c if c.isprintable() else "?" for c in escaped)}"'


def _numbered(box: Box) -> dict[str, str]:
    """A short name for each node and box."""
    return {name: f"n{n}" for n, name in enumerate(_names(box))}


def _names(box: Box) -> Iterator[str]:
    for name, part in box.parts.items():
        yield name
        if isinstance(part, Box):
            yield from _names(part)


def _values(
    box: Box, given: str = "", shape: str = ""
) -> Iterator[tuple[str, str, str]]:
    """The node that makes each value, the one that takes it, and its shape."""
    for source, target in box.edges:
        maker, made = ((source and _maker(box, source)) or given), shape
        if source:
            made = box.parts[source].shape
        part = box.parts[target]
        if isinstance(part, Node):
            yield maker, target, made
    for name, part in box.parts.items():
        if isinstance(part, Box):
            sources = [a for a, b in box.edges if b == name]
            source = sources[0] if sources else ""
            maker = _maker(box, source) if source else given
            made = box.parts[source].shape if source else shape
            yield from _values(part, maker, made)


def _maker(box: Box, name: str) -> str:
    """The node whose value a part has."""
    part = box.parts[name]
    while isinstance(part, Box):
        name = part.last
        part = part.parts[name]
    return name

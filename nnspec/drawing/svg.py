"""A diagram as SVG, for light and dark pages, and for readers of screens."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape as _escape

from nnspec.drawing.diagram import Diagram
from nnspec.drawing.placed import Line, PlacedBox, PlacedNode, placed, texts_of
from nnspec.drawing.widths import width_of

_MARGIN = 24.0
_TITLE = 34.0

#: What each class looks like on a light page, and on a dark one.
_LIGHT = {
    "page": "fill: #ffffff",
    "box": "fill: #64748b; fill-opacity: 0.07; stroke: #94a3b8",
    "line": "stroke: #64748b",
    "tip": "fill: #64748b",
    "input": "fill: #ecfdf5; stroke: #10b981",
    "weights": "fill: #eff6ff; stroke: #3b82f6",
    "merge": "fill: #fff7ed; stroke: #f59e0b",
    "activation": "fill: #faf5ff; stroke: #a855f7",
    "plain": "fill: #f8fafc; stroke: #94a3b8",
    "name": "fill: #0f172a",
    "more": "fill: #475569",
    "shape": "fill: #334155",
    "pill": "fill: #ffffff",
}
_DARK = {
    "page": "fill: #0f172a",
    "box": "fill: #94a3b8; fill-opacity: 0.08; stroke: #475569",
    "line": "stroke: #94a3b8",
    "tip": "fill: #94a3b8",
    "input": "fill: #052e2b; stroke: #34d399",
    "weights": "fill: #172554; stroke: #60a5fa",
    "merge": "fill: #3b2006; stroke: #fbbf24",
    "activation": "fill: #2e1065; stroke: #c084fc",
    "plain": "fill: #1e293b; stroke: #64748b",
    "name": "fill: #f1f5f9",
    "more": "fill: #cbd5e1",
    "shape": "fill: #cbd5e1",
    "pill": "fill: #0f172a",
}
_FORMS = """text { font: 11px system-ui, "Segoe UI", Helvetica, Arial, sans-serif }
text { text-anchor: middle }
.name { font-size: 13px; font-weight: 600 }
.title { font-size: 15px }
.head { font-size: 12px; font-weight: 600; text-anchor: start }
.label { font-weight: 400 }
.shape { font-size: 10.5px }
.line { fill: none; stroke-width: 1.3 }
.node { stroke-width: 1.3 }
.output { stroke-width: 2.6 }
.shared { stroke-dasharray: 5 3 }"""


def svg(diagram: Diagram) -> str:
    """The picture as an SVG document."""
    whole = placed(diagram.whole)
    wide = max(whole.width, width_of(diagram.model, 16.0), 160.0)
    width, height = wide + 2 * _MARGIN, whole.height + 2 * _MARGIN + _TITLE
    left = _MARGIN + (wide - whole.width) / 2
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" '
            f'height="{_n(height)}" viewBox="0 0 {_n(width)} {_n(height)}" role="img" '
            'aria-labelledby="title words">',
            f'<title id="title">The network {escape(diagram.model)}</title>',
            f'<desc id="words">{escape(diagram.words)}</desc>',
            f"<style>\n{_style()}\n</style>",
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" '
            'markerWidth="7" markerHeight="7" orient="auto">'
            '<path class="tip" d="M0,0.5 L8,4 L0,7.5 z"/></marker></defs>',
            f'<rect class="page" width="{_n(width)}" height="{_n(height)}"/>',
            _text("name title", width / 2, _MARGIN + 11.0, diagram.model),
            f'<g transform="translate({_n(left)} {_n(_MARGIN + _TITLE)})">',
            *_inside(whole),
            "</g>",
            "</svg>",
            "",
        )
    )


def _style() -> str:
    light = "\n".join(f".{name} {{ {rules} }}" for name, rules in _LIGHT.items())
    dark = "\n".join(f"  .{name} {{ {rules} }}" for name, rules in _DARK.items())
    query = "@media (prefers-color-scheme: dark)"
    return f"{_FORMS}\n{light}\n{query} {{\n{dark}\n}}"


def _inside(box: PlacedBox) -> Iterator[str]:
    """Boxes first, then lines, then nodes, and shapes above all."""
    for inner in box.boxes:
        yield from _box(inner)
    yield from map(_line, box.lines)
    for node in box.nodes:
        yield from _node(node)
    for x, y, text in box.shapes:
        wide = width_of(text, 10.5) + 8.0
        yield (
            f'<rect class="pill" x="{_n(x - wide / 2)}" y="{_n(y - 8.0)}" '
            f'width="{_n(wide)}" height="14" rx="7" fill-opacity="0.92"/>'
        )
        yield _text("shape", x, y + 2.8, text)


def _box(box: PlacedBox) -> Iterator[str]:
    name = escape(box.box.name)
    shared = " shared" if box.box.shared else ""
    yield f'<g role="group" aria-label="{name}">'
    yield (
        f'<rect class="box{shared}" x="{_n(box.x)}" y="{_n(box.y)}" '
        f'width="{_n(box.width)}" height="{_n(box.height)}" rx="10"/>'
    )
    yield _text("more head", box.x + 12.0, box.y + 17.0, box.box.title)
    yield from _inside(box)
    yield "</g>"


def _node(at: PlacedNode) -> Iterator[str]:
    node, middle = at.node, at.x + at.width / 2
    told = (node.title, node.arguments, node.parameters, f"output {node.shape}")
    words = escape(f"{node.name}: {', '.join(filter(None, told))}")
    output = " output" if node.is_output else ""
    yield f"<g><title>{words}</title>"
    yield (
        f'<rect class="node {node.kind}{output}" x="{_n(at.x)}" y="{_n(at.y)}" '
        f'width="{_n(at.width)}" height="{_n(at.height)}" rx="7"/>'
    )
    y = at.y + 18.0
    label = f'<tspan class="label" dx="6">{escape(node.label)}</tspan>'
    yield (
        f'<text class="name" x="{_n(middle)}" y="{_n(y)}">{escape(node.title)}'
        f"{label if node.label else ''}</text>"
    )
    for n, text in enumerate(texts_of(node)[1:], 1):
        yield _text("more", middle, y + 14.5 * n, text)
    yield "</g>"


def _line(line: Line) -> str:
    """Straight through rows, and curved between them.

    No part has the length 0: of that, some programs turn the tip to the side.
    """
    (x, y), *others = line.points
    path = [f"M{_n(x)},{_n(y)}"]
    for nx, ny in others:
        if (nx, ny) == (x, y):
            continue
        if nx == x:
            path = path[:-1] if path[-1].startswith("V") else path
            path.append(f"V{_n(ny)}")
        else:
            bend = (ny - y) * 0.6
            path.append(
                f"C{_n(x)},{_n(y + bend)} {_n(nx)},{_n(ny - bend)} {_n(nx)},{_n(ny)}"
            )
        x, y = nx, ny
    tip = ' marker-end="url(#tip)"' if line.arrow else ""
    return f'<path class="line" d="{" ".join(path)}"{tip}/>'


def _text(kind: str, x: float, y: float, text: str) -> str:
    return f'<text class="{kind}" x="{_n(x)}" y="{_n(y)}">{escape(text)}</text>'


def escape(text: str) -> str:
    """A text in XML; what cannot be shown is a question mark."""
    shown = "".join(c if c.isprintable() else "?" for c in text)
    return _escape(shown, {'"': "&quot;"})


def _n(number: float) -> str:
    """A coordinate with at most one decimal."""
    return f"{number:.1f}".removesuffix(".0")

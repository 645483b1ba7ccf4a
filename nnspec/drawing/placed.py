"""Where nodes, boxes and lines of a diagram are: boxes are laid out from within."""

from __future__ import annotations

from itertools import accumulate, pairwise

from nnspec.drawing.diagram import Box, Node
from nnspec.drawing.layers import Part, layout
from nnspec.drawing.widths import width_of
from nnspec.record import Record, replace

#: Between parts of a row; between rows, below what a value's shape is written on.
GAP, DROP, STEM = 22.0, 46.0, 19.0
#: Around the inside of a box, and above it, where its name stands.
PAD, HEAD = 14.0, 30.0
_LINES = (17.0, 14.0, 14.0)


class PlacedNode(Record):
    """A node, its size, and its left upper corner."""

    node: Node
    x: float
    y: float
    width: float
    height: float


class PlacedBox(Record):
    """A box with all in it; `come` and `go` are where lines meet its edges."""

    box: Box
    x: float
    y: float
    width: float
    height: float
    come: float
    go: float
    nodes: tuple[PlacedNode, ...]
    boxes: tuple[PlacedBox, ...]
    lines: tuple[Line, ...]
    shapes: tuple[tuple[float, float, str], ...]


class Line(Record):
    """A line of a value: points that it passes, straight down where `x` stays."""

    points: tuple[tuple[float, float], ...]
    arrow: bool


def placed(box: Box, is_whole: bool = True) -> PlacedBox:
    """A box with its parts at their places, its left upper corner at 0."""
    return _Placing(box, is_whole).done()


def size_of(node: Node) -> tuple[float, float]:
    """How wide and how high a node is with its texts."""
    texts = texts_of(node)
    widths = [width_of(text, 14.0 if n == 0 else 11.0) for n, text in enumerate(texts)]
    height = sum(_LINES[: len(texts)]) + 13.0
    return max(70.0, max(widths) + 26.0), height


def texts_of(node: Node) -> tuple[str, ...]:
    """The lines of a node's text."""
    title = f"{node.title}  {node.label}" if node.label else node.title
    return tuple(text for text in (title, node.arguments, node.parameters) if text)


class _Placing:
    def __init__(self, box: Box, is_whole: bool) -> None:
        self._box = box
        self._whole = is_whole
        self._names = list(box.parts)
        self._inner = {
            name: placed(part, False)
            for name, part in box.parts.items()
            if isinstance(part, Box)
        }
        parts = [self._part(name) for name in self._names]
        index = {name: n for n, name in enumerate(self._names)}
        edges = [(index[a], index[b]) for a, b in box.edges if a]
        if not is_whole:  # what is given comes in at the top, what is made leaves below
            parts = [_POINT, *parts, _POINT]
            edges = [(a + 1, b + 1) for a, b in edges]
            edges += [(0, index[b] + 1) for a, b in box.edges if not a]
            edges.append((index[box.last] + 1, len(parts) - 1))
        self._parts, self._edges = parts, edges
        self._layout = layout(parts, edges, GAP)
        self._tops, self._bottoms = self._heights()

    def _part(self, name: str) -> Part:
        if name in self._inner:
            inner = self._inner[name]
            return Part(inner.width, inner.height, inner.come, inner.go)
        part = self._box.parts[name]
        assert isinstance(part, Node)
        width, height = size_of(part)
        return Part(width, height, width / 2, width / 2)

    def _heights(self) -> tuple[list[float], list[float]]:
        """Where each row begins and ends."""
        heights = [0.0] * (max(self._layout.rows, default=0) + 1)
        for part, row in zip(self._parts, self._layout.rows, strict=True):
            heights[row] = max(heights[row], part.height)
        drops = self._drops()
        steps = [h + d for h, d in zip(heights, [*drops, 0.0], strict=True)]
        tops = list(accumulate([0.0, *steps[:-1]]))
        return tops, [y + h for y, h in zip(tops, heights, strict=True)]

    def _drops(self) -> list[float]:
        """How far each row is from the next: further where lines go far to the side."""
        drops = [DROP] * max(self._layout.rows, default=0)
        for (a, b), line in zip(self._edges, self._layout.lines, strict=True):
            lefts, parts = self._layout.lefts, self._parts
            way = [lefts[a] + parts[a].go, *line, lefts[b] + parts[b].come]
            for row, (x, nx) in enumerate(pairwise(way), self._layout.rows[a]):
                drops[row] = max(drops[row], DROP + min(abs(nx - x) / 12 - 4, 30.0))
        if not self._whole:  # a value that comes in has its shape written above the box
            drops[0] += HEAD - STEM - 8.0
            drops[-1] = DROP - STEM
        return drops

    def done(self) -> PlacedBox:
        pad = self._pad()
        widths = [
            x + part.width
            for x, part in zip(self._layout.lefts, self._parts, strict=True)
        ]
        lanes = [x + 9.0 for line in self._layout.lines for x in line]
        width = max([*widths, *lanes])
        nodes, boxes = list[PlacedNode](), list[PlacedBox]()
        shapes = list[tuple[float, float, str]]()
        for name, n in self._numbered():
            x, y = self._corner(n, pad)
            part = self._parts[n]
            if name in self._inner:
                boxes.append(moved(self._inner[name], x, y))
            else:
                node = self._box.parts[name]
                assert isinstance(node, Node)
                nodes.append(PlacedNode(node, x, y, part.width, part.height))
            if self._is_taken(n):
                below = (x + part.go, y + part.height + STEM / 2 + 1.0)
                shapes.append((*below, self._box.parts[name].shape))
        ends = [self._corner(n, pad)[0] + 1.0 for n in (0, len(self._parts) - 1)]
        return PlacedBox(
            box=self._box,
            x=0.0,
            y=0.0,
            width=width + pad + (0.0 if self._whole else PAD),
            height=self._bottoms[-1],
            come=ends[0],
            go=ends[1],
            nodes=tuple(nodes),
            boxes=tuple(boxes),
            lines=tuple(self._lines(pad)),
            shapes=tuple(shapes),
        )

    def _pad(self) -> float:
        """The room on the left: so much that the title ends before the line in."""
        if self._whole:
            return 0.0
        title = width_of(self._box.title, 13.0) + 22.0
        return max(PAD, title - self._layout.lefts[0])

    def _numbered(self) -> list[tuple[str, int]]:
        first = 0 if self._whole else 1
        return [(name, n + first) for n, name in enumerate(self._names)]

    def _is_box(self, n: int) -> bool:
        place = n if self._whole else n - 1
        return 0 <= place < len(self._names) and self._names[place] in self._inner

    def _is_taken(self, n: int) -> bool:
        """Whether a line within this box leaves a part, other than to its end."""
        end = -1 if self._whole else len(self._parts) - 1
        return any(a == n and b != end for a, b in self._edges)

    def _corner(self, n: int, pad: float) -> tuple[float, float]:
        """The left upper corner of a part, which is in the middle of its row."""
        row = self._layout.rows[n]
        room = self._bottoms[row] - self._tops[row] - self._parts[n].height
        return self._layout.lefts[n] + pad, self._tops[row] + room / 2

    def _lines(self, pad: float) -> list[Line]:
        found = list[Line]()
        end = -1 if self._whole else len(self._parts) - 1
        for (a, b), line in zip(self._edges, self._layout.lines, strict=True):
            (ax, ay), (bx, by) = self._corner(a, pad), self._corner(b, pad)
            first, last = self._parts[a], self._parts[b]
            row = self._layout.rows[a]
            start = ax + first.go
            stem = STEM if first.height else HEAD - 12.0
            stem = 0.0 if b == end else stem
            points = [(start, ay + first.height), (start, self._bottoms[row] + stem)]
            for n, x in enumerate(line, row + 1):
                points += [(x + pad, self._tops[n]), (x + pad, self._bottoms[n])]
            x = bx + last.come
            points += [(x, self._tops[self._layout.rows[b]]), (x, by)]
            inner = self._is_box(b)
            found.append(Line(tuple(points), b != end and not inner))
        return found


_POINT = Part(2.0, 0.0, 1.0, 1.0)


def moved(box: PlacedBox, x: float, y: float) -> PlacedBox:
    """A box and all in it, moved right and down."""

    def by(px: float, py: float) -> tuple[float, float]:
        return px + x, py + y

    return replace(
        box,
        x=box.x + x,
        y=box.y + y,
        nodes=tuple(replace(n, x=n.x + x, y=n.y + y) for n in box.nodes),
        boxes=tuple(moved(inner, x, y) for inner in box.boxes),
        lines=tuple(
            replace(line, points=tuple(by(*p) for p in line.points))
            for line in box.lines
        ),
        shapes=tuple((*by(px, py), text) for px, py, text in box.shapes),
    )

"""Pictures of networks: everything is there, nothing is upon anything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nnspec import ir
from nnspec.cli import main
from nnspec.compiler import check
from nnspec.drawing import diagram_of, dot, mermaid, svg
from nnspec.drawing.layers import Part, layout
from nnspec.drawing.placed import PlacedBox, PlacedNode, placed
from nnspec.source import Source
from tests import snapshots
from tests.graphs import random_graph

NETWORKS = sorted((Path(__file__).parent / "networks").glob("*.nn"))
_SVG = "{http://www.w3.org/2000/svg}"


def model_of(text: str, name: str = "net.nn") -> ir.Model:
    model = check(Source(name, text)).model
    assert model is not None
    return model


def texts() -> Iterator[str]:
    yield from (path.read_text("utf-8") for path in NETWORKS)
    yield from map(random_graph, range(40))


def nodes_in(box: PlacedBox) -> Iterator[PlacedNode]:
    yield from box.nodes
    for inner in box.boxes:
        yield from nodes_in(inner)


def apart(one: PlacedBox | PlacedNode, other: PlacedBox | PlacedNode) -> bool:
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


def within(inner: PlacedBox | PlacedNode, box: PlacedBox) -> bool:
    return (
        box.x <= inner.x
        and box.y <= inner.y
        and inner.x + inner.width <= box.x + box.width + 0.01
        and inner.y + inner.height <= box.y + box.height + 0.01
    )


def verify(box: PlacedBox) -> None:
    parts = [*box.nodes, *box.boxes]
    for place, part in enumerate(parts):
        assert within(part, box)
        assert all(apart(part, other) for other in parts[place + 1 :])
    for line in box.lines:
        down = [y for _, y in line.points]
        assert all(a <= b + 0.01 for a, b in pairwise(down)), "lines go down"
    for inner in box.boxes:
        verify(inner)


@pytest.mark.parametrize("part", range(4))
def test_no_two_parts_are_at_one_place(part: int) -> None:
    for text in [*texts()][part::4]:
        model = model_of(text)
        whole = placed(diagram_of(model).whole)
        verify(whole)
        names = [node.node.name for node in nodes_in(whole)]
        assert sorted(names) == sorted(call.name for call in model.network.calls)


def test_a_line_ends_where_its_node_begins() -> None:
    whole = placed(diagram_of(model_of(NETWORKS[0].read_text("utf-8"))).whole)
    for box in (whole, *whole.boxes):
        tops = {(n.x + n.width / 2, n.y) for n in box.nodes}
        tops |= {(b.come, b.y) for b in box.boxes}
        for line in box.lines:
            x, y = line.points[-1]
            near = [abs(x - a) < 0.01 and abs(y - b) < 0.01 for a, b in tops]
            assert line.arrow <= any(near)


def test_svg_is_xml_that_readers_of_screens_can_read() -> None:
    model = model_of("network {\n  input(4)\n  dense(3)\n}\n", 'a<b>&"c".nn')
    root = ElementTree.fromstring(svg(diagram_of(model)))
    assert root.get("role") == "img"
    title, told = root.findall(f"{_SVG}title")[0], root.findall(f"{_SVG}desc")[0]
    assert title.text == 'The network a<b>&"c"'
    assert told.text == "2 layers, 15 parameters, from input_layer to dense"
    assert root.get("aria-labelledby") == f"{title.get('id')} {told.get('id')}"
    names = [t.text for t in root.iter(f"{_SVG}title")]
    assert "dense: dense, 3, 15 parameters, output 3" in names
    assert "prefers-color-scheme: dark" in "".join(root.itertext())


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_all_parts_of_lines_go_somewhere(path: Path) -> None:
    root = ElementTree.fromstring(svg(diagram_of(model_of(path.read_text("utf-8")))))
    lines = [line.get("d", "") for line in root.iter(f"{_SVG}path")]
    for line in lines:  # places down the page; that of the tip of arrows is no line
        downs = re.findall(r"(?:M[-\d.]+,|V|C\S+ \S+ [-\d.]+,)([-\d.]+)", line)
        assert all(a != b for a, b in pairwise(downs)), line
    assert any("V" in line for line in lines)


def test_a_picture_is_the_same_each_time() -> None:
    text = random_graph(7)
    assert svg(diagram_of(model_of(text))) == svg(diagram_of(model_of(text)))


@pytest.mark.parametrize("path", snapshots.PICTURES, ids=lambda path: path.name)
def test_pictures_of_the_docs_are_those_of_now(path: Path) -> None:
    assert snapshots.picture(path) == path.read_bytes(), "stale: run `make golden`"


@pytest.mark.parametrize("path", NETWORKS, ids=lambda path: path.stem)
def test_text_has_a_line_for_each_value_that_is_taken(path: Path) -> None:
    model = model_of(path.read_text("utf-8"))
    taken = {(s, call.name) for call in model.network.calls for s in call.inputs}
    diagram = diagram_of(model)
    assert mermaid(diagram).count(" --> ") == len(taken)
    assert dot(diagram).count(" -> ") == len(taken)
    boxes = len(model.network.scopes)
    assert mermaid(diagram).count("subgraph") == boxes
    assert dot(diagram).count("subgraph") == boxes


def test_texts_of_specs_are_nothing_but_text() -> None:
    evil = '"]; end <script>'
    diagram = diagram_of(model_of("network {\n  input(4)\n  relu\n}\n", f"{evil}.nn"))
    assert "<script>" not in svg(diagram)
    assert evil not in mermaid(diagram)
    assert '\\"]; end' in dot(diagram)


def test_weights_that_are_shared_and_frozen_are_told() -> None:
    spec = """shared tower {
  dense(4)
}
network {
  input(4)
  tower
  tower
  dense(2, trainable=false)
}
"""
    diagram = mermaid(diagram_of(model_of(spec)))
    told = re.findall(r"(\d+ parameters(?:, \w+)?)", diagram)
    assert told == ["20 parameters", "20 parameters, shared", "10 parameters, frozen"]


def test_a_line_beside_goes_straight_down() -> None:
    """A chain stands in one column, and a skip is straight from row to row."""
    parts = [Part(40.0 + 20 * n, 10.0, 20.0 + 10 * n, 20.0 + 10 * n) for n in range(5)]
    edges = [*zip(range(4), range(1, 5), strict=True), (0, 4)]
    found = layout(parts, edges, 20.0)
    columns = {
        round(x + part.go, 3) for x, part in zip(found.lefts, parts, strict=True)
    }
    assert len(columns) == 1
    assert len({*found.lines[-1]}) == 1


def test_the_command_writes_what_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, target = str(NETWORKS[0]), tmp_path / "picture.svg"
    assert main(["graph", path, "-o", str(target)]) == 0
    written = target.read_text("utf-8")
    assert written.startswith("<svg") and written.endswith("</svg>\n")
    capsys.readouterr()
    assert main(["graph", path]) == 0
    assert capsys.readouterr().out == written
    assert main(["graph", path, "--format", "mermaid"]) == 0
    assert "flowchart TD" in capsys.readouterr().out
    assert main(["graph", path, "--format", "png"]) == 2

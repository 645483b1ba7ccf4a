"""The picture of the learning curves is a sound SVG, whatever the history holds."""

import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from templates.runtime.curves import curves as curves_of
from templates.runtime.curves import scale_of

SVG = "{http://www.w3.org/2000/svg}"


def history(epochs, **metrics):
    return [
        {
            "epoch": i + 1,
            **{name: f(i) for name, f in metrics.items()},
            "learning_rate": 0.001,
            "seconds": 0.5,
        }
        for i in range(epochs)
    ]


def curves(rows):
    return curves_of(rows, "a <model>")


def texts(svg):
    return [t.text for t in ET.fromstring(svg).iter(f"{SVG}text")]


def lines(svg):
    return [
        p
        for p in ET.fromstring(svg).iter(f"{SVG}path")
        if p.get("stroke-width") in ("3", "1.5", "6", "4.5")
    ]


def test_a_panel_for_the_loss_and_each_metric():
    svg = curves(
        history(
            5,
            loss=lambda i: 1 / (i + 1),
            accuracy=lambda i: 0.9,
            val_loss=lambda i: 2 / (i + 1),
            val_accuracy=lambda i: 0.8,
        )
    )
    assert len(list(ET.fromstring(svg).iter(f"{SVG}g"))) == 2
    found = texts(svg)
    assert found.count("epoch") == 2
    assert "loss" in found and "accuracy" in found and "seconds" not in found
    assert found.count("● training") == found.count("● validation") == 2


def test_without_validation_there_is_one_line():
    svg = curves(history(3, loss=lambda i: i))
    assert "● validation" not in texts(svg)
    assert len(lines(svg)) == 2  # the line and its dots


def test_higher_values_are_drawn_higher():
    svg = curves(history(2, loss=lambda i: 10.0 - i))
    points = re.findall(r"[ML][\d.]+,([\d.]+)", lines(svg)[0].get("d"))
    first, second = map(float, points)
    assert first < second  # SVG's y axis points down


@pytest.mark.parametrize("epochs", [1, 2, 300])
@pytest.mark.parametrize("value", [0.0, 0.3, 1e-9, 1e9, -5.0])
def test_constant_curves_are_drawn(epochs, value):
    svg = curves(history(epochs, loss=lambda i: value))
    line, *dots = lines(svg)
    assert line.get("d").count("L") == min(epochs, 280) - 1
    # Dots stand only where they can be told apart.
    assert [d.get("d").count("h0") for d in dots] == ([epochs] if epochs <= 40 else [])


def test_what_is_not_finite_is_a_gap():
    values = [1.0, math.nan, 2.0, math.inf, 3.0, 4.0]
    line, dots = lines(curves(history(6, loss=lambda i: values[i])))
    assert line.get("d").count("L") == 1
    assert dots.get("d").count("h0") == 4


def test_nothing_finite_leaves_an_empty_panel():
    svg = curves(history(2, loss=lambda i: math.nan))
    assert "nan" not in svg and "loss" in texts(svg)


def test_readers_of_screens_are_told_what_it_is():
    root = ET.fromstring(curves(history(2, loss=lambda i: i)))
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "a <model>: loss over 2 epochs"


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([0.5, 1.0], (0.5, 1.0)),  # a share ends at 1
        ([0.0, 1.0], (0.0, 1.0)),
        ([0.971, 1.0], (0.97, 1.0)),
        ([0.0, 0.0], (0.0, 1.0)),  # a metric that is always 0 is not 2e-10 high
        ([30_000.0, 2_500.0], (0.0, 30_000.0)),
        ([math.nan, math.nan], (0.0, 1.0)),
    ],
)
def test_the_ends_of_an_axis(values, ends):
    step, bottom, top = scale_of(np.array(values))
    assert (bottom * step, top * step) == pytest.approx(ends)
    assert 2 <= top - bottom <= 8


def test_large_numbers_are_written_out():
    assert "30,000" in texts(curves(history(2, loss=lambda i: 30_000.0 - i * 27_500)))


def test_a_long_training_has_a_point_for_each_pixel():
    svg = curves(history(20_000, loss=math.sin, val_loss=lambda i: 1.0))
    assert len(svg) < 20_000
    epochs = [t for t in texts(svg) if t.isdigit() and int(t) > 100]
    assert "20000" in epochs and len(epochs) <= 4

"""The picture of the learning curves is a sound SVG, whatever the history holds."""

import math
import re
import xml.etree.ElementTree as ET

import pytest

from templates.runtime.curves import curves

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


def texts(svg):
    return [t.text for t in ET.fromstring(svg).iter(f"{SVG}text")]


def lines(svg):
    return [
        p
        for p in ET.fromstring(svg).iter(f"{SVG}path")
        if p.get("stroke-width") in ("2", "5")
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
    line, dots = lines(svg)
    assert line.get("d").count("L") == epochs - 1
    assert dots.get("d").count("h0") == epochs


def test_what_is_not_finite_is_a_gap():
    values = [1.0, math.nan, 2.0, math.inf, 3.0, 4.0]
    line, dots = lines(curves(history(6, loss=lambda i: values[i])))
    assert line.get("d").count("L") == 1
    assert dots.get("d").count("h0") == 4


def test_nothing_finite_leaves_an_empty_panel():
    svg = curves(history(2, loss=lambda i: math.nan))
    assert "nan" not in svg and "loss" in texts(svg)


def test_curves_of_long_trainings_are_short():
    svg = curves(history(20_000, loss=lambda i: 1 / (i + 1)))
    (line,) = lines(svg)  # and no dots
    assert len(line.get("d").split("L")) == 300
    x = [float(part.split(",")[0]) for part in line.get("d")[1:].split("L")]
    assert x[0] < 1 and x[-1] > 279
    assert len(lines(curves(history(300, loss=lambda i: i)))) == 2

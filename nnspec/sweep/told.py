"""What a sweep came to: a table, and a picture."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

from nnspec.sweep.study import DONE, Study, Trial
from nnspec.sweep.tries import Try

_LOOKS = {DONE: "#0072b2"}
_OTHER = "#d55e00"  # of a trial that was given up


def table(study: Study, monitor: str) -> str:
    """A line for each trial, the best one first; then those that came to nothing."""
    ranked = study.ranked()
    others = [trial for trial in study.trials if trial not in ranked]
    names = [*dict.fromkeys(name for t in study.trials for name in t.values)]
    rows = [["trial", *names, monitor, "epoch", "epochs", ""]]
    for trial in (*ranked, *others):
        best, at = "-", "-"
        if trial in ranked:
            value = trial.best(rises=study.rises)
            best = f"{value:.4g}"
            at = str(next(e for e, v in trial.course.items() if v == value))
        given = [trial.values.get(name, "-") for name in names]
        state = trial.state or "begun"
        state = "" if state == DONE else state
        last = str(max(trial.course, default=0))
        rows.append([str(trial.number), *given, best, at, last, state])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "".join(f"{line.rstrip()}\n" for line in lines)


def picture(study: Study, tries: Sequence[Try], monitor: str) -> str:
    """A panel for each `let`: what trials came to, over its values."""
    ranked = study.ranked()
    panels = "".join(
        f'<g transform="translate({60 + 360 * i} 40)">\n'
        f"{_panel(study, ranked, each, monitor)}</g>\n"
        for i, each in enumerate(tries)
    )
    width, title = 360 * len(tries), html.escape(monitor)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="270"
 viewBox="0 0 {width} 270" font-family="sans-serif" font-size="11" fill="none"
 text-anchor="middle" role="img">
<title>{title} of {len(ranked)} trials</title>
<rect width="100%" height="100%" fill="white"/>\n{panels}</svg>\n"""


def _panel(study: Study, ranked: list[Trial], each: Try, monitor: str) -> str:
    values = [trial.values.get(each.name, "") for trial in ranked]
    scores = [trial.best(rises=study.rises) for trial in ranked]
    places, ticks = _across(each, values)
    low, high = min(scores, default=0.0), max(scores, default=1.0)
    span = high - low or 1.0
    lines = [_text(140, -16, f"{monitor} by {each.name}")]
    lines += [_text(x, 197, label) for x, label in ticks]
    for level in (low, high):
        y = 10 + 160 * (high - level) / span
        lines.append(_text(-28, y + 4, f"{level:.4g}"))
        lines.append(f'<path d="M0,{y:.1f}h280" stroke="#ddd"/>\n')
    lines.append('<path d="M0,0v180h280" stroke="#333"/>\n')
    for trial, x, score in zip(ranked, places, scores, strict=True):
        y, color = 10 + 160 * (high - score) / span, _LOOKS.get(trial.state, _OTHER)
        dot = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{color}"'
        told = html.escape(f"trial {trial.number}: {score:.4g}")
        lines.append(f"{dot}><title>{told}</title></circle>\n")
    return "".join(lines)


def _across(
    each: Try, values: Sequence[str]
) -> tuple[list[float], list[tuple[float, str]]]:
    """Where values stand along the axis, and what is written there."""
    if each.values:
        step = 280 / len(each.values)
        ticks = [(step * (i + 0.5), text) for i, text in enumerate(each.values)]
        known = {text: x for x, text in ticks}
        return [known.get(value, 0.0) for value in values], ticks
    scale = math.log if each.kind == "log" else float
    low, high = scale(each.low), scale(each.high)
    places = [20 + 240 * (scale(float(v)) - low) / (high - low) for v in values]
    return places, [(20, f"{each.low:g}"), (260, f"{each.high:g}")]


def _text(x: float, y: float, words: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" fill="#333">{html.escape(words)}</text>\n'

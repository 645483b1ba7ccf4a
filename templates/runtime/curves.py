import html
import math

import numpy as np


def scale_of(values):
    """The step of an axis for these values, and its ends in steps."""
    finite = values[np.isfinite(values)]
    low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
    span = max(high - low, abs(high) / 50) or 1.0
    step = 10.0 ** math.floor(math.log10(span))
    step /= 1 if span > 4 * step else 2 if span > 2 * step else 5
    end = max(high, low + span)
    return step, math.floor(low / step + 1e-9), math.ceil(end / step - 1e-9)


def curves(history, title):
    """Draw the loss and each metric over the epochs: an SVG picture, as text."""
    names = [k for k in history[0] if not k.startswith("val_")][1:-2]
    path = '<path d="{}" stroke="{}" stroke-width="{}"/>\n'.format
    text = '<text x="{:.1f}" y="{:.1f}" fill="{}">{}</text>\n'.format
    svg, last, title = "", len(history), html.escape(title)
    # A point for each pixel is enough; dots stand only where they can be told apart.
    epochs = np.unique(np.linspace(1, last, min(last, 280)).astype(int))
    across = 280 * epochs / (last + 1)
    for i, name in enumerate(names):
        keys = [k for k in (name, f"val_{name}") if k in history[0]]
        lines = np.array([[history[e - 1][k] for e in epochs] for k in keys])
        step, bottom, top = scale_of(lines)
        x, y = 360 * (i % 3) + 60, 270 * (i // 3) + 40
        svg += f'<g transform="translate({x} {y})">\n'
        svg += text(140, -26, "#333", name) + text(140, 216, "#333", "epoch")
        for level in range(bottom, top + 1):
            y = 180 * (top - level) / (top - bottom)
            svg += path(f"M0,{y:.1f}h280", "#ddd", 1)
            svg += text(-28, y + 4, "#333", f"{level * step:,.6g}")
        svg += path("M0,0v180h280", "#333", 1)
        for epoch in range(last, 0, -math.ceil(last / (11 - 2 * len(str(last))))):
            svg += text(280 * epoch / (last + 1), 197, "#333", epoch)
        looks = (90, "training", "#0072b2", 3), (190, "validation", "#d55e00", 1.5)
        for values, (x, part, color, width) in zip(lines, looks):
            points = zip(across, 180 * (top - values / step) / (top - bottom))
            line = "".join(
                f"L{x:.1f},{y:.1f}h0" if math.isfinite(y) else " " for x, y in points
            )
            line = "".join(f"M{run[1:]}" for run in line.split())  # from gap to gap
            svg += path(line, color, width)
            svg += path(line.replace("L", "M"), color, width + 3) if last <= 40 else ""
            svg += text(x, -8, color, f"\u25cf {part}")
        svg += "</g>\n"
    width, height = 360 * min(len(names), 3), 270 * math.ceil(len(names) / 3)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"
 viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11" fill="none"
 text-anchor="middle" stroke-linecap="round" stroke-linejoin="round" role="img">
<title>{title}: {", ".join(names)} over {last} epochs</title>
<rect width="100%" height="100%" fill="white"/>\n{svg}</svg>\n"""

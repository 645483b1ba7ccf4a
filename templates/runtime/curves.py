import itertools
import math

import numpy as np


def curves(history):
    """An SVG picture: the loss and each metric over the epochs."""
    names = [k for k in history[0] if k.removeprefix("val_") == k][1:-2]
    svg, dx = "", 280 / (len(history) + 1)
    for i, name in enumerate(names):
        keys = [k for k in (name, f"val_{name}") if k in history[0]]
        lines = np.array([[row[k] for row in history] for k in keys])
        finite = lines[np.isfinite(lines)] if np.isfinite(lines).any() else np.zeros(1)
        low, high = finite.min(), finite.max()
        step = 10.0 ** math.floor(math.log10(max(high - low, abs(high) / 50, 1e-9)))
        step /= 1 if high - low > 4 * step else 2 if high - low > 2 * step else 5
        bottom, top = math.floor(low / step), math.floor(high / step) + 1
        texts = [(140, -26, name, "#333"), (140, 216, "epoch", "#333")]
        for epoch in range(len(history), 0, -math.ceil(len(history) / 10)):
            texts.append((dx * epoch, 197, epoch, "#333"))
        paths, levels = [], np.arange(bottom, top + 1)
        for y, level in zip(180 * (top - levels) / (top - bottom), levels * step):
            texts.append((-26, y + 4, f"{level:.4g}", "#333"))
            paths.append((f"M0,{y:.1f}h280", "#ddd", 1))
        paths.append(("M0,0v180h280", "#333", 1))
        parts = (90, "training", "#0072b2"), (190, "validation", "#d55e00")
        for values, (x, part, color) in zip(lines, parts):
            heights = enumerate(180 * (top - values / step) / (top - bottom), 1)
            dots = [f"{dx * e:.1f},{y:.1f}" * math.isfinite(y) for e, y in heights]
            line = "".join(f"M{a}L{b}" for a, b in itertools.pairwise(dots) if a and b)
            dots = "".join(f"M{dot}h0" for dot in dots if dot)
            paths += [(line, color, 2), (dots, color, 5)]
            texts.append((x, -8, f"\u25cf {part}", color))
        x, y = 360 * (i % 3) + 60, 270 * (i // 3) + 40
        svg += f'<g transform="translate({x} {y})">\n'
        for path, color, width in paths:
            svg += f'<path d="{path}" stroke="{color}" stroke-width="{width}"/>\n'
        for x, y, text, color in texts:
            svg += f'<text x="{x:.1f}" y="{y:.1f}" fill="{color}">{text}</text>\n'
        svg += "</g>\n"
    width, height = 360 * min(len(names), 3), 270 * math.ceil(len(names) / 3)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"
 viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11" fill="none"
 text-anchor="middle" stroke-linecap="round" stroke-linejoin="round">
<rect width="100%" height="100%" fill="white"/>\n{svg}</svg>\n"""

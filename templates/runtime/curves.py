import math

import numpy as np


def curves(history):
    """An SVG picture: the loss and each metric over the epochs."""
    names = [k for k in history[0] if not k.startswith("val_")][1:-2]
    path = '<path d="{}" stroke="{}" stroke-width="{}"/>\n'.format
    text = '<text x="{:.1f}" y="{:.1f}" fill="{}">{}</text>\n'.format
    svg, dx = "", 280 / (len(history) + 1)
    shown = np.linspace(1, len(history), min(len(history), 300)).round().astype(int)
    for i, name in enumerate(names):
        keys = [k for k in (name, f"val_{name}") if k in history[0]]
        lines = np.array([[row[k] for row in history] for k in keys])
        finite = lines[np.isfinite(lines)]
        low, high = (finite.min(), finite.max()) if finite.size else (0.0, 1.0)
        step = 10.0 ** math.floor(math.log10(max(high - low, abs(high) / 50, 1e-9)))
        step /= 1 if high - low > 4 * step else 2 if high - low > 2 * step else 5
        bottom, top = math.floor(low / step), math.floor(high / step) + 1
        x, y = 360 * (i % 3) + 60, 270 * (i // 3) + 40
        svg += f'<g transform="translate({x} {y})">\n'
        svg += text(140, -26, "#333", name) + text(140, 216, "#333", "epoch")
        for level in range(bottom, top + 1):
            y = 180 * (top - level) / (top - bottom)
            svg += path(f"M0,{y:.1f}h280", "#ccc", 1)
            svg += text(-26, y + 4, "#333", f"{level * step:.4g}")
        svg += path("M0,0v180h280", "#333", 1)
        for epoch in range(len(history), 0, -math.ceil(len(history) / 10)):
            svg += text(dx * epoch, 197, "#333", epoch)
        looks = (90, "training", "#0072b2"), (190, "validation", "#d55e00")
        for values, (x, part, color) in zip(lines, looks):
            line, heights = "", 180 * (top - values / step) / (top - bottom)
            for epoch, y in zip(shown, heights[shown - 1]):
                line += f"L{dx * epoch:.1f},{y:.1f}h0" if math.isfinite(y) else " "
            line = "".join(f"M{run[1:]}" for run in line.split())  # from gap to gap
            svg += path(line, color, 2)
            if len(history) <= 300:  # a dot for each epoch, where there is room
                svg += path(line.replace("L", "M"), color, 5)
            svg += text(x, -8, color, f"\u25cf {part}")
        svg += "</g>\n"
    width, height = 360 * min(len(names), 3), 270 * math.ceil(len(names) / 3)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"
 viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11" fill="none"
 text-anchor="middle" stroke-linecap="round" stroke-linejoin="round">
<rect width="100%" height="100%" fill="white"/>\n{svg}</svg>\n"""

import html
import math

import numpy as np


def curves(history: list[dict[str, float]]) -> str:
    """An SVG picture: the loss and each metric over the epochs."""
    names = [k for k in history[0] if k.removeprefix("val_") == k][1:-2]
    last, svg = len(history), ""
    for i, name in enumerate(names):
        keys = [key for key in (name, f"val_{name}") if key in history[0]]
        lines = np.array([[row[key] for row in history] for key in keys])
        finite = lines[np.isfinite(lines)] if np.isfinite(lines).any() else np.zeros(1)
        low, high = finite.min(), finite.max()
        step = 10.0 ** math.floor(math.log10(max(high - low, abs(high) / 50, 1e-9)))
        step /= 1 if high - low > 4 * step else 2 if high - low > 2 * step else 5
        first, top = math.floor(low / step), math.floor(high / step) + 1
        x, y = 360 * (i % 3) + 60, 270 * (i // 3) + 40
        svg += f'\n<g transform="translate({x} {y})">'
        svg += f'<text x="140" y="-24" font-size="14">{html.escape(name)}</text>'
        for level in range(first, top + 1):
            y, label = 180 * (top - level) / (top - first), f"{level * step:.4g}"
            svg += f'<path d="M0,{y:.1f}h280" stroke="#ddd"/>'
            svg += f'<text x="-6" y="{y + 4:.1f}" text-anchor="end">{label}</text>'
        for epoch in range(last, 0, -math.ceil(last / 10)):
            svg += f'<text x="{280 * epoch / (last + 1):.1f}" y="197">{epoch}</text>'
        svg += '<text x="140" y="216">epoch</text>'
        svg += '<path d="M0,0v180h280" stroke="#333"/>'
        labels = ("#0072b2", "training", 90), ("#d55e00", "validation", 190)
        for values, (color, label, x) in zip(lines, labels):
            path, pen = "", "M"
            for epoch, y in enumerate(180 * (top - values / step) / (top - first), 1):
                if np.isfinite(y):
                    path += f"{pen}{280 * epoch / (last + 1):.1f},{y:.1f}h0"
                pen = "L" if np.isfinite(y) else "M"  # a gap where it is not finite
            for drawn, width in ((path, 2), (path.replace("L", "M"), 5)):
                svg += f'<path d="{drawn}" stroke="{color}" stroke-width="{width}"/>'
            svg += f'<text x="{x}" y="-8" style="fill: {color}">&#9679; {label}</text>'
        svg += "</g>"
    width, height = 360 * min(len(names), 3), 270 * math.ceil(len(names) / 3)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"
 width="{width}" height="{height}" font-family="system-ui, sans-serif" font-size="11"
 text-anchor="middle" fill="none" stroke-linecap="round" stroke-linejoin="round">
<style>text {{ fill: #333 }}</style><rect width="100%" height="100%" fill="white"/>
{svg}\n</svg>\n"""

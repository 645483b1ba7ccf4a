def spread_table(mean, deviation):
    """Return the mean scores of classes, deviations in brackets, a class in a line."""
    left = max(map(len, mean))
    lines = [" " * left + "".join(f"{n:>17}" for n in ("precision", "recall", "f1"))]
    for name, row in mean.items():
        cells = [
            f"{row[n]:.4f} ({deviation[name][n]:.4f})"
            for n in ("precision", "recall", "f1")
        ]
        lines.append(f"{name:{left}}" + "".join(f"{cell:>17}" for cell in cells))
    return "\n".join(lines)

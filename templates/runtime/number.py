def number(value):
    """A number in six columns, or with an exponent if it is tiny or huge."""
    if value and not 1e-3 <= abs(value) < 9999.5:
        return f"{value:.2e}"
    return f"{value:#.5g}" if abs(value) >= 1 else f"{value:.4f}"

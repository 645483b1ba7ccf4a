"""How wide texts are: an estimate for the fonts without serifs that browsers have."""

from __future__ import annotations

_NARROW = "ijltf.,:;'|()[]I! "
_WIDE = "mwMWQ@%\N{MULTIPLICATION SIGN}…"


def width_of(text: str, size: float) -> float:
    """The width of a text in pixels, for a font of a size."""
    return size * sum(map(_letter, text))


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 0.32
    if letter in _WIDE:
        return 0.88
    return 0.70 if letter.isupper() else 0.575

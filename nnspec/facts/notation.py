"""How numbers with signs are written, as `csv` has to be told."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nnspec.facts import Column

#: What stands beside numbers.
_SIGNS = "%$\N{EURO SIGN}\N{POUND SIGN}\N{YEN SIGN}"


def notation(columns: Iterable[Column]) -> dict[str, str]:
    """The arguments of `csv` that read those of the columns that have signs."""
    signed = [c for c in columns if c.looks in ("per cent", "currency")]
    texts = [text for c in signed for text, _ in c.common]
    texts += [text for c in signed for text in c.odd_texts]
    found = dict.fromkeys(c for text in texts for c in text if c in _SIGNS)
    options = {"signs": "".join(found)} if found else {}
    if any(re.search(r",\d\d?\D*$", text) for text in texts):
        options["decimal"] = ","
        if any(re.search(r"\d\.\d{3}", text) for text in texts):
            options["thousands"] = "."
    elif any(re.search(r"\d,\d{3}", text) for text in texts):
        options["thousands"] = ","
    return options

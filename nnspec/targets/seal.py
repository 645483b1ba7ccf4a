"""The last line of a script, by which one that was edited by hand is known.

It holds a digest of all lines above it. A script as nnspec wrote it may be written
anew; any other file is its owner's.
"""

from __future__ import annotations

from hashlib import sha256

#: What the last line of a script begins with.
MARK = "\n# nnspec sha256:"


def seal(text: str) -> str:
    """The text, which ends with a newline, and its seal."""
    return f"{text}{MARK}{_digest(text)}\n"


def is_sealed(text: str) -> bool:
    """Whether the text is as it was when it was sealed, but for its line endings."""
    plain = text.replace("\r\n", "\n")
    return plain == seal(plain.rpartition(MARK)[0])


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()

"""What is different in the meaning of two specs, and whether weights of one fit."""

from nnspec.difference.changes import Change, Difference, difference
from nnspec.difference.told import as_json, text

__all__ = ["Change", "Difference", "as_json", "difference", "text"]

"""What a model amounts to: parameters, FLOPs and memory, for people and programs."""

from nnspec.summary.counts import LayerSummary, Memory, Summary, summarize
from nnspec.summary.plain import as_json
from nnspec.summary.tables import markdown, text

__all__ = [
    "LayerSummary",
    "Memory",
    "Summary",
    "as_json",
    "markdown",
    "summarize",
    "text",
]

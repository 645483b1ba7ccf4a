"""What is wrong in a formula, and where."""

from __future__ import annotations

from nnspec.source import Span


class Fault(Exception):
    """An error in a formula, at the place that it is about."""

    def __init__(
        self, message: str, span: Span, help: str | None = None, code: str = "formula"
    ) -> None:
        super().__init__(message)
        self.message = message
        self.span = span
        self.help = help
        self.code = code

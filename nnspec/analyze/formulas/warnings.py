"""Formulas that compute, but not for all that they can be given."""

from __future__ import annotations

from nnspec.analyze.formulas.body import Body
from nnspec.diagnostics import Diagnostics
from nnspec.formulas.bounds import faults
from nnspec.source import Span


def warn_of_domain(body: Body, otherwise: Span, diagnostics: Diagnostics) -> None:
    """Tell of logs and roots that are seen to fail, at their places."""
    for node, what, help in faults(body.result):
        place = body.places.get(node, otherwise)
        diagnostics.warning("outside-domain", f"this is the {what}", place, help=help)

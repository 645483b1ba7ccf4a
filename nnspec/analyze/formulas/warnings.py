"""Formulas that compute, but not for all that they can be given."""

from __future__ import annotations

from nnspec.analyze.formulas.body import Body
from nnspec.analyze.formulas.head import Head
from nnspec.formulas.bounds import faults


def warn_of_domain(head: Head, body: Body) -> None:
    """Tell of logs and roots that are seen to fail."""
    for node, what, help in faults(body.result):
        place = body.places.get(node, head.formula.name.span)
        head.binder.diagnostics.warning(
            "outside-domain", f"this is the {what}", place, help=help
        )

"""What the files of a spec tell of it: the input's shape, errors and warnings.

With an `input` written, nothing here changes the script.
"""

from __future__ import annotations

from nnspec import ir
from nnspec.analyze.by_facts.advice import in_csv
from nnspec.analyze.by_facts.cells import verify_cells
from nnspec.analyze.by_facts.classes import verify_classes, warn_of_parts
from nnspec.analyze.by_facts.columns import find_roles
from nnspec.analyze.by_facts.doubtful import warn_of_columns
from nnspec.analyze.by_facts.request import request_of
from nnspec.analyze.by_facts.shapes import shape_of
from nnspec.diagnostics import Diagnostics
from nnspec.facts import Reader, Table, Unreadable
from nnspec.record import replace

__all__ = ["tell", "verify_classes", "warn_of_columns", "warn_of_parts"]


def tell(data: ir.Data, read: Reader, diagnostics: Diagnostics) -> ir.Data:
    """The data section with what its files tell; what they contradict is reported."""
    request = request_of(data)
    facts = read(request) if request else None
    data = replace(data, facts=facts)
    if isinstance(facts, Unreadable):
        place, help = data.source.span_of("path"), in_csv(facts.help, data)
        diagnostics.error(
            "unreadable-data", facts.message, place, help=help, of_data=True
        )
        return data
    if isinstance(facts, Table):
        roles = find_roles(data, facts, diagnostics)
        if roles is None:
            return data
        data = replace(data, roles=roles)
        verify_cells(data, roles, diagnostics)
    if data.feature_shape is None:
        return replace(data, feature_shape=shape_of(data, diagnostics))
    return data

"""Which uses of a block have the same lines, up to the names of weights and arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nnspec.targets.numpy.blocks.arranged import Arranged, NotAloneError
from nnspec.targets.numpy.blocks.use import Alike, Use
from nnspec.targets.numpy.blocks.uses import Repeated, pays
from nnspec.targets.numpy.layout import Layout


def find_alike(
    layout: Layout, candidates: Sequence[Repeated], kinds: dict[str, int]
) -> tuple[Alike, ...] | None:
    """The uses of each block, if all that may be alike are so.

    Else it is None, and `kinds` say how these uses differ.
    """
    if not candidates:
        return ()
    arranged, found = Arranged(layout), list[Alike]()
    changed = False
    for repeated in candidates:
        groups = [*_grouped(arranged, repeated.uses)]
        if len(groups) == 1 and len(groups[0]) == len(repeated.uses):
            found.append(Alike(repeated.block, tuple(groups[0])))
            continue
        changed = True
        kinds |= dict.fromkeys(repeated.uses, 0)
        for uses in groups:
            if pays(len(uses), arranged.count(uses[0].path)):
                new = max(kinds.values()) + 1
                kinds |= {use.path: new for use in uses}
    return None if changed else tuple(found)


def _grouped(arranged: Arranged, paths: Sequence[str]) -> Iterator[list[Use]]:
    """Those of these uses that can be functions, each with those like it."""
    found: list[list[Use]] = []
    for path in paths:
        try:
            use = arranged.use(path)
        except NotAloneError:
            continue
        same = (uses for uses in found if uses[0].pattern == use.pattern)
        if uses := next(same, None):
            uses.append(use)
        else:
            found.append([use])
    yield from found

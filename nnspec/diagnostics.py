"""What is wrong with a spec: a code, a place, the reason, and the way out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from nnspec.record import Record
from nnspec.source import Source, Span

Severity = Literal["error", "warning"]

#: Nobody reads more errors, and to tell each of a hundred thousand takes minutes.
_MOST_ERRORS = 1_000
#: Names that one is compared with; more of them take too long.
_MOST_NAMES = 500


class Note(Record):
    """A second place that has a part in a diagnostic, and what it is there."""

    span: Span
    message: str


class ValueOrigin(Note):
    """Where a value comes from; it may be `given` from outside of the spec."""

    given: bool = False


class Edit(Record):
    """A text in place of what stands at a span; where that is empty, an insertion.

    The lines of the text after its first are indented like the line they come into.
    """

    span: Span
    text: str


class Fix(str):
    """A help line that a program can apply, too.

    What it says are `edits`, or `text` in place of what the diagnostic marks, or a
    statement that stands `before` that.
    """

    edits: tuple[Edit, ...]
    text: str | None
    before: str | None

    def __new__(
        cls,
        help: str,
        *edits: Edit,
        text: str | None = None,
        before: str | None = None,
    ) -> Fix:
        """The help line `help`, and what it means in letters."""
        self = super().__new__(cls, help)
        self.edits, self.text, self.before = edits, text, before
        return self

    def at(self, span: Span) -> tuple[Edit, ...]:
        """The edits of a diagnostic that marks `span`."""
        if self.before is not None:
            return (Edit(Span(span.start, span.start), f"{self.before}\n"),)
        return self.edits if self.text is None else (Edit(span, self.text),)


class Diagnostic(Record):
    """One finding: a stable kebab-case `code`, and in `help` the way out, if any.

    `fix` is the help as edits, where it is literal. One that is `of_data` is a fault of
    a file, not of the spec.
    """

    code: str
    severity: Severity
    message: str
    span: Span
    help: str | None = None
    notes: tuple[Note, ...] = ()
    fix: tuple[Edit, ...] = ()
    of_data: bool = False


#: The place of a finding that is about no part of the spec.
NOWHERE = Span(-1, -1)


class TooManyErrors(Exception):
    """Ends a compilation in which enough has been found."""


@dataclass
class Diagnostics:
    """Collects the findings of one compilation, each once.

    `origins` are values of the spec that come from elsewhere, by their places, the
    nearest first. What is found at such a place has them as notes. Of several findings
    of one kind that come from one place, and of all that come from outside of the
    spec, only the first is kept.

    `uses` are the first uses of definitions, by the places of these: what is found in a
    definition has the use as a note, or `trace`, the uses that are written out just
    now. It is told once, whatever the uses are.
    """

    origins: dict[Span, tuple[ValueOrigin, ...]] = field(default_factory=dict)
    uses: dict[Span, tuple[Note, ...]] = field(default_factory=dict)
    trace: tuple[Note, ...] = ()
    _found: dict[Diagnostic, None] = field(default_factory=dict)
    _errors: int = 0
    _blamed: set[tuple[str, ValueOrigin]] = field(default_factory=set)
    _told: set[tuple[str, str, Span]] = field(default_factory=set)

    @property
    def found(self) -> list[Diagnostic]:
        """All findings, in the order in which they came."""
        return list(self._found)

    def error(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        help: str | None = None,
        notes: Iterable[Note] = (),
        of_data: bool = False,
    ) -> None:
        """Record an error; raise `TooManyErrors` where it is one too many."""
        if self._errors < _MOST_ERRORS:
            new = self._add(code, "error", message, span, help, notes, of_data)
            self._errors += new
            return
        message = f"there are more than {_MOST_ERRORS:,} errors; no more are told"
        self._add("too-many-errors", "error", message, span, None, ())
        raise TooManyErrors

    def warning(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        help: str | None = None,
        notes: Iterable[Note] = (),
    ) -> None:
        """Record a warning: the spec runs, but will hardly do what its author means."""
        self._add(code, "warning", message, span, help, notes)

    def _add(
        self,
        code: str,
        severity: Severity,
        message: str,
        span: Span,
        help: str | None,
        notes: Iterable[Note],
        of_data: bool = False,
    ) -> bool:
        """Record a finding, unless it is told already; whether it is new."""
        origins = self.origins.get(span, ())
        roots = {(severity + code * (not o.given), o) for o in origins[-1:]}
        if roots & self._blamed:
            return False
        self._blamed |= roots
        fix = help.at(span) if isinstance(help, Fix) else ()
        help = help and str(help)
        notes = tuple(notes)
        notes += tuple(note for note in origins if note not in notes)
        if uses := self.trace or self._first_use(span):
            if (code, message, span) in self._told:
                return False
            self._told.add((code, message, span))
            notes += tuple(note for note in uses if note not in notes)
        found = Diagnostic(code, severity, message, span, help, notes, fix, of_data)
        is_new = found not in self._found
        self._found[found] = None
        return is_new

    def _first_use(self, span: Span) -> tuple[Note, ...]:
        """The first use of the definition that a place is in."""
        for place, notes in self.uses.items():
            if place.start <= span.start and span.end <= place.end:
                return notes
        return ()

    @property
    def has_errors(self) -> bool:
        """Whether any finding is an error."""
        return self._errors > 0

    def in_order(self) -> tuple[Diagnostic, ...]:
        """All findings in the order of their places."""
        return tuple(
            sorted(self._found, key=lambda d: (d.span.start, d.span.end, d.code))
        )


class SpecError(Exception):
    """A spec that cannot be compiled: its source and everything found in it."""

    def __init__(self, source: Source, diagnostics: tuple[Diagnostic, ...]) -> None:
        self.source = source
        self.diagnostics = diagnostics
        errors = [d for d in diagnostics if d.severity == "error"]
        super().__init__("; ".join(self._line(d) for d in errors))

    def _line(self, diagnostic: Diagnostic) -> str:
        if diagnostic.span == NOWHERE:
            return f"{self.source.name}: {diagnostic.message}"
        line, column = self.source.position(diagnostic.span.start)
        return f"{self.source.name}:{line}:{column}: {diagnostic.message}"


#: What a name goes on with after a whole word.
_NEXT = ("_", *"0123456789")


def plain(name: str) -> str:
    """A name without case and underscores, as `Conv2D` and `conv_2d` have in common."""
    return name.replace("_", "").lower()


def exactly(name: str, known: Iterable[str]) -> str | None:
    """The known name that differs from `name` in nothing but case and underscores."""
    meant = plain(name)
    return next((n for n in sorted(known) if plain(n) == meant), None)


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was most likely meant to be."""
    import difflib  # noqa: PLC0415 -- only a spec with errors waits for it

    some = sorted(known)
    if len(some) > _MOST_NAMES:
        start = name[:3].lower()
        some = [known for known in some if known.lower().startswith(start)]
        some = some[:_MOST_NAMES]
    matches = difflib.get_close_matches(name.lower(), some, n=1, cutoff=0.6)
    return exactly(name, some) or (matches[0] if matches else None)


def did_you_mean(name: str, known: Iterable[str]) -> Fix | None:
    """A help line that offers the name that it is, those it begins, or the nearest one.

    It is another name where only case and underscores differ, and it begins those that
    go on with another word or a number, as `he` does `he_normal`.
    """
    known = sorted(known)
    start, size = name.lower(), len(name)
    longer = [n for n in known if n.startswith(start) and n[size : size + 1] in _NEXT]
    near = exactly(name, known)
    if near is None and 0 < len(longer) < 5:
        return offer(longer)
    near = near or nearest(name, known)
    return offer([near] if near else [])


def offer(names: Sequence[str]) -> Fix | None:
    """A help line that offers these names, the likeliest first, or None of none."""
    return Fix(f"did you mean {listed(names)}?", text=names[0]) if names else None


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them: `a`, `b` or `c`."""
    *first, last = (f"`{name}`" for name in names)
    return f"{', '.join(first)} or {last}" if first else last

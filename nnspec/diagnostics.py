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


class Diagnostic(Record):
    """One finding: a stable kebab-case `code`, and in `help` the way out, if any."""

    code: str
    severity: Severity
    message: str
    span: Span
    help: str | None = None
    notes: tuple[Note, ...] = ()


class TooManyErrors(Exception):
    """Ends a compilation in which enough has been found."""


@dataclass
class Diagnostics:
    """Collects the findings of one compilation, each once."""

    _found: dict[Diagnostic, None] = field(default_factory=dict)
    _errors: int = 0

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
    ) -> None:
        """Record an error; raise `TooManyErrors` where it is one too many."""
        if self._errors == _MOST_ERRORS:
            code, help, notes = "too-many-errors", None, ()
            message = f"there are more than {_MOST_ERRORS:,} errors; no more are told"
        finding = Diagnostic(code, "error", message, span, help, tuple(notes))
        self._errors += finding not in self._found
        self._found[finding] = None
        if self._errors > _MOST_ERRORS:
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
        finding = Diagnostic(code, "warning", message, span, help, tuple(notes))
        self._found[finding] = None

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
        line, column = self.source.position(diagnostic.span.start)
        return f"{self.source.name}:{line}:{column}: {diagnostic.message}"


#: What a name goes on with after a whole word.
_NEXT = ("_", *"0123456789")


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` was most likely meant to be."""
    import difflib  # noqa: PLC0415 -- only a spec with errors waits for it

    some = sorted(known)
    if len(some) > _MOST_NAMES:
        start = name[:3].lower()
        some = [known for known in some if known.lower().startswith(start)]
        some = some[:_MOST_NAMES]
    matches = difflib.get_close_matches(name.lower(), some, n=1, cutoff=0.6)
    return matches[0] if matches else None


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """A help line that offers the few names that `name` begins, or the nearest one.

    It begins names that go on with another word or a number, as `he` does `he_normal`.
    """
    known = sorted(known)
    start, size = name.lower(), len(name)
    longer = [n for n in known if n.startswith(start) and n[size : size + 1] in _NEXT]
    near = nearest(name, known)
    return offer(longer if 0 < len(longer) < 5 else [near] if near else [])


def offer(names: Sequence[str]) -> str | None:
    """A help line that offers these names, or None where there are none."""
    return f"did you mean {listed(names)}?" if names else None


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them: `a`, `b` or `c`."""
    *first, last = (f"`{name}`" for name in names)
    return f"{', '.join(first)} or {last}" if first else last

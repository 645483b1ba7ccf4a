"""Binds what a spec calls to entries of the table, argument by argument."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING, cast

from nnspec import suggestions as helps
from nnspec.diagnostics import Diagnostics, Fix, Note
from nnspec.library import LANGUAGE, Library
from nnspec.record import Record
from nnspec.source import Span
from nnspec.syntax import nodes
from nnspec.table import PLANNED, TABLE
from nnspec.table.entry import (
    REQUIRED,
    Argument,
    DefaultUse,
    Entry,
    Misfit,
    Use,
)
from nnspec.table.kinds import AlreadyReported, Kind, Mismatch
from nnspec.table.words import ValueName
from nnspec.values import Resolved, Scope, Symbol

if TYPE_CHECKING:
    from nnspec.habits.meaning import Meant


class Binder(Record):
    """Binds calls in a scope; reports what does not fit.

    `reported` are names that the spec defines in a way that has been reported already,
    `likely` those of the table that what has been bound speaks for. Arguments that are
    `spared` may be left out, even where an entry needs them: they are () then.
    """

    scope: Scope
    diagnostics: Diagnostics
    reported: frozenset[str] = frozenset()
    likely: frozenset[str] = frozenset()
    library: Library = LANGUAGE
    spared: frozenset[str] = frozenset()

    def find(self, category: str, name: nodes.Name) -> Entry | None:
        """The entry of that name, or None, reported."""
        entries = self.library[category]
        if name.text in entries:
            return entries[name.text]
        if name.text in self.reported:
            return None
        if name.text in PLANNED.get(category, ()):
            self._planned(
                f"the {category} `{name.text}`",
                name.span,
                f"`nnspec layers` lists every {category} that compiles",
            )
        else:
            self.diagnostics.error(
                f"unknown-{category}",
                f"there is no {category} called `{name.text}`",
                name.span,
                help=helps.of_name(category, name.text, self.scope.lets, self.library),
            )
        return None

    def use(self, category: str, value: Resolved) -> Use | None:
        """What has a name, bound to an entry; None where an error was reported."""
        call = value.value
        if isinstance(call, Symbol):
            name = nodes.Name(value.span, call.name)
            call = nodes.Call(value.span, name, ())
        assert isinstance(call, nodes.Call)  # nothing else is
        return self.call(category, call)

    def call(self, category: str, call: nodes.Call) -> Use | None:
        """A call, bound to the entry of its name in the category.

        One that another library has is reported, and bound as what is meant.
        """
        told = self.meant(category, call)
        if told is None:
            entry = self.find(category, call.name)
            return self.arguments(entry, call) if entry else None
        entry = self.library[category].get(call.name.text)
        self.diagnostics.error(
            "too-many-arguments" if entry else f"unknown-{category}",
            f"`{call.name.text}` takes {_most(len(entry.arguments))}"
            if entry
            else f"there is no {category} called `{call.name.text}`",
            call.name.span,
            help=told.help,
        )
        if told.call is None or told.call.name.text in PLANNED.get(category, ()):
            return None
        return self.arguments(self.library[category][told.call.name.text], told.call)

    def meant(self, category: str, call: nodes.Call) -> Meant | None:
        """What is surely meant by a call that the category does not have."""
        name = call.name.text
        entry = self.library[category].get(name)
        loose = sum(argument.name is None for argument in call.arguments)
        fits = entry and loose <= len(entry.arguments)
        variadic = entry and any(a.variadic for a in entry.arguments)
        own = name in self.reported or name in PLANNED.get(category, ())
        if own or fits or variadic:
            return None
        from nnspec.habits.meaning import meant  # noqa: PLC0415 -- on errors only

        found = meant(category, call, self.likely, self.library)
        if entry and not (found and found.call and found.call.name.text != name):
            return None  # it is the one that was written, with too many arguments
        return found

    def arguments(self, entry: Entry, call: nodes.Call) -> Use | None:
        """The use of `entry` that a call's arguments make."""
        given, sound = self._match(entry, call)
        values: dict[str, object] = {}
        spans: dict[str, Span] = {}
        for argument in entry.arguments:
            if argument.name not in given:
                # A malformed call may mean this argument by what it calls otherwise.
                sound = sound and self._default(argument, entry, call, values)
                continue
            spans[argument.name] = given[argument.name].span
            try:
                values[argument.name] = self._read(
                    argument, entry, given[argument.name]
                )
            except AlreadyReported:
                sound = False
        use = Use(entry, values, call.span, spans, call.name.text)
        return use if sound and self._goes_together(use) else None

    def _goes_together(self, use: Use) -> bool:
        """Whether the arguments fit each other; reported where they do not."""
        try:
            use.entry.agree(use.arguments)
        except Misfit as misfit:
            others = [misfit.other] if misfit.other else []
            self.diagnostics.error(
                misfit.code,
                misfit.message,
                use.span_of(misfit.argument or ""),
                help=misfit.help,
                notes=[Note(use.span_of(name), f"`{name}`") for name in others],
            )
            return False
        return True

    def _default(
        self,
        argument: Argument,
        entry: Entry,
        call: nodes.Call,
        values: dict[str, object],
    ) -> bool:
        if argument.default is not REQUIRED:
            values[argument.name] = bound_default(argument.default, call.span)
            return True
        if argument.name in self.spared:
            values[argument.name] = ()
            return True
        self.diagnostics.error(
            "missing-argument",
            f"`{entry.name}` needs `{argument.name}`, "
            f"{'one or more, each ' * argument.variadic}{argument.kind.describe()}",
            call.name.span,
            help=helps.needed(entry),
        )
        return False

    def _match(
        self, entry: Entry, call: nodes.Call
    ) -> tuple[dict[str, Resolved], bool]:
        """The value given for each argument, and whether the call is well formed."""
        given: dict[str, Resolved] = {}
        places: dict[str, nodes.Argument] = {}
        sound, position = True, 0
        for written, value in self._values(entry, call):
            target = self._activation(entry, written, value)
            if target is None:
                target = self._target(entry, call, written, value, position)
                position += written.name is None
            else:  # in Keras's place for it, it counts
                position += target in entry.arguments[position : position + 1]
            if target is None or value is None:
                sound = False
            elif target.name in places:
                self._doubled(entry, target, written, places[target.name])
                sound = False
            elif written.name is None and self._strays(entry, target, value, given):
                sound = False
            else:
                places[target.name], given[target.name] = written, value
        return given, sound

    def _values(
        self, entry: Entry, call: nodes.Call
    ) -> list[tuple[nodes.Argument, Resolved | None]]:
        """What is given, None where in error; all for a variadic argument as one."""
        names = any(isinstance(a.kind, ValueName) for a in entry.arguments)
        found = [(a, self._value(a, names)) for a in call.arguments]
        loose = [value for a, value in found if a.name is None]
        if not loose or not any(a.variadic for a in entry.arguments):
            return found
        first = next(a for a in call.arguments if a.name is None)
        named = [(a, value) for a, value in found if a.name is not None]
        values = tuple(value for value in loose if value is not None)
        if len(values) < len(loose):
            return [(first, None), *named]
        if len(values) == 1 and isinstance(values[0].value, tuple):
            return [(first, values[0]), *named]
        return [(first, Resolved(values, values[0].span.to(values[-1].span))), *named]

    def _value(self, argument: nodes.Argument, names: bool) -> Resolved | None:
        """The value of an argument; where `names` stand, no `let` is looked up."""
        return _literal(argument, names) or self.scope.resolve(argument.value)

    def _strays(
        self, entry: Entry, target: Argument, value: Resolved, given: Container[str]
    ) -> bool:
        """Whether a name is for another argument than its place says; reported."""
        others = [a for a in entry.arguments if a.name not in given]
        help = helps.other_place(target, others, value, self.library)
        if help is not None:
            what = f"`{target.name}` of `{entry.name}`"
            self._misfit(target.kind, value, what, help)
        return help is not None

    def _activation(
        self, entry: Entry, written: nodes.Argument, value: Resolved | None
    ) -> Argument | None:
        """The argument that an activation without a name is for, wherever it stands."""
        if written.name is not None or value is None:
            return None
        if value.called not in self.library["activation"]:
            return None
        return next((a for a in entry.arguments if a.anywhere), None)

    def _target(
        self,
        entry: Entry,
        call: nodes.Call,
        written: nodes.Argument,
        value: Resolved | None,
        position: int,
    ) -> Argument | None:
        if written.name is not None:
            return self._named(entry, call, written, value)
        unnamed = [argument for argument in entry.arguments if not argument.named]
        if position < len(unnamed):
            return unnamed[position]
        count = len(unnamed)
        named = len(entry.arguments) > count
        self.diagnostics.error(
            "too-many-arguments",
            f"`{entry.name}` takes {_most(count)}{' without a name' * named}",
            written.span,
            help=helps.call_of(entry),
        )
        return None

    def _named(
        self,
        entry: Entry,
        call: nodes.Call,
        written: nodes.Argument,
        value: Resolved | None,
    ) -> Argument | None:
        name = cast(nodes.Name, written.name)
        for argument in entry.arguments:
            if name.text in (argument.name, *argument.aliases):
                return argument
        self.diagnostics.error(
            "unknown-argument",
            f"`{entry.name}` has no argument `{name.text}`",
            name.span,
            help=helps.of_argument(entry, call, written, value),
        )
        return None

    def _doubled(
        self,
        entry: Entry,
        target: Argument,
        written: nodes.Argument,
        earlier: nodes.Argument,
    ) -> None:
        self.diagnostics.error(
            "doubled-argument",
            f"`{entry.name}` is given `{target.name}` twice",
            written.span,
            help="remove one of the two",
            notes=[Note(earlier.span, "given here already")],
        )

    def _read(self, argument: Argument, entry: Entry, value: Resolved) -> object:
        if argument.variadic:
            items = value.value if isinstance(value.value, tuple) else (value,)
            return tuple(
                self.read(argument.kind, item, f"`{argument.name}` of `{entry.name}`")
                for item in items
                if isinstance(item, Resolved)
            )
        what = f"`{argument.name}` of `{entry.name}`"
        return self.read(argument.kind, value, what, helps.usual(argument))

    def read(
        self, kind: Kind, value: Resolved, what: str, usual: Fix | None = None
    ) -> object:
        """A value read as a kind; a misfit is reported under the name `what`.

        `usual` is the way out where nothing better is known.
        """
        try:
            helps.verify_spelling(kind, value, self._read_entry)
            return kind.read(value, self._read_entry)
        except Mismatch as mismatch:
            for each in (mismatch, *mismatch.more):
                misfit = each.item or value
                help = each.help or self._way_out(misfit)
                help = help or (usual if misfit is value else None)
                self._misfit(kind, misfit, what, help)
            raise AlreadyReported from None

    def _way_out(self, misfit: Resolved) -> str | None:
        """The way out for a value that was written where it stands."""
        if misfit.span in self.diagnostics.origins:
            return None
        return helps.of_symbol(misfit, self.scope.lets, self.library)

    def _misfit(self, kind: Kind, value: Resolved, what: str, help: str | None) -> None:
        self.diagnostics.error(
            "argument-type",
            f"{what} needs {kind.describe()}, got {value.describe()}",
            value.span,
            help=help,
        )

    def _planned(self, what: str, span: Span, help: str | None = None) -> None:
        self.diagnostics.error(
            "not-supported-yet",
            f"{what} is part of the language, but this version of nnspec does not "
            "compile it yet",
            span,
            help=help,
        )

    def _read_entry(self, category: str, value: Resolved) -> Use:
        if value.called is None:
            raise Mismatch(self._unnamed(category, value))
        use = self.use(category, value)
        if use is None:
            raise AlreadyReported
        return use

    def _unnamed(self, category: str, value: Resolved) -> Fix | None:
        """The way out for a value that stands where a name should."""
        from nnspec.habits.meaning import without_name, without_quotes  # noqa: PLC0415

        if isinstance(value.value, str) and _is_name(value.value):
            return without_quotes(category, value.value, self.library)
        if isinstance(value.value, int | float):
            return without_name(category, value)
        return None


def _literal(argument: nodes.Argument, names: bool) -> Resolved | None:
    """A name, or a list of such, as it stands, where it is the name of a value."""
    value = argument.value
    if not names or argument.name is not None:
        return None
    if isinstance(value, nodes.Name):
        return Resolved(Symbol(value.text), value.span)
    if isinstance(value, nodes.ListValue | nodes.TupleValue):
        items = [item for item in value.items if isinstance(item, nodes.Name)]
        if len(items) == len(value.items):
            symbols = (Resolved(Symbol(item.text), item.span) for item in items)
            return Resolved(tuple(symbols), value.span)
    return None


#: No name of an operation is longer.
_LONGEST = 50


def _is_name(text: str) -> bool:
    """Whether a text may be meant as the name of an operation."""
    return text.isidentifier() and len(text) <= _LONGEST


def _most(count: int) -> str:
    """How many arguments there may be."""
    return f"at most {count} argument{'s' * (count != 1)}" if count else "no arguments"


def bound_default(default: object, span: Span) -> object:
    """A default; one that names another entry is bound in its place."""
    if not isinstance(default, DefaultUse):
        return default
    entry = TABLE[default.category][default.name]
    values = {
        a.name: default.arguments.get(a.name, bound_default(a.default, span))
        for a in entry.arguments
    }
    return Use(entry, values, span)

"""Binds what a spec calls to entries of the table, argument by argument."""

from __future__ import annotations

from collections.abc import Sequence

from nnspec import syntax
from nnspec.diagnostics import Diagnostics, Note, did_you_mean
from nnspec.record import Record
from nnspec.source import Span
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
from nnspec.table.spelling import spell_default
from nnspec.values import Resolved, Scope, Symbol


class Binder(Record):
    """Binds calls in a scope; reports what does not fit.

    `reported` are names that the spec defines in a way that has been reported already.
    """

    scope: Scope
    diagnostics: Diagnostics
    reported: frozenset[str] = frozenset()

    def find(self, category: str, name: syntax.Name) -> Entry | None:
        """The entry of that name, or None, reported."""
        entries = TABLE.get(category, {})
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
            known = {*entries, *PLANNED.get(category, ())}
            self.diagnostics.error(
                f"unknown-{category}",
                f"there is no {category} called `{name.text}`",
                name.span,
                help=did_you_mean(name.text, known)
                or did_you_mean(name.text, self.scope.lets)
                or self._elsewhere(name.text)
                or f"`nnspec layers` lists every {category}",
            )
        return None

    def _elsewhere(self, name: str) -> str | None:
        places = [category for category in TABLE if _has(category, name)]
        return f"`{name}` is known as {_article(places[0])}" if places else None

    def use(self, category: str, value: Resolved) -> Use | None:
        """What `is_call`, bound to an entry; None where an error was reported."""
        call = value.value
        if isinstance(call, Symbol):
            name = syntax.Name(value.span, call.name)
            call = syntax.Call(value.span, name, ())
        assert isinstance(call, syntax.Call)  # nothing else is `is_call`
        return self.call(category, call)

    def call(self, category: str, call: syntax.Call) -> Use | None:
        """A call, bound to the entry of its name in the category."""
        entry = self.find(category, call.name)
        return self.arguments(entry, call) if entry else None

    def arguments(self, entry: Entry, call: syntax.Call) -> Use | None:
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
        call: syntax.Call,
        values: dict[str, object],
    ) -> bool:
        if argument.default is not REQUIRED:
            values[argument.name] = bound_default(argument.default, call.span)
            return True
        self.diagnostics.error(
            "missing-argument",
            f"`{entry.name}` needs `{argument.name}`, "
            f"{'one or more, each ' * argument.variadic}{argument.kind.describe()}",
            call.name.span,
            help=_example(entry, [a for a in entry.arguments if a.default is REQUIRED]),
        )
        return False

    def _match(
        self, entry: Entry, call: syntax.Call
    ) -> tuple[dict[str, Resolved], bool]:
        """The value given for each argument, and whether the call is well formed."""
        given: dict[str, Resolved] = {}
        names: dict[str, syntax.Argument] = {}
        sound = True
        variadic = next((a for a in entry.arguments if a.variadic), None)
        loose: list[Resolved] = []
        position = 0
        for written in call.arguments:
            value = self.scope.resolve(written.value)
            if written.name is None and variadic and position < 1:
                if value is None:
                    sound = False
                else:
                    loose.append(value)
                continue
            target = self._activation(entry, written, value)
            if target is None:
                target = self._target(entry, written, position)
                position += written.name is None
            else:  # in Keras's place for it, it counts
                position += target in entry.arguments[position : position + 1]
            if target is None or value is None:
                sound = False
            elif target.name in names:
                self._doubled(entry, target, written, names[target.name])
                sound = False
            else:
                names[target.name] = written
                given[target.name] = value
        if loose and variadic:
            if variadic.name in names:
                self._doubled(entry, variadic, names[variadic.name], call.arguments[0])
                sound = False
            span = loose[0].span.to(loose[-1].span)
            single = len(loose) == 1 and isinstance(loose[0].value, tuple)
            given[variadic.name] = loose[0] if single else Resolved(tuple(loose), span)
        return given, sound

    def _activation(
        self, entry: Entry, written: syntax.Argument, value: Resolved | None
    ) -> Argument | None:
        """The argument that an activation without a name is for, wherever it stands."""
        if written.name is not None or value is None or not value.is_call:
            return None
        name = getattr(value.value, "name", None)
        text = name.text if isinstance(name, syntax.Name) else name
        if text not in TABLE["activation"]:
            return None
        return next((a for a in entry.arguments if a.anywhere), None)

    def _target(
        self, entry: Entry, written: syntax.Argument, position: int
    ) -> Argument | None:
        if written.name is not None:
            return self._named(entry, written.name)
        unnamed = [argument for argument in entry.arguments if not argument.named]
        if position < len(unnamed):
            return unnamed[position]
        count = len(unnamed)
        most = f"at most {count} argument{'s' * (count != 1)}"
        takes = most if count else "no arguments"
        named = len(entry.arguments) > count
        self.diagnostics.error(
            "too-many-arguments",
            f"`{entry.name}` takes {takes}{' without a name' * named}",
            written.span,
            help=_example(entry, entry.arguments),
        )
        return None

    def _named(self, entry: Entry, name: syntax.Name) -> Argument | None:
        for argument in entry.arguments:
            if argument.name == name.text:
                return argument
        names = [a.name for a in entry.arguments]
        listed = "its arguments are " + ", ".join(f"`{n}`" for n in names)
        self.diagnostics.error(
            "unknown-argument",
            f"`{entry.name}` has no argument `{name.text}`",
            name.span,
            help=did_you_mean(name.text, names)
            or (listed if names else f"`{entry.name}` takes no arguments"),
        )
        return None

    def _doubled(
        self,
        entry: Entry,
        target: Argument,
        written: syntax.Argument,
        earlier: syntax.Argument,
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
        return self.read(argument.kind, value, f"`{argument.name}` of `{entry.name}`")

    def read(self, kind: Kind, value: Resolved, what: str) -> object:
        """A value read as a kind; a misfit is reported under the name `what`."""
        try:
            return kind.read(value, self._read_entry)
        except Mismatch as mismatch:
            misfit = mismatch.item or value
            self.diagnostics.error(
                "argument-type",
                f"{what} needs {kind.describe()}, got {misfit.describe()}",
                misfit.span,
                help=mismatch.help or self._unbound(misfit),
            )
            raise AlreadyReported from None

    def _planned(self, what: str, span: Span, help: str | None = None) -> None:
        self.diagnostics.error(
            "not-supported-yet",
            f"{what} is part of the language, but this version of nnspec does not "
            "compile it yet",
            span,
            help=help,
        )

    def _unbound(self, value: Resolved) -> str | None:
        if not isinstance(value.value, Symbol):
            return None
        name = value.value.name
        known = any(_has(category, name) for category in TABLE)
        define = None if known else f"define it: `let {name} = ...`"
        return did_you_mean(name, self.scope.lets) or define

    def _read_entry(self, category: str, value: Resolved) -> Use:
        use = self.use(category, value)
        if use is None:
            raise AlreadyReported
        return use


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


def _has(category: str, name: str) -> bool:
    return name in TABLE[category] or name in PLANNED.get(category, ())


def _article(category: str) -> str:
    return f"{'an' if category[0] in 'aeiou' else 'a'} {category}"


def _example(entry: Entry, arguments: Sequence[Argument]) -> str:
    """How the entry is written with these arguments, for a help line."""
    words = [
        a.name if a.default is REQUIRED else f"{a.name}={spell_default(a)}"
        for a in arguments[:4]
    ]
    more = len(arguments) > 4 or any(a.variadic for a in arguments)
    return f"write `{entry.name}({', '.join(words)}{', ...' * more})`"

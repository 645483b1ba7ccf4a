"""Diagnostics as people and programs get them."""

from __future__ import annotations

import json
import re
import unicodedata
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnspec import formats, report
from nnspec.diagnostics import NOWHERE, Diagnostic, Edit, Note, Severity
from nnspec.source import Source, Span


def span_of(text: str, part: str, occurrence: int = 1) -> Span:
    """The place of the given occurrence of `part`."""
    start = -1
    for _ in range(occurrence):
        start = text.index(part, start + 1)
    return Span(start, start + len(part))


def render(
    text: str,
    span: Span,
    *notes: tuple[Span, str],
    name: str = "net.nn",
    message: str = "wrong",
    help: str | None = None,
    color: bool = False,
) -> str:
    """One error about `span`, as text."""
    found = Diagnostic(
        "some-code", "error", message, span, help, tuple(Note(*note) for note in notes)
    )
    return report.text(Source(name, text), [found], color=color)


def expect(shown: str, expected: str) -> None:
    """`shown` is the expected text, which stands indented in the test."""
    assert shown == dedent(expected).lstrip("\n")


SPEC = """\
model mnist

network {
  input(28, 28)
  # one long row
  flatten
  conv2d(32, 3, relu)
}
"""


def test_header_place_notes_and_help() -> None:
    """The whole shape, as the documentation shows it."""
    found = Diagnostic(
        "shape-mismatch",
        "error",
        "`conv2d` needs an image of shape (height, width, channels), got (784,)",
        span_of(SPEC, "conv2d"),
        "remove `flatten`, or put `reshape(28, 28, 1)` before `conv2d`",
        (Note(span_of(SPEC, "flatten"), "its output is (784,)"),),
    )
    expect(
        report.text(Source("mnist.nn", SPEC), [found]),
        """
        error[shape-mismatch]: `conv2d` needs an image of shape (height, width, channels), got (784,)
          --> mnist.nn:7:3
           |
         6 |   flatten
           |   ------- its output is (784,)
         7 |   conv2d(32, 3, relu)
           |   ^^^^^^
           = help: remove `flatten`, or put `reshape(28, 28, 1)` before `conv2d`
        """,  # noqa: E501
    )


def test_lines_apart_are_in_order_with_a_gap() -> None:
    """Notes may stand before and after the primary span."""
    expect(
        render(
            SPEC,
            span_of(SPEC, "network"),
            (span_of(SPEC, "relu"), "the last one"),
            (span_of(SPEC, "mnist"), "its name"),
        ),
        """
        error[some-code]: wrong
          --> net.nn:3:1
           |
         1 | model mnist
           |       ----- its name
        ...
         3 | network {
           | ^^^^^^^
        ...
         7 |   conv2d(32, 3, relu)
           |                 ---- the last one
        """,
    )


def test_line_numbers_of_different_widths() -> None:
    """The gutter is as wide as its widest number."""
    text = "\n" * 8 + "first\nsecond"
    expect(
        render(text, span_of(text, "second"), (span_of(text, "first"), "before")),
        """
        error[some-code]: wrong
           --> net.nn:10:1
            |
          9 | first
            | ----- before
         10 | second
            | ^^^^^^
        """,
    )


def test_note_on_the_line_of_the_primary_span() -> None:
    """They share an underline where both have room."""
    text = "dense(8, relu)"
    expect(
        render(text, span_of(text, "8"), (span_of(text, "relu"), "because of this")),
        """
        error[some-code]: wrong
          --> net.nn:1:7
           |
         1 | dense(8, relu)
           |       ^  ---- because of this
        """,
    )


def test_notes_without_room_go_below() -> None:
    """The primary span keeps the first underline."""
    text = "dense(units=1, units=2)"
    expect(
        render(
            text,
            span_of(text, "units", 2),
            (span_of(text, "units"), "given here first"),
            (Span(0, len(text)), "in this call"),
        ),
        """
        error[some-code]: wrong
          --> net.nn:1:16
           |
         1 | dense(units=1, units=2)
           |                ^^^^^
           |       ----- given here first
           | ----------------------- in this call
        """,
    )


def test_tabs_are_shown_as_spaces() -> None:
    """A tab counts as one column, and is shown as four cells."""
    text = "\tdense(\t10)"
    expect(
        render(text, span_of(text, "10")),
        """
        error[some-code]: wrong
          --> net.nn:1:9
           |
         1 |     dense(    10)
           |               ^^
        """,
    )


@pytest.mark.parametrize(
    ("text", "part", "underline"),
    [
        ('"日本語" relu', "relu", "         ^^^^"),
        ('"日本語" relu', "本", "   ^^"),
        ("\uff21\uff42 ｶﾅ x", "x", "        ^"),
        ('"e\u0301a\u0308" x', "x", "     ^"),
        ('"e\u0301"', "\u0301", " ^"),
        ("\u0301", "\u0301", "^"),
        ("\u1112\u1161\u11ab x", "x", "   ^"),
        ("🙂 x", "x", "   ^"),
        ("🙂 x", "🙂", "^^"),
        ("👍🏽 x", "x", "   ^"),
        ("👩\u200d👩\u200d👧 x", "x", "   ^"),
        ("🏃\u200d♀\ufe0f x", "x", "   ^"),
        ("❤ x", "x", "  ^"),
        ("❤\ufe0f x", "x", "   ^"),
        ("a\u200d(x)", "x", "  ^"),
    ],
)
def test_underlines_count_cells_not_characters(
    text: str, part: str, underline: str
) -> None:
    """Wide, combining and joined characters do not shift the underline."""
    shown = render(text, span_of(text, part)).splitlines()
    assert shown[3:] == [f" 1 | {text}", f"   | {underline}"]


def test_label_after_wide_characters() -> None:
    """Labels may be wide, too."""
    text = '"日本" x'
    expect(
        render(text, span_of(text, "x"), (span_of(text, "日"), "日")),
        """
        error[some-code]: wrong
          --> net.nn:1:6
           |
         1 | "日本" x
           |        ^
           |  -- 日
        """,
    )


def test_span_over_several_lines_is_marked_at_both_ends() -> None:
    """A line ending at the end of a span marks no further line."""
    text = SPEC + "training {\n  epochs = 1\n}\n"
    network = span_of(text, SPEC[SPEC.index("network") : -1])
    training = span_of(text, "training {\n  epochs = 1\n}\n")
    expect(
        render(text, network, (training, "the section after it")),
        """
        error[some-code]: wrong
          --> net.nn:3:1
            |
          3 | network {
            | ^^^^^^^^^
        ...
          8 | }
            | ^
          9 | training {
            | ---------- the section after it
        ...
         11 | }
            | -
        """.replace("  --> net", "   --> net"),
    )


def test_last_line_of_a_span_is_marked_from_its_indentation() -> None:
    """White space before a closing part is not underlined."""
    text = "add(\n    a,\n    b)"
    expect(
        render(text, Span(0, len(text))),
        """
        error[some-code]: wrong
          --> net.nn:1:1
           |
         1 | add(
           | ^^^^
        ...
         3 |     b)
           |     ^^
        """,
    )


@pytest.mark.parametrize(
    ("text", "span", "place", "rows"),
    [
        ("", Span(0, 0), "1:1", [" 1 |", "   | ^"]),
        ("relu", Span(4, 4), "1:5", [" 1 | relu", "   |     ^"]),
        ("relu\n", Span(4, 5), "1:5", [" 1 | relu", "   |     ^"]),
        ("relu\n", Span(0, 5), "1:1", [" 1 | relu", "   | ^^^^"]),
        ("relu\n", Span(5, 5), "2:1", [" 2 |", "   | ^"]),
        ("relu\r\nelu", Span(4, 6), "1:5", [" 1 | relu", "   |     ^"]),
        ("relu\r\nelu", Span(6, 9), "2:1", [" 2 | elu", "   | ^^^"]),
    ],
)
def test_ends_of_lines_and_of_the_file(
    text: str, span: Span, place: str, rows: list[str]
) -> None:
    """There is always something to point at."""
    shown = render(text, span).splitlines()
    assert shown[1:] == [f"  --> net.nn:{place}", "   |", *rows]


def test_long_line_is_cut_on_both_sides_of_the_span() -> None:
    """What is left out shows as an ellipsis."""
    text = "a" * 300 + "(relu)" + "b" * 300
    expect(
        render(text, span_of(text, "relu")),
        f"""
        error[some-code]: wrong
          --> net.nn:1:302
           |
         1 | ...{"a" * 38}(relu){"b" * 38}...
           |    {" " * 39}^^^^
        """,
    )


def test_long_line_is_cut_between_its_marks() -> None:
    """Every mark stays in sight."""
    text = "relu(" + "a" * 300 + ")elu"
    expect(
        render(text, span_of(text, "elu", 2), (span_of(text, "relu"), "here")),
        f"""
        error[some-code]: wrong
          --> net.nn:1:307
           |
         1 | relu({"a" * 38}...{"a" * 38})elu
           | ---- here{" " * 76}^^^
        """,
    )


def test_long_span_is_cut_inside() -> None:
    """Its two ends stay in sight."""
    text = f"x{'a' * 300}"
    rows = render(text, Span(0, 301)).splitlines()[3:]
    assert re.fullmatch(r" 1 \| xa+\.\.\.a+", rows[0])
    assert rows[1].count("^") == len(rows[0]) - len(" 1 | ")
    assert len(rows[0]) <= 100


def test_long_line_of_wide_characters_fits_too() -> None:
    """What fits is counted in cells."""
    text = "日" * 300 + "x" + "本" * 300
    source, underline = render(text, span_of(text, "x")).splitlines()[3:]
    before, after = source.split("x")
    assert len(before) + before.count("日") == underline.index("^")
    assert len(source) + len(re.findall("[日本]", source)) <= 100
    assert after.endswith("本...")


def test_nothing_in_a_spec_commands_the_terminal() -> None:
    """Not its text, its name, or a message that quotes it."""
    text = '"\x1b[31m\u202e\x07\x9b\u2028" x'
    place = span_of(text, "x")
    expect(
        render(
            text,
            place,
            (place, "a\rb"),
            name="e\x1bvil\n.nn",
            message="two\nlines\x1b[2J",
            help="x\x00y\ud800",
        ),
        """
        error[some-code]: two<U+000A>lines<U+001B>[2J
          --> e<U+001B>vil<U+000A>.nn:1:13
           |
         1 | "<U+001B>[31m<U+202E><U+0007><U+009B><U+2028>" x
           |                                                ^
           |                                                - a<U+000D>b
           = help: x<U+0000>y<U+D800>
        """,
    )


def test_colors() -> None:
    """Without the colors, it is the plain text."""
    source = Source("net.nn", "dense(1, softmax)\n\nrelu")
    softmax, relu = (span_of(source.text, name) for name in ("softmax", "relu"))
    found = [
        Diagnostic(
            "lone-softmax", "warning", "always 1", softmax, None, (Note(relu, "after"),)
        ),
        Diagnostic("some-code", "error", "wrong", relu, "remove it"),
    ]
    shown = report.text(source, found, color=True)
    for code, name in [("1;33", "yellow"), ("1;31", "red"), ("34", "blue")]:
        shown = shown.replace(f"\x1b[{code}m", f"<{name}>")
    shown = shown.replace("\x1b[32m", "<green>").replace("\x1b[0m", "</>")
    expect(
        shown,
        """
        <yellow>warning[lone-softmax]</>: always 1
        <blue>  --></> net.nn:1:10
        <blue>   |</>
        <blue> 1 |</> dense(1, softmax)
        <blue>   |</>          <yellow>^^^^^^^</>
        <blue>...</>
        <blue> 3 |</> relu
        <blue>   |</> <blue>---- after</>

        <red>error[some-code]</>: wrong
        <blue>  --></> net.nn:3:1
        <blue>   |</>
        <blue> 3 |</> relu
        <blue>   |</> <red>^^^^</>
        <blue>   =</> <green>help:</> remove it

        1 error, 1 warning
        """,
    )


@pytest.mark.parametrize(
    ("severities", "count"),
    [
        (["error", "warning", "error"], "2 errors, 1 warning"),
        (["warning", "warning"], "2 warnings"),
        (["error", "error"], "2 errors"),
    ],
)
def test_several_diagnostics_are_counted(
    severities: list[Severity], count: str
) -> None:
    """The last line counts each severity that there is."""
    found = [Diagnostic("some-code", s, "wrong", Span(0, 0)) for s in severities]
    assert report.text(Source("net.nn", ""), found).endswith(f" ^\n\n{count}\n")


def test_no_diagnostics_give_no_text() -> None:
    """A good spec is not talked about."""
    assert report.text(Source("net.nn", SPEC), []) == ""


def test_json() -> None:
    """The keys that programs read, with columns in characters."""
    source = Source("net.nn", "dense(\n  é)")
    note = Note(Span(0, 5), "this layer")
    found = [
        Diagnostic(
            "bad-type",
            "error",
            "wrong",
            Span(9, 10),
            "a number",
            (note,),
            (Edit(Span(9, 10), "3\nrelu"),),
        ),
        Diagnostic("odd-name", "warning", "odd", Span(11, 11)),
    ]
    assert formats.as_json(source, found) == [
        {
            "code": "bad-type",
            "severity": "error",
            "message": "wrong",
            "file": "net.nn",
            "line": 2,
            "column": 3,
            "end_line": 2,
            "end_column": 4,
            "help": "a number",
            "notes": [
                {
                    "message": "this layer",
                    "line": 1,
                    "column": 1,
                    "end_line": 1,
                    "end_column": 6,
                }
            ],
            "fix": [
                {
                    "text": "3\n  relu",
                    "line": 2,
                    "column": 3,
                    "end_line": 2,
                    "end_column": 4,
                }
            ],
        },
        {
            "code": "odd-name",
            "severity": "warning",
            "message": "odd",
            "file": "net.nn",
            "line": 2,
            "column": 5,
            "end_line": 2,
            "end_column": 5,
            "help": None,
            "notes": [],
            "fix": [],
        },
    ]


def sarif_location(uri: str, *region: int) -> dict[str, Any]:
    """A physical location from start line and column to end line and column."""
    keys = ("startLine", "startColumn", "endLine", "endColumn")
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": uri},
            "region": dict(zip(keys, region, strict=True)),
        }
    }


def test_sarif() -> None:
    """One run over all the sources, with a rule for each code used."""
    note = Note(Span(0, 5), "this layer")
    first = Diagnostic("odd-name", "warning", "odd", Span(6, 7))
    second = Diagnostic("bad-type", "error", "wrong", Span(6, 9), "a number", (note,))
    log = formats.as_sarif(
        [
            (Source("a.nn", "dense(x)"), [first]),
            (Source("b.nn", "dense(\n x)"), [second]),
            (Source("c.nn", "dense(1)"), []),
        ],
        "1.2.3",
    )
    assert log == {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "nnspec",
                        "version": "1.2.3",
                        "rules": [
                            {
                                "id": "bad-type",
                                "shortDescription": {"text": "Bad type"},
                            },
                            {
                                "id": "odd-name",
                                "shortDescription": {"text": "Odd name"},
                            },
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": "odd-name",
                        "ruleIndex": 1,
                        "level": "warning",
                        "message": {"text": "odd"},
                        "locations": [sarif_location("a.nn", 1, 7, 1, 8)],
                    },
                    {
                        "ruleId": "bad-type",
                        "ruleIndex": 0,
                        "level": "error",
                        "message": {"text": "wrong\nhelp: a number"},
                        "locations": [sarif_location("b.nn", 1, 7, 2, 3)],
                        "relatedLocations": [
                            {
                                "id": 0,
                                "message": {"text": "this layer"},
                                **sarif_location("b.nn", 1, 1, 1, 6),
                            }
                        ],
                    },
                ],
            }
        ],
    }


def test_sarif_without_findings_says_that_it_ran() -> None:
    """An empty list of results is not a missing one."""
    (run,) = formats.as_sarif([(Source("a.nn", ""), [])], "1.2.3")["runs"]
    assert run["results"] == []
    assert run["tool"]["driver"]["rules"] == []


@pytest.mark.parametrize(
    ("name", "uri"),
    [
        ("specs/net.nn", "specs/net.nn"),
        ("my net#1?.nn", "my%20net%231%3F.nn"),
        ("100%.nn", "100%25.nn"),
        ("a:b.nn", "a%3Ab.nn"),
        ("ü.nn", "%C3%BC.nn"),
        ("\udcff.nn", "%FF.nn"),
        ("/home/me/my net.nn", "file:///home/me/my%20net.nn"),
        ("<stdin>", "%3Cstdin%3E"),
    ],
)
def test_file_names_become_uris(name: str, uri: str) -> None:
    """Relative names stay relative."""
    found = Diagnostic("some-code", "error", "wrong", Span(0, 0))
    log = formats.as_sarif([(Source(name, ""), [found])], "1.2.3")
    (result,) = log["runs"][0]["results"]
    assert result["locations"] == [sarif_location(uri, 1, 1, 1, 1)]


awkward = st.sampled_from("\t\r\n\x1b\0\u200d\ufe0f\u0301\u202e日🙂🏽♀ (")
texts = st.text(st.one_of(awkward, st.characters()), max_size=300)


@st.composite
def spans(draw: st.DrawFn, length: int) -> Span:
    """Any span in a text of the given length."""
    start, end = sorted(draw(st.tuples(*2 * [st.integers(0, length)])))
    return Span(start, end)


@st.composite
def findings(draw: st.DrawFn) -> tuple[Source, list[Diagnostic]]:
    """Any source, some of its lines long, with diagnostics anywhere in it."""
    text = draw(texts) * draw(st.sampled_from([1, 1, 5]))
    place = spans(len(text))
    notes = st.lists(st.builds(Note, place, texts), max_size=3).map(tuple)
    found = st.builds(
        Diagnostic,
        st.just("some-code"),
        st.sampled_from(["error", "warning"]),
        texts,
        place,
        st.none() | texts,
        notes,
    )
    return Source(draw(texts), text), draw(st.lists(found, max_size=3))


@given(findings())
def test_any_finding_can_be_shown(finding: tuple[Source, list[Diagnostic]]) -> None:
    """Whatever the text, nothing raises and nothing is a control character."""
    source, found = finding
    shown = report.text(source, found)
    harmful = {c for c in shown if unicodedata.category(c) in {"Cc", "Cf", "Cs"}}
    assert harmful <= set("\n\u200c\u200d")
    assert shown.count("[some-code]:") >= len(found)
    assert all(line == line.rstrip() for line in shown.split("\n"))
    colored = report.text(source, found, color=True)
    assert re.sub(r"\x1b\[[0-9;]+m", "", colored) == shown


@given(findings())
def test_any_finding_is_valid_data(finding: tuple[Source, list[Diagnostic]]) -> None:
    """Line and column lead back to the offset."""
    source, found = finding
    entries = formats.as_json(source, found)
    for entry, diagnostic in zip(entries, found, strict=True):
        lines = source.text.split("\n")
        for end, offset in [
            ("", diagnostic.span.start),
            ("end_", diagnostic.span.end),
        ]:
            before = lines[: entry[f"{end}line"] - 1]
            assert sum(len(line) + 1 for line in before) + entry[f"{end}column"] == (
                offset + 1
            )
    assert json.loads(json.dumps(entries)) == entries


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.text(st.characters(exclude_categories=["Cs"])),
)
def test_any_name_becomes_a_uri(folder: str, stem: str) -> None:
    """Only characters that a URI may have are left."""
    source = Source(f"{folder}/{stem}.nn", "")
    found = Diagnostic("some-code", "error", "wrong", Span(0, 0))
    log = formats.as_sarif([(source, [found])], "1.2.3")
    (result,) = log["runs"][0]["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(r"(file:///)?([\w.~/-]|%[0-9A-F]{2})+", uri, re.ASCII)


def test_what_has_no_place() -> None:
    source = Source("net.nn", "# a comment")
    found = Diagnostic("unknown-let", "error", "wrong", NOWHERE, "another one")
    shown = report.text(source, [found])
    assert (
        shown
        == """\
error[unknown-let]: wrong
 --> net.nn
  = help: another one
"""
    )
    (data,) = formats.as_json(source, [found])
    assert (data["line"], data["column"]) == (1, 1)


def test_of_very_many_the_first_errors_are_shown() -> None:
    source = Source("net.nn", "a" * 60)
    found = [
        Diagnostic("a-code", "warning" if n % 2 else "error", f"no. {n}.", Span(n, n))
        for n in range(60)
    ]
    shown = report.text(source, found)
    assert shown.count("no. ") == 20
    assert "no. 38." in shown and "no. 1." not in shown
    assert shown.endswith("\n30 errors, 30 warnings; the first 20 are shown\n")

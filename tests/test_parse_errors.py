"""Every syntax error is told at its place, in the user's words, and once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_parse import EVERYTHING

from nnspec.compiler import check
from nnspec.diagnostics import Diagnostic, Diagnostics
from nnspec.source import Source
from nnspec.syntax import nodes
from nnspec.syntax.parser import decode, parse
from tests.fixes import applied

NAME = "a name is made of letters, digits and `_`"


def errors(text: str) -> tuple[Diagnostic, ...]:
    diagnostics = Diagnostics()
    parse(Source("test.nn", text), diagnostics)
    return diagnostics.in_order()


def told(text: str) -> list[str]:
    """Each error as `line:column code: message`."""
    source = Source("test.nn", text)
    found = []
    for error in errors(text):
        line, column = source.position(error.span.start)
        found.append(f"{line}:{column} {error.code}: {error.message}")
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # -- the wrong thing
        ("let x =", "1:8 syntax: expected a value after `=`, got the end of the line"),
        ("let x", "1:6 syntax: expected `=` after `x`, got the end of the line"),
        ("let = 3", "1:5 syntax: expected a name after `let`, got `=`"),
        ("let true = 3", "1:5 syntax: expected a name after `let`, got `true`"),
        ("let x = 3 4", "1:11 syntax: expected the end of the line after `3`, got `4`"),
        ("let x = (1 2)", "1:12 syntax: expected `,` or `)` after `1`, got `2`"),
        ("let x = [1 2]", "1:12 syntax: expected `,` or `]` after `1`, got `2`"),
        (
            "let x = 1 +",
            "1:12 syntax: expected a value after `+`, got the end of the line",
        ),
        ("let x = (1,,)", "1:12 syntax: expected a value after `,`, got `,`"),
        (
            "network",
            "1:8 syntax: expected `{` after `network`, got the end of the line",
        ),
        ("network { 3 }", "1:11 syntax: expected a layer, got `3`"),
        ("training { 3 }", "1:12 syntax: expected a name, got `3`"),
        (
            "data { x = 3 }",
            "1:8 syntax: a data section has no settings",
        ),
        (
            "block f( { }",
            "1:9 unclosed-bracket: expected `)`: the `(` of line 1, column 8 is not "
            "closed",
        ),
        ("netwrok { flatten }", "1:1 syntax: `netwrok` begins no statement"),
        ("modl { }", "1:1 syntax: `modl` begins no statement"),
        ("dense(10)", "1:1 syntax: `dense` begins no statement"),
        ("network { } { 3 }", "1:13 syntax: `{` begins no statement"),
        ("{ flatten }", "1:1 syntax: `{` begins no statement"),
        (
            "let x = a < b < c",
            "1:15 syntax: expected the end of the line after `b`, got `<`",
        ),
        (
            "network { dense(a == b) }",
            "1:17 syntax: `==` can only stand in a formula "
            "(`activation`, `loss` or `layer`)",
        ),
        (
            "let b = 2 @ 3",
            "1:9 syntax: `@` can only stand in a formula "
            "(`activation`, `loss` or `layer`)",
        ),
        (
            "layer low(x) {\n  a = = 2\n  x + a\n}",
            "2:7 syntax: expected a value after `=`, got `=`",
        ),
        (
            "layer low(x) {\n  a.b = 2\n  x\n}\n",
            "2:4 unexpected-character: unexpected character `.`",
        ),
        # -- brackets
        (
            "let x = (1 + 2",
            "1:15 unclosed-bracket: expected `)`: "
            "the `(` of line 1, column 9 is not closed",
        ),
        (
            "network {\n  dense(\n    10\n  flatten\n}",
            "3:7 unclosed-bracket: expected `)`: "
            "the `(` of line 2, column 8 is not closed",
        ),
        (
            "network {\n  flatten\n\ntraining {\n  loss = mse\n}",
            "2:10 unclosed-bracket: expected `}`: "
            "the `{` of line 1, column 9 is not closed",
        ),
        ("network { }\n}", "2:1 syntax: `}` closes nothing: no bracket is open"),
        ("let x = 3)", "1:10 syntax: `)` closes nothing: no bracket is open"),
        (
            "network {\n  flatten\n\nlet x = 3\nshared t { flatten }",
            "2:10 unclosed-bracket: expected `}`: "
            "the `{` of line 1, column 9 is not closed",
        ),
        (
            "network { dense({a: 1}) }",
            "1:17 syntax: `{` cannot stand within `( )` or `[ ]`",
        ),
        ("dense(1)\nflatten\nlet x = 1", "1:1 syntax: `dense` begins no statement"),
        ("let x = [1, 2)", "1:14 mismatched-bracket: `[` is closed by `)`"),
        ("let x = [(1, 2]", "1:15 mismatched-bracket: `(` is closed by `]`"),
        # -- tokens
        (
            'let x = "abc',
            '1:9 unterminated-string: expected `"` at the end of this string',
        ),
        (
            'network {\n  f("a, 3)\n}',
            '2:5 unterminated-string: expected `"` at the end of this string',
        ),
        (
            'let x = "abc\\',
            '1:9 unterminated-string: expected `"` at the end of this string',
        ),
        (r'let x = "a\qb"', r"1:11 bad-escape: `\q` is no escape"),
        ('let x = "a\0b"', "1:11 unexpected-character: a string cannot hold U+0000"),
        ("let x = 10px", "1:9 bad-number: `10px` is not a number"),
        ("let x = 007", "1:9 bad-number: `007` is not a number"),
        ("let x = 1.2.3", "1:9 bad-number: `1.2.3` is not a number"),
        ("let x = 1__0", "1:9 bad-number: `1__0` is not a number"),
        ("let x = 1e", "1:9 bad-number: `1e` is not a number"),
        ("let x = 1e999", "1:9 bad-number: `1e999` is too large for a float"),
        (
            "let x = " + "7" * 5000,
            "1:9 bad-number: `" + "7" * 37 + "...` has more than 300 digits",
        ),
        ("let x = 1;", "1:10 unexpected-character: unexpected character `;`"),
        (
            "let caf\u00e9 = 1",
            "1:8 unexpected-character: unexpected character `\u00e9`",
        ),
        (
            "\u20ac\u20ac\u20ac",
            "1:1 unexpected-character: unexpected character `\u20ac`",
        ),
        (
            "let x =\u00a03",
            "1:8 unexpected-character: unexpected character U+00A0 NO-BREAK SPACE",
        ),
        # -- depth
        (
            "let x = " + "(" * 10_000 + "1" + ")" * 10_000,
            "1:59 nesting-too-deep: more than 50 brackets are open here",
        ),
        (
            "let x = " + "(" * 10_000,
            "1:59 nesting-too-deep: more than 50 brackets are open here",
        ),
        (
            "network { " + "repeat 2 { " * 10_000 + "}" * 10_001,
            "1:559 nesting-too-deep: more than 50 brackets are open here",
        ),
        (
            "let x = " + "-" * 10_000 + "1",
            "1:159 nesting-too-deep: this is nested too deeply",
        ),
    ],
)
def test_one_error(text: str, expected: str) -> None:
    assert told(text) == [expected]


def test_deep_chains_of_operators() -> None:
    for text in ("1" + "+1" * 10_000, "2" + "**2" * 10_000):
        (error,) = errors(f"let x = {text}")
        assert error.code == "nesting-too-deep"


def test_the_opening_bracket_is_noted() -> None:
    text = "let y = 1\nlet x = (1,\n  2 3)\nlet z = (4"
    (missing_comma, unclosed) = errors(text)
    assert [text[n.span.start] for n in missing_comma.notes] == ["("]
    assert [n.span.start for n in unclosed.notes] == [text.rindex("(")]


@pytest.mark.parametrize(
    ("text", "help"),
    [
        (
            "shared tower(n) { dense(n) }",
            "a `shared` group is the same at all uses, so it has no parameters: remove "
            "them, or write `block tower(...)`",
        ),
        ("Network { }", "did you mean `network`?"),
        ("lte x = 3", "did you mean `let`?"),
        ("network { repaet 3 { } }", "did you mean `repeat`?"),
        ("network { dense 10 }", "arguments stand in parentheses: `dense(10)`"),
        ("network { dense(units: 10) }", "an argument is written `name=value`"),
        ("training { loss mse }", "a setting is written `loss = value`"),
        ("training { w = {0: 1} }", "pairs are written `[key: value, key: value]`"),
        (
            "network { let x = 3 }",
            "`let` stands at the top level, outside of all `{ }`",
        ),
        (
            "loss = mse",
            "settings stand in `training { }`, constants in `let NAME = value`",
        ),
        ("let x = 1,", "remove the comma: a statement ends with its line"),
        ("let x", "give it a value: `let x = ...`"),
        ("let x: 3", "a constant is defined by `let NAME = value`"),
        ("x = 3", "a constant is defined by `let x = 3`"),
        (
            'model = "my-net"',
            "a name is made of letters, digits and `_`: `model my_net`",
        ),
        ("model my-net", "a name is made of letters, digits and `_`: `model my_net`"),
        ("network { dense(3) -> relu }", "each layer stands on a line of its own"),
        ("network { dense(3), relu }", "each statement stands on a line of its own"),
        (
            "network { dense(3)(x) }",
            "a layer takes the one before it: remove `(x)`, or write `from x`",
        ),
        (
            "network { x = dense(3) }",
            "remove `x =`, or write `as x` behind the layer",
        ),
        ("network { dense: 3 }", "arguments stand in parentheses: `dense(3)`"),
        (
            "network { x = 3 }",
            "a constant is defined above the section: `let x = 3`",
        ),
        ("network:\n  relu\n", "a section is written `network { ... }`"),
        (
            "network {\n  for i in range(2):\n    relu\n}",
            "layers are repeated by `repeat 2 { ... }`",
        ),
        (
            "network {\n  - relu\n}",
            "each statement stands on a line of its own, without `-`",
        ),
        ("training { epochs: 3 }", "a setting is written `epochs = value`"),
        ("training { epochs == 3 }", "a value is given by one `=`"),
        ('training { "epochs" = 3 }', "write `epochs` without the quotes"),
        ("data { split(test=20%) }", "20 percent are written `0.2`"),
        ("data { csv(iris.csv) }", 'write `"iris.csv"`'),
        ("data { csv(data/iris.csv) }", 'write `"data/iris.csv"`'),
        ("network { dense(3; relu) }", "arguments are separated by `,`"),
        ("let a.b = 3", "names have no dots: `a_b`"),
        ("model iris.nn", "names have no dots: `iris_nn`"),
        ("network { relu as a.b }", "names have no dots: `a_b`"),
        ("network { repeat 2 { relu from a.b.c } }", "names have no dots: `a_b_c`"),
        ("import numpy", "remove the line: a spec imports nothing"),
        ("let x = 007", "an integer does not begin with 0"),
    ],
)
def test_help(text: str, help: str) -> None:
    (error,) = errors(text)
    assert error.help == help
    if error.fix:
        assert not errors(applied(text, error.fix))


def test_help_shows_a_line_that_goes_on_as_one() -> None:
    first, *_ = errors("network {\n  a=b ,2.0(c\n  )True=d ,\re\n}\n")
    assert first.help == (
        "a constant is defined above the section: `let a=b ,2.0(c   )True=d , e`"
    )


@pytest.mark.parametrize(
    ("quoted", "meant"),
    [("'a'", '"a"'), ("\u201ca b\u201d", '"a b"'), ("'say \"a\"'", r'"say \"a\""')],
)
def test_other_quotes(quoted: str, meant: str) -> None:
    text = f"let x = {quoted}\nnetwork {{ input(3)\n dense(3, 'relu') }}"
    string, name = check(Source("test.nn", text)).diagnostics
    assert string.help == f"write `{meant}`"
    assert name.help == "write `relu` without the quotes"
    fixed = applied(text, (*string.fix, *name.fix))
    assert check(Source("test.nn", fixed)).model


def test_all_errors_are_told_at_once_and_the_rest_is_understood() -> None:
    text = """\
let a = (1 + 2
let b = 2
let c = [1 2]
netwrok {
  dense 10
  flatten
  repeat { dense(3 3) }
  dense(10, relu
  dropout(0.5)
}
block f(a { dense(1 1) }
training {
  loss = = mse
  epochs = 5
"""
    assert [message.split()[0] for message in told(text)] == [
        *("1:15", "3:12", "4:1", "5:9", "7:10", "7:20", "8:17"),
        *("11:10", "11:21", "13:10", "14:13"),
    ]
    spec = parse(Source("test.nn", text), Diagnostics())
    let, network, training = spec.statements
    assert isinstance(let, nodes.Let)
    assert isinstance(network, nodes.Network)
    calls = [s.call.name.text for s in network.body if isinstance(s, nodes.Layer)]
    assert calls == ["dense", "flatten", "dropout"]
    assert isinstance(training, nodes.Training)
    assert [setting.name.text for setting in training.settings] == ["epochs"]


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"model m\nlet a\xff = 3\n", (2, 6)),
        ("let \u00e9 = ".encode() + b"\xe9", (1, 9)),
        (b"\xef\xbb\xbfab\xfe", (1, 3)),
        (b"\xef\xbb", (1, 1)),
        ("model m".encode("utf-16"), (1, 1)),
    ],
)
def test_bytes_that_are_not_utf8(data: bytes, place: tuple[int, int]) -> None:
    source, problem = decode("test.nn", data)
    assert problem is not None
    assert problem.code == "not-utf8"
    assert source.position(problem.span.start) == place


# -- whatever is fed in ----------------------------------------------------------------

PIECES = (
    *"()[]{}=,:+-*/<>#\"'\\\n\r\t .;0é",
    *("model", "let", "block", "shared", "activation", "loss", "data", "network"),
    *("training", "repeat", "as", "from", "true", "none", "x", "1", "1e-3", "**", "//"),
    *(" ", "\n", "\n", '"a"', "dense(3)", "network {", "training {", "}\n", "let x = "),
)


def check_sound(text: str) -> None:
    """Nothing is raised; what is told, and what is understood, lies in the text."""
    diagnostics = Diagnostics()
    spec = parse(Source("test.nn", text), diagnostics)
    for error in diagnostics.found:
        for span in (error.span, *(note.span for note in error.notes)):
            assert 0 <= span.start <= span.end <= len(text)
    for statement in spec.statements:
        assert 0 <= statement.span.start < statement.span.end <= len(text)


@given(st.binary())
def test_any_bytes(data: bytes) -> None:
    check_sound(decode("test.nn", data)[0].text)


@given(st.text())
def test_any_text(text: str) -> None:
    check_sound(text)


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_pieces_of_the_language(pieces: list[str]) -> None:
    check_sound("".join(pieces))


@given(st.data())
def test_mutated_specs(data: st.DataObject) -> None:
    text = EVERYTHING
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(st.sampled_from(("", *PIECES))) + text[end:]
    check_sound(text)


@given(st.integers(0, len(EVERYTHING)))
def test_a_spec_cut_off_tells_little(end: int) -> None:
    """One error for what is cut, one for each bracket then open: no cascade."""
    check_sound(EVERYTHING[:end])
    assert len(errors(EVERYTHING[:end])) <= 4

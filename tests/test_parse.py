"""The whole language parses, every node is where it was written."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnspec.diagnostics import Diagnostics
from nnspec.record import fields
from nnspec.source import Source
from nnspec.syntax import grammar, nodes
from nnspec.syntax.builder import TreeBuilder
from nnspec.syntax.parser import decode, parse

EVERYTHING = """\
# Every construct once.
model everything

let hidden = 60_000
let ratio = -2**2 + (3 - 1) * hidden // 3 % 5  # a comment
block residual(filters, kernel=3,) {
  conv2d(filters, kernel, padding="same") as inner
  repeat 2 + 1 {
    dense(1)
    repeat hidden { relu }
  }
  add(input) from inner, stem
}
shared tower { dense(3) }
activation swoosh(x, a=1.) = where(x >= 0, x, a * (exp(x) - 1))
loss squared(y, p) = mean((y - p) ** 2)

data { mnist() }

network {
  input(28, 28) as picture
  flatten
  dense(
    hidden,
    kernel_regularizer=l2(1e-4),
  ) from picture as wide

  output(wide, a)
}
training {
  loss = [wide: mse, a: mae,]
  options = ("a\\n", (1,), (), [], none, true, false)
  early_stopping(patience=3)
  epochs = 5
}
"""


def parsed(text: str) -> nodes.Spec:
    diagnostics = Diagnostics()
    spec = parse(Source("test.nn", text), diagnostics)
    assert diagnostics.found == []
    return spec


def value_of(text: str) -> nodes.Value:
    (let,) = parsed(f"let x = {text}").statements
    assert isinstance(let, nodes.Let)
    return let.value


def children(node: nodes.Node) -> Iterator[nodes.Node]:
    for part in fields(node).values():
        for item in part if isinstance(part, tuple) else (part,):
            if isinstance(item, nodes.Node):
                yield item


def walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in children(node):
        yield from walk(child)


def texts(kind: type[nodes.Node], text: str = EVERYTHING) -> list[str]:
    """What stands in the text at each node of a kind."""
    found = (node for node in walk(parsed(text)) if isinstance(node, kind))
    return [text[node.span.start : node.span.end] for node in found]


def test_all_statements_are_there_in_order() -> None:
    kinds = [type(statement).__name__ for statement in parsed(EVERYTHING).statements]
    assert kinds == [
        *("Model", "Let", "Let", "Block", "Shared"),
        *("Formula", "Formula", "Data", "Network", "Training"),
    ]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (nodes.Model, ["model everything"]),
        (nodes.Shared, ["shared tower { dense(3) }"]),
        (nodes.Data, ["data { mnist() }"]),
        (nodes.Parameter, ["filters", "kernel=3", "x", "a=1.", "y", "p"]),
        (
            nodes.Layer,
            [
                'conv2d(filters, kernel, padding="same") as inner',
                "dense(1)",
                "relu",
                "add(input) from inner, stem",
                "dense(3)",
                "input(28, 28) as picture",
                "flatten",
                "dense(\n    hidden,\n    kernel_regularizer=l2(1e-4),\n  )"
                " from picture as wide",
                "output(wide, a)",
            ],
        ),
        (nodes.Pair, ["wide: mse", "a: mae"]),
        (
            nodes.TupleValue,
            ['("a\\n", (1,), (), [], none, true, false)', "(1,)", "()"],
        ),
        (nodes.ListValue, ["[wide: mse, a: mae,]", "[]"]),
        (nodes.Nothing, ["none"]),
        (nodes.Boolean, ["true", "false"]),
        (nodes.Text, ['"same"', '"a\\n"']),
        (nodes.Unary, ["-2**2"]),
        (
            nodes.Binary,
            [
                "-2**2 + (3 - 1) * hidden // 3 % 5",
                "2**2",
                "(3 - 1) * hidden // 3 % 5",
                "(3 - 1) * hidden // 3",
                "(3 - 1) * hidden",
                "(3 - 1)",
                "2 + 1",
                "x >= 0",
                "a * (exp(x) - 1)",
                "(exp(x) - 1)",
                "(y - p) ** 2",
                "(y - p)",
            ],
        ),
        (
            nodes.Setting,
            [
                "loss = [wide: mse, a: mae,]",
                'options = ("a\\n", (1,), (), [], none, true, false)',
                "epochs = 5",
            ],
        ),
    ],
)
def test_spans(kind: type[nodes.Node], expected: list[str]) -> None:
    assert texts(kind) == expected


def test_spans_of_compounds_reach_from_keyword_to_brace() -> None:
    for kind in (nodes.Block, nodes.Network, nodes.Training, nodes.Repeat):
        for text in texts(kind):
            assert text.startswith(kind.__name__.lower())
            assert text.endswith("}")


def test_children_lie_within_their_parents() -> None:
    for node in walk(parsed(EVERYTHING)):
        for child in children(node):
            assert node.span.start <= child.span.start < child.span.end
            assert child.span.end <= node.span.end


def test_names_are_what_is_written_at_their_place() -> None:
    for node in walk(parsed(EVERYTHING)):
        if isinstance(node, nodes.Name):
            assert EVERYTHING[node.span.start : node.span.end] == node.text


def test_layer_clauses_in_either_order() -> None:
    one = parsed("network {\n add(a) as b from c, d\n}").statements[0]
    other = parsed("network {\n add(a) from c, d as b\n}").statements[0]
    for network in (one, other):
        assert isinstance(network, nodes.Network)
        (layer,) = network.body
        assert isinstance(layer, nodes.Layer)
        assert layer.label is not None
        assert layer.label.text == "b"
        assert [name.text for name in layer.inputs] == ["c", "d"]


def test_training_keeps_settings_and_callbacks_apart() -> None:
    training = parsed(EVERYTHING).statements[-1]
    assert isinstance(training, nodes.Training)
    names = [setting.name.text for setting in training.settings]
    assert names == ["loss", "options", "epochs"]
    assert [call.name.text for call in training.callbacks] == ["early_stopping"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("60_000", 60_000),
        ("1e-3", 1e-3),
        ("1.", 1.0),
        (".5", 0.5),
        ("2.5E+2", 250.0),
        ("1_0.0_1", 10.01),
        ("9" * 300, int("9" * 300)),
    ],
)
def test_numbers(text: str, value: float) -> None:
    number = value_of(text)
    assert isinstance(number, nodes.Number)
    assert number.value == value
    assert type(number.value) is type(value)


def test_strings() -> None:
    text = value_of(r'"a \"b\" \\n \n\t # é"')
    assert isinstance(text, nodes.Text)
    assert text.value == 'a "b" \\n \n\t # é'


@pytest.mark.parametrize(
    "word", ["data", "loss", "from", "as", "repeat", "let", "truer"]
)
def test_keywords_are_names_elsewhere(word: str) -> None:
    assert texts(nodes.Let, f"let {word} = {word}(a, {word}={word})")
    assert texts(nodes.Layer, f"network {{\ndense({word}) as {word} from {word}\n}}")
    assert texts(nodes.Setting, f"training {{\n{word} = [{word}: {word}]\n}}")
    assert texts(nodes.Block, f"block {word}({word}) {{ }}")


@pytest.mark.parametrize(
    "word", ["data", "loss", "activation", "let", "model", "network"]
)
def test_top_level_keywords_are_layers_too(word: str) -> None:
    assert texts(nodes.Layer, f"network {{\n{word}(relu)\n{word}\n}}") == [
        f"{word}(relu)",
        word,
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "# only a comment",
        "\r\n# CRLF\r\nlet a = (\r\n 1,\r\n)\r\n",
        "data { mnist() } network { flatten } training { loss = mse }",
        "network\n{\nflatten\n}",
        "network {}\ndata { }\ntraining {\n\n}\n",
        "network { repeat 2 { flatten } flatten }",
        "let a = [\n  1,  # one\n  2,\n]",
        "block b() { }",
    ],
)
def test_layouts(text: str) -> None:
    parsed(text)


def test_layout_does_not_change_the_tree() -> None:
    spaced = "data {\n\n  csv(\n 'a')\n\n}\n".replace("'", '"')
    one = [type(node) for node in walk(parsed(spaced))]
    other = [type(node) for node in walk(parsed('data{csv("a")}'))]
    assert one == other


def test_every_rule_of_the_grammar_makes_a_node() -> None:
    rules = {rule.alias or rule.origin.name for rule in grammar.parser().rules}
    named = {name for name in rules if not name.startswith("_")}
    folded = {"value", "sum", "product", "factor", "power", "atom"}
    assert named - folded <= vars(TreeBuilder).keys()


def test_the_committed_tables_are_fresh() -> None:
    text = grammar._grammar_file().read_text(encoding="utf-8")
    assert grammar._read_tables()["grammar"] == text, (
        "run python -m nnspec.syntax.grammar"
    )


def test_another_lark_makes_its_own_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = parsed(EVERYTHING)
    monkeypatch.setattr("lark.__version__", "0")
    monkeypatch.setattr("nnspec.syntax.parser.parser", grammar.parser.__wrapped__)
    assert parsed(EVERYTHING) == expected


def test_tables_are_written_where_they_are_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(grammar, "_tables_file", lambda: tmp_path / "tables.json")
    grammar.write_tables()
    written = (tmp_path / "tables.json").read_bytes()
    grammar.write_tables()
    assert (tmp_path / "tables.json").read_bytes() == written
    monkeypatch.setattr("nnspec.syntax.parser.parser", grammar.parser.__wrapped__)
    assert parsed("let x = 1").statements


def test_decode_takes_a_byte_order_mark() -> None:
    source, problem = decode("a.nn", b"\xef\xbb\xbfmodel m\n")
    assert problem is None
    assert source.text == "model m\n"


# -- against Python's own parser -------------------------------------------------------

OPERATORS = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.UAdd: "+",
    ast.USub: "-",
}


def arithmetic() -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*", "/", "//", "%", "**", " - ", " ** -"])
    return st.recursive(
        st.sampled_from(["1", "20", "1.5", "a", "b_2", "f(a, b)"]),
        lambda inner: (
            st.tuples(inner, operators, inner).map("".join)
            | inner.map(lambda text: f"-{text}")
            | inner.map(lambda text: f"({text})")
        ),
        max_leaves=12,
    )


def shape_of_ours(node: nodes.Node) -> object:
    match node:
        case nodes.Binary(_, operator, left, right):
            return (shape_of_ours(left), operator, shape_of_ours(right))
        case nodes.Unary(_, operator, operand):
            return (operator, shape_of_ours(operand))
        case nodes.Call(_, name, arguments):
            return (name.text, *(shape_of_ours(a.value) for a in arguments))
        case nodes.Name(_, text):
            return text
        case nodes.Number(_, value):
            return value
    raise AssertionError(node)


def shape_of_pythons(node: ast.expr) -> object:
    match node:
        case ast.BinOp(left, operator, right):
            symbol = OPERATORS[type(operator)]
            return (shape_of_pythons(left), symbol, shape_of_pythons(right))
        case ast.UnaryOp(sign, operand):
            return (OPERATORS[type(sign)], shape_of_pythons(operand))
        case ast.Call(ast.Name(name), arguments):
            return (name, *(shape_of_pythons(a) for a in arguments))
        case ast.Name(name):
            return name
        case ast.Constant(value):
            return value
    raise AssertionError(node)


@given(arithmetic())
def test_arithmetic_has_pythons_precedence(text: str) -> None:
    theirs = ast.parse(text, mode="eval").body
    assert shape_of_ours(value_of(text)) == shape_of_pythons(theirs)


@given(arithmetic())
def test_each_value_reads_the_same_by_itself(text: str) -> None:
    for node in walk(value_of(text)):
        if not isinstance(node, nodes.Argument):
            alone = value_of(
                text[node.span.start - 8 :][: node.span.end - node.span.start]
            )
            assert shape_of_ours(alone) == shape_of_ours(node)


LAYER = """\
layer low_rank(x, rank=2) {
  down = weight((size(x), rank), he_normal)

  loss = x @ down @ up > 0  # a comment
  mean(loss, axis=[batch, 0]) @ up
}
"""


def test_formula_of_several_lines() -> None:
    (formula,) = parsed(LAYER).statements
    assert isinstance(formula, nodes.Formula)
    assert (formula.kind, formula.name.text) == ("layer", "low_rank")
    assert [LAYER[line.span.start : line.span.end] for line in formula.lines] == [
        "down = weight((size(x), rank), he_normal)",
        "loss = x @ down @ up > 0",
        "mean(loss, axis=[batch, 0]) @ up",
    ]
    loss, result = formula.lines[1:]
    assert isinstance(loss, nodes.Setting)
    assert isinstance(loss.value, nodes.Binary)
    assert loss.value.operator == ">"
    assert isinstance(result, nodes.Binary)
    assert result.operator == "@"

"""The commands of `nnspec` and what each takes, in the order in which one meets them.

Help, completion and the man page are made of this table.
"""

from __future__ import annotations

import argparse
from argparse import ArgumentParser

from nnspec import __version__, script_options
from nnspec.usage import Command, Parser, count, one_of

SHELLS = ("bash", "zsh", "fish")
TARGETS = ("numpy", "keras")
BACKENDS = ("jax", "tensorflow", "torch")


def parser_of(name: str) -> Parser:
    """The parser of a command, or of `nnspec` itself: the empty name."""
    return Parser(COMMANDS[name] if name else _NNSPEC)


def _add_commands(parser: ArgumentParser) -> None:
    parser.add_argument(
        "-V",
        "--version",
        action="version",
        version=f"nnspec {__version__}",
        help="print the version",
    )
    width = max(map(len, COMMANDS))
    lines = (f"{name:{width}}  {c.does}" for name, c in COMMANDS.items())
    parser.add_argument_group("commands", "\n".join(lines))


def _add_spec(parser: ArgumentParser) -> None:
    parser.add_argument("spec", metavar="SPEC", help="a spec; `-` is standard input")
    _add_set(parser)


def _add_set(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        type=_override,
        help="give a `let` of the spec another value; may be repeated",
    )


def _override(text: str) -> object:
    from nnspec.commands.specs import override  # noqa: PLC0415 -- not all need it

    return override(text)


def _add_format(parser: ArgumentParser, *formats: str) -> None:
    parser.add_argument(
        "--format",
        metavar="FORMAT",
        choices=formats,
        type=one_of("--format", formats),
        default=formats[0],
        help=f"{', '.join(formats[:-1])} or {formats[-1]}; default: {formats[0]}",
    )


def _init(parser: ArgumentParser) -> None:
    parser.add_argument(
        "name", metavar="NAME", nargs="?", help="name of the model; writes NAME.nn"
    )
    parser.add_argument(
        "--from",
        dest="example",
        metavar="EXAMPLE",
        help="the example to start from; default: the one called NAME, else digits",
    )
    parser.add_argument(
        "--csv", metavar="FILE", help="a table: the spec is one that fits it"
    )
    parser.add_argument(
        "--target",
        metavar="COLUMN",
        help="the column of the table to predict: a name, or a number from 0",
    )
    parser.add_argument("--list", action="store_true", help="list the examples")
    parser.add_argument(
        "--force", action="store_true", help="overwrite files that are there"
    )


def _check(parser: ArgumentParser) -> None:
    parser.add_argument(
        "specs",
        metavar="SPEC",
        nargs="+",
        help="a spec, a folder of specs, or `-`: standard input",
    )
    _add_set(parser)
    _add_format(parser, "text", "concise", "json", "sarif", "github")


def _summary(parser: ArgumentParser) -> None:
    _add_spec(parser)
    _add_format(parser, "text", "json", "markdown")
    parser.add_argument(
        "--batch-size",
        metavar="N",
        type=count("--batch-size"),
        help="samples in memory at once; default: the spec's",
    )


def _graph(parser: ArgumentParser) -> None:
    _add_spec(parser)
    _add_format(parser, "svg", "mermaid", "dot")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="where to write it; default: standard output",
    )


def _diff(parser: ArgumentParser) -> None:
    parser.add_argument("old", metavar="A", help="a spec; `-` is standard input")
    parser.add_argument("new", metavar="B", help="the spec that it is compared with")
    _add_format(parser, "text", "json")
    parser.add_argument(
        "--check", action="store_true", help="exit 1 if they do not mean the same"
    )


def _compile(parser: ArgumentParser) -> None:
    parser.add_argument(
        "specs", metavar="SPEC", nargs="+", help="a spec; `-` is standard input"
    )
    _add_set(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="the script; default: SPEC with `.py`; `-` is standard output",
    )
    parser.add_argument(
        "--target",
        metavar="TARGET",
        choices=TARGETS,
        type=one_of("--target", TARGETS),
        default=TARGETS[0],
        help="numpy or keras (version 3); default FILE there: SPEC with `_keras.py`",
    )
    parser.add_argument(
        "--bare",
        action="store_true",
        help="the mathematics alone, for reading; default FILE: SPEC with `_bare.py`",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 and show why if FILE is not what would be written",
    )
    parser.add_argument(
        "--force", action="store_true", help="overwrite a FILE edited by hand, too"
    )


def _parity(parser: ArgumentParser) -> None:
    _add_spec(parser)
    parser.add_argument(
        "--steps",
        metavar="N",
        type=count("--steps"),
        default=5,
        help="batches to train on; default: 5",
    )
    parser.add_argument(
        "--backend",
        metavar="BACKEND",
        choices=BACKENDS,
        type=one_of("--backend", BACKENDS),
        default=BACKENDS[0],
        help="what Keras computes with: jax, tensorflow or torch; default: jax",
    )


def _run(parser: ArgumentParser) -> None:
    _add_spec(parser)
    parser.add_argument(
        "arguments",
        metavar="ARGUMENT",
        nargs=argparse.REMAINDER,
        help="a command of the script, and its options",
    )
    lines = ["the script takes:", *script_options.explained(), ""]
    lines += ["`nnspec run SPEC train --help` says more", "", parser.epilog or ""]
    parser.epilog = "\n".join(lines)


def _export(parser: ArgumentParser) -> None:
    parser.add_argument(
        "spec", metavar="SPEC", help="a spec, or the folder of a run: its history"
    )
    _add_set(parser)
    parser.add_argument("--weights", metavar="FILE", help="the weights.npz of a run")
    parser.add_argument(
        "--to",
        metavar="FILE",
        required=True,
        help="NAME.onnx, .safetensors or .weights.h5; of a run, a folder of events",
    )


def _import(parser: ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", help="NAME.safetensors, NAME.weights.h5 or NAME.keras"
    )
    parser.add_argument(
        "--spec", metavar="SPEC", required=True, help="the spec of such a network"
    )
    _add_set(parser)
    parser.add_argument(
        "--to", metavar="FILE", required=True, help="the weights.npz to write"
    )


def _sweep(parser: ArgumentParser) -> None:
    parser.add_argument("spec", metavar="SPEC", help="a spec")
    parser.add_argument(
        "--try",
        dest="tries",
        metavar="NAME=VALUES",
        action="append",
        default=[],
        help="values of a `let`: 64,128, or log(1e-4, 1e-1), uniform or int; repeated",
    )
    parser.add_argument(
        "--trials",
        metavar="N",
        type=count("--trials"),
        help="how many; default: all of a grid, 20 where ranges are drawn from",
    )
    parser.add_argument(
        "--jobs",
        metavar="N",
        type=count("--jobs"),
        default=1,
        help="trials at once; default: 1",
    )
    parser.add_argument(
        "--monitor", metavar="NAME", help="what they are judged by; default: val_loss"
    )
    parser.add_argument(
        "--seed", metavar="N", type=count("--seed"), default=1, help="default: 1"
    )
    parser.add_argument(
        "--out", metavar="DIR", help="folder of the trials; default: sweeps/NAME"
    )
    parser.add_argument(
        "--storage",
        metavar="URL",
        help="where Optuna keeps them; default: a file there",
    )


def _layers(parser: ArgumentParser) -> None:
    parser.add_argument(
        "entry",
        metavar="NAME",
        nargs="?",
        help="a name, such as dense, or a kind: layers, losses, data, training, ...",
    )


def _explain(parser: ArgumentParser) -> None:
    parser.add_argument(
        "code",
        metavar="CODE",
        nargs="?",
        help="the code of a message, such as unknown-layer; without it, all codes",
    )


def _describe(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a table; `-` is standard input")
    _add_format(parser, "text", "json")


def _completion(parser: ArgumentParser) -> None:
    parser.add_argument(
        "shell",
        metavar="SHELL",
        choices=SHELLS,
        type=one_of("SHELL", SHELLS),
        help=", ".join(SHELLS),
    )


def _help(parser: ArgumentParser) -> None:
    parser.add_argument("topic", metavar="COMMAND", nargs="?", help="the command")


_NNSPEC = Command(
    "",
    "compile a spec of a neural network to one training script in NumPy",
    "COMMAND [options]",
    (
        ("nnspec init digits", "a spec to start from, with its data"),
        ("nnspec run digits.nn", "train it"),
        ("nnspec help run", "explain a command"),
    ),
    _add_commands,
)

_TABLE = (
    Command(
        "init",
        "write a spec to start from",
        "NAME [options]",
        (
            ("nnspec init iris", "writes iris.nn and its data"),
            ("nnspec init arms --from spirals", "writes arms.nn"),
            ("nnspec init sales --csv sales.csv --target price", "a spec for a table"),
            ("nnspec init --list", "lists the examples"),
        ),
        _init,
    ),
    Command(
        "check",
        "print every error and warning of specs",
        "[options] SPEC...",
        (
            ("nnspec check digits.nn", "a spec"),
            ("nnspec check .", "every *.nn in this folder and below"),
            ("nnspec check --format concise .", "a line for each error"),
        ),
        _check,
    ),
    Command(
        "summary",
        "print layers, shapes, parameters, FLOPs and memory",
        "[options] SPEC",
        (
            ("nnspec summary digits.nn", "a table"),
            ("nnspec summary digits.nn --batch-size 256", "memory for such batches"),
            ("nnspec summary digits.nn --format json", "for programs"),
        ),
        _summary,
    ),
    Command(
        "graph",
        "draw the network",
        "[options] SPEC",
        (
            ("nnspec graph digits.nn -o digits.svg", "a picture"),
            ("nnspec graph digits.nn --format mermaid", "a flowchart for Markdown"),
            ("nnspec graph digits.nn --format dot", "for Graphviz"),
        ),
        _graph,
    ),
    Command(
        "diff",
        "tell what is different in two specs, and whether weights fit",
        "[options] A B",
        (
            ("nnspec diff old.nn new.nn", "layers, settings, data, costs"),
            ("nnspec diff old.nn new.nn --format json", "for programs"),
        ),
        _diff,
    ),
    Command(
        "compile",
        "write the training script of a spec",
        "[options] SPEC...",
        (
            ("nnspec compile digits.nn", "writes digits.py"),
            ("nnspec compile digits.nn -o -", "prints the script"),
            ("nnspec compile digits.nn --bare", "writes digits_bare.py, for reading"),
            ("nnspec compile digits.nn --target keras", "writes digits_keras.py"),
            ("nnspec compile digits.nn --check", "is digits.py up to date?"),
        ),
        _compile,
    ),
    Command(
        "run",
        "compile a spec and run its script",
        "[options] SPEC [arguments of the script]",
        (
            ("nnspec run digits.nn", "trains"),
            ("nnspec run digits.nn --epochs 3", "trains for three epochs"),
            ("nnspec run digits.nn gradcheck", "checks the derivatives"),
        ),
        _run,
    ),
    Command(
        "export",
        "write a trained model for other programs",
        "[options] SPEC --weights FILE --to FILE",
        (
            ("nnspec export net.nn --weights weights.npz --to net.onnx", "a graph"),
            (
                "nnspec export net.nn --weights weights.npz --to net.safetensors",
                "for PyTorch and others",
            ),
            (
                "nnspec export net.nn --weights weights.npz --to net.weights.h5",
                "for load_weights of Keras",
            ),
            ("nnspec export runs/net --to events", "a run's history for TensorBoard"),
        ),
        _export,
    ),
    Command(
        "import",
        "take weights of another library",
        "[options] FILE --spec SPEC --to weights.npz",
        (
            ("nnspec import net.weights.h5 --spec net.nn --to weights.npz", "of Keras"),
            ("nnspec import net.safetensors --spec net.nn --to w.npz", "of PyTorch"),
        ),
        _import,
    ),
    Command(
        "parity",
        "train the scripts of NumPy and Keras alike, and tell the differences",
        "[options] SPEC",
        (
            ("nnspec parity digits.nn", "five steps in float64"),
            ("nnspec parity digits.nn --steps 50", "fifty"),
        ),
        _parity,
    ),
    Command(
        "sweep",
        "train with other values of `let`s, and tell which are the best",
        "[options] SPEC --try NAME=VALUES",
        (
            ("nnspec sweep net.nn --try hidden=32,64,128", "three trainings"),
            ('nnspec sweep net.nn --try rate="log(1e-4, 1e-1)"', "twenty, drawn"),
            ("nnspec sweep net.nn --try hidden=8,16 --jobs 2", "two at once"),
        ),
        _sweep,
    ),
    Command(
        "describe",
        "print the columns of a table",
        "[options] FILE",
        (
            ("nnspec describe people.csv", "kinds, blanks, distinct values, ranges"),
            ("nnspec describe people.csv --format json", "for programs"),
        ),
        _describe,
    ),
    Command(
        "layers",
        "explain what a spec can name",
        "[NAME]",
        (
            ("nnspec layers", "everything, a line each"),
            ("nnspec layers losses", "one kind of names"),
            ("nnspec layers dense", "all about one name"),
        ),
        _layers,
    ),
    Command(
        "explain",
        "explain the code of an error or a warning",
        "[CODE]",
        (
            (
                "nnspec explain unknown-layer",
                "with a spec that has it, and one that has not",
            ),
            ("nnspec explain", "lists all codes"),
        ),
        _explain,
    ),
    Command(
        "completion",
        "print what completes commands in a shell",
        "SHELL",
        (
            ('eval "$(nnspec completion bash)"', "in ~/.bashrc"),
            ('eval "$(nnspec completion zsh)"', "in ~/.zshrc, after compinit"),
            ("nnspec completion fish | source", "in ~/.config/fish/config.fish"),
        ),
        _completion,
    ),
    Command(
        "help",
        "explain a command",
        "[COMMAND]",
        (("nnspec help run", "the same as nnspec run --help"),),
        _help,
    ),
)

#: Every command by its name.
COMMANDS = {command.name: command for command in _TABLE}

"""What each command of `nnspec` takes, in the order in which one meets them."""

from __future__ import annotations

import argparse
from argparse import ArgumentParser

from nnspec import script_options
from nnspec.usage import count, one_of

SHELLS = ("bash", "zsh", "fish")
TARGETS = ("numpy", "keras")
BACKENDS = ("jax", "tensorflow", "torch")


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


def add_init(parser: ArgumentParser) -> None:
    """What `nnspec init` takes."""
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


def add_check(parser: ArgumentParser) -> None:
    """What `nnspec check` takes."""
    parser.add_argument(
        "specs",
        metavar="SPEC",
        nargs="+",
        help="a spec, a folder of specs, or `-`: standard input",
    )
    _add_set(parser)
    _add_format(parser, "text", "concise", "json", "sarif", "github")


def add_summary(parser: ArgumentParser) -> None:
    """What `nnspec summary` takes."""
    _add_spec(parser)
    _add_format(parser, "text", "json", "markdown")
    parser.add_argument(
        "--batch-size",
        metavar="N",
        type=count("--batch-size"),
        help="samples in memory at once; default: the spec's",
    )


def add_graph(parser: ArgumentParser) -> None:
    """What `nnspec graph` takes."""
    _add_spec(parser)
    _add_format(parser, "svg", "mermaid", "dot")
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="where to write it; default: standard output",
    )


def add_diff(parser: ArgumentParser) -> None:
    """What `nnspec diff` takes."""
    parser.add_argument("old", metavar="A", help="a spec; `-` is standard input")
    parser.add_argument("new", metavar="B", help="the spec that it is compared with")
    _add_format(parser, "text", "json")
    parser.add_argument(
        "--check", action="store_true", help="exit 1 if they do not mean the same"
    )


def add_compile(parser: ArgumentParser) -> None:
    """What `nnspec compile` takes."""
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
        "--mpi",
        metavar="N",
        type=count("--mpi"),
        default=0,
        help="train in up to N processes, on many machines: `mpirun -n N python FILE`",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 and show why if FILE is not what would be written",
    )
    parser.add_argument(
        "--force", action="store_true", help="overwrite a FILE edited by hand, too"
    )


def add_parity(parser: ArgumentParser) -> None:
    """What `nnspec parity` takes."""
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


def add_run(parser: ArgumentParser) -> None:
    """What `nnspec run` takes."""
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


def add_export(parser: ArgumentParser) -> None:
    """What `nnspec export` takes."""
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


def add_import(parser: ArgumentParser) -> None:
    """What `nnspec import` takes."""
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


def add_sweep(parser: ArgumentParser) -> None:
    """What `nnspec sweep` takes."""
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


def add_layers(parser: ArgumentParser) -> None:
    """What `nnspec layers` takes."""
    parser.add_argument(
        "entry",
        metavar="NAME",
        nargs="?",
        help="a name, such as dense, or a kind: layers, losses, data, training, ...",
    )


def add_explain(parser: ArgumentParser) -> None:
    """What `nnspec explain` takes."""
    parser.add_argument(
        "code",
        metavar="CODE",
        nargs="?",
        help="the code of a message, such as unknown-layer; without it, all codes",
    )


def add_describe(parser: ArgumentParser) -> None:
    """What `nnspec describe` takes."""
    parser.add_argument("file", metavar="FILE", help="a table; `-` is standard input")
    _add_format(parser, "text", "json")


def add_completion(parser: ArgumentParser) -> None:
    """What `nnspec completion` takes."""
    parser.add_argument(
        "shell",
        metavar="SHELL",
        choices=SHELLS,
        type=one_of("SHELL", SHELLS),
        help=", ".join(SHELLS),
    )


def add_help(parser: ArgumentParser) -> None:
    """What `nnspec help` takes."""
    parser.add_argument("topic", metavar="COMMAND", nargs="?", help="the command")

"""The commands of `nnspec`, in the order in which one meets them.

Help, completion and the man page are made of this table.
"""

from __future__ import annotations

from argparse import ArgumentParser

from nnspec import __version__, arguments
from nnspec.usage import Command, Parser


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
        arguments.add_init,
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
        arguments.add_check,
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
        arguments.add_summary,
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
        arguments.add_graph,
    ),
    Command(
        "diff",
        "tell what is different in two specs, and whether weights fit",
        "[options] A B",
        (
            ("nnspec diff old.nn new.nn", "layers, settings, data, costs"),
            ("nnspec diff old.nn new.nn --format json", "for programs"),
        ),
        arguments.add_diff,
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
            ("nnspec compile digits.nn --mpi 4", "for `mpirun -n 4 python digits.py`"),
            ("nnspec compile digits.nn --check", "is digits.py up to date?"),
        ),
        arguments.add_compile,
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
        arguments.add_run,
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
        arguments.add_export,
    ),
    Command(
        "import",
        "take weights of another library",
        "[options] FILE --spec SPEC --to weights.npz",
        (
            ("nnspec import net.weights.h5 --spec net.nn --to weights.npz", "of Keras"),
            ("nnspec import net.safetensors --spec net.nn --to w.npz", "of PyTorch"),
        ),
        arguments.add_import,
    ),
    Command(
        "parity",
        "train the scripts of NumPy and Keras alike, and tell the differences",
        "[options] SPEC",
        (
            ("nnspec parity digits.nn", "five steps in float64"),
            ("nnspec parity digits.nn --steps 50", "fifty"),
        ),
        arguments.add_parity,
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
        arguments.add_sweep,
    ),
    Command(
        "describe",
        "print the columns of a table",
        "[options] FILE",
        (
            ("nnspec describe people.csv", "kinds, blanks, distinct values, ranges"),
            ("nnspec describe people.csv --format json", "for programs"),
        ),
        arguments.add_describe,
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
        arguments.add_layers,
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
        arguments.add_explain,
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
        arguments.add_completion,
    ),
    Command(
        "help",
        "explain a command",
        "[COMMAND]",
        (("nnspec help run", "the same as nnspec run --help"),),
        arguments.add_help,
    ),
)

#: Every command by its name.
COMMANDS = {command.name: command for command in _TABLE}

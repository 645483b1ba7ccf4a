"""Callbacks: what happens after an epoch, by what the history tells."""

from __future__ import annotations

from nnspec.table.entry import Argument
from nnspec.table.kinds import Choice, Flag, Integer, Optional, Real, String
from nnspec.table.training_entry import CallbackEntry
from nnspec.table.words import Character, HistoryName

_MONITOR = Argument("monitor", HistoryName(), "val_loss", "the value that it goes by")
_MODE = Argument(
    "mode",
    Choice(("auto", "min", "max")),
    "auto",
    "whether less or more of it is better; `auto` knows it of the loss and each metric",
)
_FILE = String("a file name")


def _min_delta(default: float) -> Argument:
    return Argument(
        "min_delta", Real(0), default, "a change no larger than this is no improvement"
    )


CALLBACKS = (
    CallbackEntry(
        "early_stopping",
        "Ends the training when a value has not improved for a while; never after the "
        "first epoch.",
        (
            _MONITOR,
            _min_delta(0.0),
            Argument(
                "patience",
                Integer(0),
                0,
                "epochs in a row without improvement that end the training; 0 is as 1",
            ),
            _MODE,
            Argument(
                "baseline",
                Optional(Real()),
                None,
                "a value that an improvement has to surpass, too, for the patience to "
                "begin anew",
            ),
            Argument(
                "restore_best_weights",
                Flag(),
                False,
                "at the end, take the weights of the epoch with the best value, "
                "whether it was stopped or not",
            ),
            Argument(
                "start_from_epoch", Integer(0), 0, "so many epochs are not looked at"
            ),
        ),
        monitors=lambda _: True,
        stops=lambda _: True,
        restores=lambda arguments: bool(arguments["restore_best_weights"]),
        files=lambda _: ("early_stopping",),
    ),
    CallbackEntry(
        "reduce_lr_on_plateau",
        "Lowers the learning rate when a value has not improved for a while. The "
        "history holds the rate of each epoch.",
        (
            _MONITOR,
            Argument(
                "factor", Real(0, below=1), 0.1, "what the learning rate is times"
            ),
            Argument(
                "patience",
                Integer(0),
                10,
                "epochs in a row without improvement that lower it; 0 is as 1",
            ),
            _MODE,
            _min_delta(1e-4),
            Argument("cooldown", Integer(0), 0, "epochs after it that are not counted"),
            Argument("min_lr", Real(0), 0.0, "the lowest learning rate"),
        ),
        monitors=lambda _: True,
        sets_rate=True,
        files=lambda _: ("reduce_lr_on_plateau",),
    ),
    CallbackEntry(
        "checkpoint",
        "Writes the weights to a file in the folder of the results after an epoch: "
        "after each, or each that is the best so far. `evaluate` and `predict` take it "
        "as `--weights`.",
        (
            Argument(
                "filepath",
                _FILE,
                doc="ends in `.npz`; `{epoch:02d}` and `{val_loss:.2f}` in it stand "
                "for values of the history, formatted as in Python",
                example='"{epoch:02d}.npz"',
            ),
            _MONITOR,
            Argument(
                "save_best_only",
                Flag(),
                False,
                "only after an epoch in which the value improved",
            ),
            _MODE,
            Argument(
                "save_freq", Choice(("epoch",)), "epoch", "at the end of each epoch"
            ),
            Argument(
                "initial_value_threshold",
                Optional(Real()),
                None,
                "a value that the first improvement has to surpass",
            ),
        ),
        monitors=lambda arguments: bool(arguments["save_best_only"]),
        file="filepath",
        suffix=".npz",
        files=lambda a: ("improves",) if a["save_best_only"] else (),
    ),
    CallbackEntry(
        "terminate_on_nan",
        "Ends the training after a batch in which the loss is not finite.",
        (
            Argument(
                "raise_error",
                Flag(),
                False,
                "at once and as an error; otherwise that epoch still has its row in "
                "the history",
            ),
        ),
        stops=lambda arguments: not arguments["raise_error"],
        breaks=lambda arguments: not arguments["raise_error"],
    ),
    CallbackEntry(
        "csv_logger",
        "Writes the rows of the history to a file in the folder of the results, each "
        "as its epoch ends.",
        (
            Argument(
                "filename",
                _FILE,
                doc="the file, such as `log.csv`",
                example='"log.csv"',
            ),
            Argument("separator", Character(), ",", "what stands between cells"),
            Argument(
                "append",
                Flag(),
                False,
                "keep what the file holds of earlier trainings",
            ),
        ),
        file="filename",
        files=lambda a: ("csv_logger", "cut_log") if a["append"] else ("csv_logger",),
    ),
)

"""The text of a spec that a table is a start for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nnspec.facts import Column
from nnspec.facts.guess import Guess
from nnspec.source import on_one_line
from nnspec.table import TABLE
from nnspec.table.spelling import spell

_STEPS = 30  # at least in an epoch
_LARGEST_BATCH = 256
_VOCABULARY = 2_000
_BESIDE = 500  # words beside other features


def spec_of(name: str, file: str, guess: Guess, form: Iterable[str] = ()) -> str:
    """A spec that predicts the target of a table from its other columns.

    `form` are arguments of `csv` for the form of the file.
    """
    target = guess.called(guess.target)
    what = f"{guess.target.name} by {_features(guess)} of {file}"
    lines = [
        f"# Predicts {on_one_line(what)}.",  # a comment ends with its line
        f"model {name}",
        "",
        "data {",
        *_data([spell(file), f"target={spell(target)}", *form], guess),
        "}",
        "",
        "network {",
        *_network(guess),
        "}",
        "",
        "training {",
        *_training(guess),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _features(guess: Guess) -> str:
    count = len(guess.features) + len(guess.beside)
    return "1 column" if count == 1 else f"{count} columns"


def _data(given: list[str], guess: Guess) -> Iterator[str]:
    source = [*given, *_options(guess)]
    call = f"  csv({', '.join(source)})"
    if len(call) <= 80:
        yield call
    else:
        yield from ("  csv(", *(f"    {argument}," for argument in source), "  )")
    if guess.words:
        yield f"  bag_of_words({_VOCABULARY})"
    for column in guess.beside:
        text = spell(guess.called(column))
        yield f"  bag_of_words({_BESIDE}, of={text})"
        if column.blank:
            yield f'  impute("", of={text})'
    for column in guess.dates:
        written = f", format={spell(column.dates)}" * (column.dates != "%Y-%m-%d")
        yield f"  dates([{spell(guess.called(column))}]{written})"
    if guess.has_blanks and not guess.words:
        yield "  impute(median)"
    if guess.has_numbers:
        yield "  standardize()"
    if guess.named:
        columns = [c for c in guess.features if c.kind == "texts" or c in guess.named]
        yield f"  one_hot({_names(columns, guess)})"
    elif guess.has_texts and not guess.words:
        yield "  one_hot()"
    if not guess.classes and TABLE["transform"]["standardize"].arguments:
        yield "  standardize(target)"
    how = "stratify=true" if guess.classes else "seed=0"
    yield f"  split(validation=0.2, test=0.2, {how})"


def _options(guess: Guess) -> Iterator[str]:
    if guess.left_out:
        dropped = [column for column, _ in guess.left_out]
        if len(dropped) <= len(guess.features) + len(guess.beside):
            yield f"drop={_names(dropped, guess)}"
        else:
            yield f"features={_names((*guess.features, *guess.beside), guess)}"
    if guess.target.blank:
        yield "without_target=drop"
    if guess.missing:
        yield f"missing={spell(guess.missing)}"


def _names(columns: Iterable[Column], guess: Guess) -> str:
    return spell(tuple(map(guess.called, columns)))


def _network(guess: Guess) -> Iterator[str]:
    rows = guess.target.rows
    units = 16 if rows < 500 else 32 if rows < 5_000 else 64
    yield f"  dense({units}, relu)"
    if rows >= 500:
        yield f"  dense({units // 2}, relu)"
    match guess.classes:
        case 0:
            yield "  dense(1)"
        case 2:
            yield "  dense(1, sigmoid)"
        case count:
            yield f"  dense({count}, softmax)"


def _training(guess: Guess) -> Iterator[str]:
    match guess.classes:
        case 0:
            loss, metrics = "mean_squared_error", "mae, r2_score"
        case 2:
            loss, metrics = "binary_crossentropy", "accuracy, auc"
        case _:
            loss, metrics = "sparse_categorical_crossentropy", "accuracy"
    rows = guess.target.rows
    batch = 8
    while batch < _LARGEST_BATCH and batch * 2 * _STEPS <= rows:
        batch *= 2
    yield f"  loss = {loss}"
    yield f"  optimizer = adam(learning_rate={'0.01' if rows < 500 else '0.003'})"
    yield f"  metrics = [{metrics}]"
    yield "  epochs = 200"
    yield f"  batch_size = {batch}"
    yield "  early_stopping(patience=20, restore_best_weights=true)"

"""The history of a run as event files of TensorBoard."""

from __future__ import annotations

import csv
from pathlib import Path


def write(run: Path, folder: str) -> int:
    """Write training and validation as two runs side by side; how many epochs it were.

    Both call a value by the same name, so that TensorBoard draws them in one picture.
    Raises `OSError`, or `ValueError` for a history that holds no numbers.
    """
    # The library takes a second to import.
    from tensorboard.compat.proto.event_pb2 import Event  # noqa: PLC0415
    from tensorboard.compat.proto.summary_pb2 import Summary  # noqa: PLC0415
    from tensorboard.summary.writer.event_file_writer import (  # noqa: PLC0415
        EventFileWriter,
    )

    with (run / "history.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            {name: float(text) for name, text in row.items()}
            for row in csv.DictReader(file)
        ]
    written = {"epoch", "seconds"}
    if not rows or not written <= rows[0].keys():
        raise ValueError("there are no epochs in it")
    seconds = sum(row["seconds"] for row in rows)
    ended = (run / "history.csv").stat().st_mtime
    names = [name for name in rows[0] if name not in written]
    parts = {
        "training": {n: n for n in names if not n.startswith("val_")},
        "validation": {
            n.removeprefix("val_"): n for n in names if n.startswith("val_")
        },
    }
    for part, tags in parts.items():
        if not tags:
            continue
        writer, time = EventFileWriter(f"{folder}/{part}"), ended - seconds
        for row in rows:
            time += row["seconds"]
            values = [
                Summary.Value(tag=f"epoch_{tag}", simple_value=row[name])
                for tag, name in tags.items()
            ]
            summary = Summary(value=values)
            step = int(row["epoch"])
            writer.add_event(Event(wall_time=time, step=step, summary=summary))
        writer.close()
    return len(rows)

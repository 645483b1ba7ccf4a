"""Tables that were changed at random: each is read, or told in one line what is wrong.

`make fuzz` does it for longer, from another seed each time.
"""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from tests.data.section import binary, options, section

SECONDS = float(os.environ.get("NNSPEC_FUZZ", "0"))
SEED = int(os.environ.get("NNSPEC_FUZZ_SEED", "0"))

STEPS = 'bag_of_words(9, of="text")\nstandardize()\nsplit(test=0.2, seed=0)'
ODD = [b"", b'"', b"\0", b"\xff", b"\r", b"\n", b",", b";", b"\t", b"NaN", b"1e999"]
ODD += [b"?", b"-", b"\xef\xbb\xbf", b"\xff\xfe", b"  ", b"1_0", b'""', b"inf", b"#"]


def table(draw: random.Random) -> bytes:
    words = ["a", "good", "bad", "film"]
    rows = ["a,text,b,y"]
    for i in range(40):
        text = " ".join(draw.choices(words, k=3))
        rows.append(f"{draw.randint(1, 99)},{text},{draw.random():.3f},{i % 2}")
    return "\n".join(rows).encode()


def changed(data: bytes, draw: random.Random) -> bytes:
    """The table with a byte, a row or a cell changed, or in another encoding."""
    lines, at = data.split(b"\n"), draw.randrange(len(data) + 1)
    row = draw.randrange(len(lines))
    match draw.randrange(5):
        case 0:
            return data[:at] + draw.choice(ODD) + data[at + draw.randint(0, 1) :]
        case 1:
            return data[:at] + data[at + draw.choice([1, 5, 100, 900]) :]
        case 2:
            lines.insert(draw.randrange(len(lines) + 1), lines[row])
        case 3:
            cells = lines[row].split(b",")
            cells[draw.randrange(len(cells))] = draw.choice(ODD)
            lines[row] = b",".join(cells)
        case 4:
            name = draw.choice(["utf-16", "utf-8-sig", "utf-16-le", "cp037"])
            return data.decode("latin-1").encode(name, "replace")
    return b"\n".join(lines)


def test_tables_that_were_changed_at_random(tmp_path: Path) -> None:
    module = section(binary(f'csv("t.csv", target="y")\n{STEPS}', "11"), tmp_path)
    end, seed, good, faults = time.monotonic() + SECONDS, SEED, 0, 0
    while time.monotonic() < end or seed < SEED + 100:
        draw = random.Random(seed)
        data = table(draw)
        for _ in range(draw.randint(1, 3)):
            data = changed(data, draw)
        (tmp_path / "t.csv").write_bytes(data)
        try:
            parts, _ = module.load_data(options())
            assert parts["train"][0][:4].shape[1] == 11, seed
            good += 1
        except module.InputError as fault:
            assert "\n" not in str(fault), seed
            assert "t.csv" in str(fault) or "samples of shape" in str(fault), seed
            faults += 1
        seed += 1
    assert good
    assert faults


def test_a_table_of_empty_cells(tmp_path: Path) -> None:
    module = section(binary('csv("t.csv", target=-1)', "2"), tmp_path)
    (tmp_path / "t.csv").write_text('"",""\n,\n', encoding="utf-8")
    with pytest.raises(
        module.InputError, match=r"t.csv: all cells are empty; it needs"
    ):
        module.load_data(options())

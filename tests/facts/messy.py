"""Made-up tables as people have them, each with something that is to be learnt."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable

import numpy as np

Rows = Iterable[Iterable[object]]


def table(header: str, rows: Rows, delimiter: str = ",") -> str:
    """The text of a table; without a header, of its rows."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    if header:
        writer.writerow(header.split(delimiter))
    writer.writerows(rows)
    return out.getvalue()


def titanic(rng: np.random.Generator) -> str:
    """Numbers of rows, names, tickets, blanks, and a copy of the target."""
    rows = []
    for i in range(300):
        sex, age = rng.choice(["male", "female"]), rng.integers(1, 70)
        lives = rng.random() < (0.85 if sex == "female" or age < 10 else 0.1)
        ticket = f"A/5 {i}" if i % 3 else str(1000 + i)
        cabin = rng.choice(["", "", "", "C", "B"])
        shown = "" if i % 6 == 0 else age
        word = "yes" if lives else "no"
        row = [i + 1, int(lives), f"Mr. {i}", sex, shown, ticket, cabin, word]
        rows.append(row)
    return table("PassengerId,Survived,Name,Sex,Age,Ticket,Cabin,alive", rows)


def european(rng: np.random.Generator) -> str:
    """Semicolons, decimal commas and umlauts."""
    rows = []
    for _ in range(200):
        a, b = rng.normal(size=2)
        kind = "groß" if a + b > 0 else "klein"
        rows.append([f"{a:.2f}".replace(".", ","), f"{b:.1f}".replace(".", ","), kind])
    return table("Länge;Breite;Größe", rows, ";")


def houses(rng: np.random.Generator) -> str:
    """Prices far from 1, ids, and towns."""
    rows = []
    for _ in range(300):
        area, town = rng.uniform(40, 200), rng.choice(["Rome", "Oslo", "Bern"])
        price = 2_000 * area + 100_000 * (town == "Oslo") + rng.normal() * 20_000
        rows.append([rng.integers(10**6, 10**9), f"{area:.0f}", town, f"{price:.0f}"])
    return table("house_id,area,town,price", rows)


def sorted_seeds(rng: np.random.Generator) -> str:
    """Tabs, and classes from 1 to 3 in their order."""
    rows = [
        [f"{rng.normal(k):.3f}", f"{rng.normal(-2 * k):.3f}", k]
        for k in (1, 2, 3)
        for _ in range(60)
    ]
    return table("area\twidth\tkind", rows, "\t")


def unnamed(rng: np.random.Generator) -> str:
    """No header; a number of the row; the target is the last column."""
    x = rng.normal(size=(200, 3))
    y = x[:, 0] * 3 - x[:, 1] + rng.normal(size=200) * 0.2
    pairs = enumerate(zip(x, y, strict=True))
    return table("", [[i, *(f"{v:.3f}" for v in (*row, t))] for i, (row, t) in pairs])


def dashes(rng: np.random.Generator) -> str:
    """Words for what is missing among numbers."""
    rows = []
    for i in range(250):
        a = rng.normal() * 10
        rows.append(["unknown" if i % 25 == 0 else f"{a:.2f}", "n" if a < 0 else "y"])
    return table("dose,helps", rows)


def mixed(rng: np.random.Generator) -> str:
    """A column of numbers and texts."""
    rows = []
    for _ in range(250):
        rooms = rng.choice(["1", "2", "3", "4", "5+"])
        rent = 300 * int(rooms[0]) + rng.normal() * 50
        rows.append([rooms, f"{rent:.2f}"])
    return table("rooms,rent", rows)


def dated(rng: np.random.Generator) -> str:
    """Dates, which are in no other row."""
    rows = []
    for i in range(200):
        humidity = rng.uniform(0, 1)
        heat = 30 - 20 * humidity + rng.normal()
        rows.append([f"2020-{i // 28 + 1:02}-{i % 28 + 1:02}", f"{humidity:.2f}", heat])
    return table("date,humidity,heat", rows)


def reviews(rng: np.random.Generator) -> str:
    """Nothing but texts of many words."""
    words = ["film", "the", "was", "and", "music", "actor", "scene"]
    rows = []
    for i in range(300):
        good = i % 2
        text = [*rng.choice(words, 6), ["awful", "great"][good], f"no{i}"]
        rows.append([["neg", "pos"][good], " ".join(rng.permutation(text))])
    return table("label,text", rows)


def mushrooms(rng: np.random.Generator) -> str:
    """All of it texts, the header, too."""
    rows = []
    for _ in range(300):
        cap, smell = rng.choice(["b", "c", "x"]), rng.choice(["a", "f", "n"])
        rows.append(["poison" if smell == "f" or cap == "c" else "good", cap, smell])
    return table("class,cap,smell", rows)


def untold(rng: np.random.Generator) -> str:
    """Rows without a target."""
    rows = []
    for i in range(250):
        hits, years = rng.integers(1, 200), rng.integers(1, 20)
        pay = hits * 3 + years * 20 + rng.normal() * 20
        rows.append([hits, years, "NA" if i % 10 == 0 else f"{pay:.1f}"])
    return table("hits,years,salary", rows)


def rare(rng: np.random.Generator) -> str:
    """Names of columns with anything in them, and categories of one row."""
    rows = []
    for i in range(250):
        city = f"village {i}" if i % 50 == 0 else rng.choice(["A", "B", "C"])
        n = rng.normal()
        rows.append([city, f"{n:.3f}", int(n + (city == "A") > 0)])
    return table('the "city"|number, of\\all|y', rows, "|")


def wisconsin(rng: np.random.Generator) -> str:
    """Labels 2 and 4, question marks, and an id that is there twice."""
    rows = []
    for i in range(300):
        k = int(rng.integers(0, 2))
        cells = rng.poisson(2 + 4 * k, 3)
        bare = "?" if i % 40 == 0 else cells[0]
        rows.append([10**6 + int(i * 977 % 290), bare, *cells[1:], 2 + 2 * k])
    return table("Id,bare,mitoses,size,class", rows)


def signs(rng: np.random.Generator) -> str:
    """Per cents and currencies beside plain numbers."""
    rows = []
    for _ in range(200):
        a = rng.normal()
        share = f"{rng.integers(1, 99)}%"
        rows.append(
            [f"{a:.3f}", share, f"${rng.integers(1, 99)}.50", f"{a * 4 + 1:.2f}"]
        )
    return table("a,share,fee,y", rows)


def shop(rng: np.random.Generator) -> str:
    """A title, dates with points, euros and per cents with decimal commas."""
    rows = []
    for i in range(200):
        a, b = rng.uniform(1, 9), rng.integers(100, 1000)
        price = f"{int(a)}.{b},{rng.integers(10, 99)} €"
        day = f"{i % 28 + 1:02}.{i % 12 + 1:02}.2023"
        rows.append(
            [day, price, f"{rng.integers(1, 40)} %", f"{a:.2f}".replace(".", ",")]
        )
    return "Export\n\n" + table("Datum;Umsatz;Rabatt;Menge", rows, ";")


def visits(rng: np.random.Generator) -> str:
    """Nothing but dates, with the month first."""
    rows = []
    for _ in range(400):
        month, day = rng.integers(1, 13), rng.integers(1, 29)
        count = 10 * month + rng.normal()
        rows.append([f"{month}/{day}/2023 {rng.integers(24)}:05", f"{count:.1f}"])
    return table("when,visits", rows)


def lab(rng: np.random.Generator) -> str:
    """Comments above numbers with white space between them."""
    rows = []
    for _ in range(200):
        a, b = rng.normal(size=2)
        rows.append(f"{a:7.3f}  {b:7.3f}  {int(a + b > 0)}\n")
    return "# from a lab\n# a, b and what came of them\n" + "".join(rows)


#: A table, its target, and what the network should at least reach on the test part.
TABLES: dict[str, tuple[Callable[[np.random.Generator], str], str, float]] = {
    "titanic": (titanic, "Survived", 0.75),
    "european": (european, "Größe", 0.85),
    "houses": (houses, "price", 0.7),
    "sorted_seeds": (sorted_seeds, "kind", 0.75),
    "unnamed": (unnamed, "-1", 0.7),
    "dashes": (dashes, "helps", 0.85),
    "mixed": (mixed, "rent", 0.7),
    "dated": (dated, "heat", 0.7),
    "reviews": (reviews, "label", 0.8),
    "mushrooms": (mushrooms, "class", 0.9),
    "untold": (untold, "salary", 0.7),
    "rare": (rare, "y", 0.8),
    "wisconsin": (wisconsin, "class", 0.75),
    "signs": (signs, "y", 0.7),
    "shop": (shop, "Menge", 0.7),
    "visits": (visits, "visits", 0.7),
    "lab": (lab, "-1", 0.85),
}

"""What those write by habit who come from pandas; see `nnspec/habits/__init__.py`."""

from __future__ import annotations

ORIGIN = "pandas"

NAMES = {"transform": {"get_dummies": "one_hot"}}

CALLS = {
    "source": {
        "read_csv(path, sep)": "csv(path, delimiter=sep)",
        "load_csv(path, sep)": "csv(path, delimiter=sep)",
        "read_table(path, sep)": "csv(path, delimiter=sep)",
        "genfromtxt(path, delimiter)": "csv(path, delimiter=delimiter)",
        "loadtxt(path, delimiter)": "csv(path, delimiter=delimiter)",
    },
    "transform": {
        "fillna(value)": "impute(value)",
        "dropna(axis)": ("impute(mean)", "what is missing is filled in"),
    },
}

REMOVED = {"data": {"head": "the script reads all rows"}}

ARGUMENTS = {
    "source": {
        "sep": "delimiter",
        "usecols": "features",
        "na_values": "missing",
        "index_col": "drop",
        "skiprows": "skip",
        "quotechar": "quote",
    },
}

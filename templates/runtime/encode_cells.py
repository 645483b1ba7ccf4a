import json
import math
import re

import numpy as np

from .as_learnt import as_learnt
from .column_numbers import column_numbers
from .input_error import InputError


@as_learnt()
def encode_cells(
    rows,
    names,
    learnt,
    missing,
    impute=False,
    last=False,
    trains=True,
    target=False,
    unknown=None,
    empty=np.empty,
):
    """Return the cells of rows as numbers; those of categories as the codes of these.

    A missing cell is an error; with `impute` it becomes NaN, or the code of the most
    frequent category, in all columns or those of a mask. `last` says that a split took
    the last rows. An error names the row; if it `trains`, also what the spec could say
    of features, or of a `target`. Categories that are not known are counted in
    `unknown`, if it is a Counter; their code is what was learnt for their column. What
    makes arrays is `empty`.
    """
    x = empty((len(rows), len(names)))
    fills = np.broadcast_to(impute, len(names))
    for column, name in enumerate(names):
        if (categories := learnt.get(f"data/categories/{column}")) is None:
            x[:, column], absent = column_numbers(rows, name, missing["numbers"])
        else:
            x[:, column], absent = category_codes(rows, name, categories, missing)
            if fills[column]:
                x[absent, column] = learnt["data/frequent"][column]
                absent[:] = False
        odd = np.isnan(x[:, column]) & ~(absent & fills[column])
        if unknown is not None and categories is not None:
            new = odd & ~absent
            x[new, column] = learnt["data/unknown"][column]  # NaN: it is an error
            unknown[name] += np.count_nonzero(new)
            odd = np.isnan(x[:, column])
        if odd.any():
            row = int(odd.argmax())
            count = np.count_nonzero(odd & (absent == absent[row]))
            text = None if absent[row] else rows[[row]].texts(name)[0][:60]
            fault = cell_fault(text, categories, count, trains)
            if trains and target:
                fault += TARGET_WAY_OUT * (text is None)
            elif trains:
                fault += way_out(text, json.dumps(name, ensure_ascii=False), categories)
            fault += ", or split with seed=0 or stratify=true" * (last and trains)
            raise InputError(f"{rows.where(row)}, column {name!r}: {fault}")
    return x


def category_codes(rows, name, categories, missing):
    """Return the codes of a column's cells, NaN for unknown ones; which are missing."""
    known = {text: code for code, text in enumerate(categories.tolist())}
    texts = rows.columns[name].texts
    codes = np.array([*(known.get(text, math.nan) for text in texts), math.nan])
    words = np.array([*(text.lower() in missing["texts"] for text in texts), False])
    places = rows.codes(name)
    return codes[places], words[places]


def cell_fault(text, categories, count, trains):
    """Say what is wrong with a text, None if it is missing, of so many cells."""
    more = f" (and {count - 1} more cells)" if count > 1 else ""
    if text is None:
        return f"the value is missing{more}; fill it in"
    if categories is None:
        return f"{text!r} is no number (up to 1e38){more}; correct it"
    if trains:
        return f"{text!r} is in no row of the training part{more}; leave such rows out"
    few = ", ".join(map(repr, categories[:10].tolist()))
    few += ", ..." * (len(categories) > 10)
    return f"{text!r} is no category that the model knows{more}; it knows {few}"


TARGET_WAY_OUT = ", or write without_target=drop in csv()"


def way_out(text, column, categories):
    """Say what a spec could do about it, where the column is a feature."""
    if text is None:
        return ", leave such rows out, or add an impute for features"
    if categories is not None:
        return f", or the column: drop=[{column}]"
    if re.fullmatch(r"[-+]?\d+,\d+", text):
        return ', or write decimal="," or thousands="," in csv()'
    word = json.dumps(text, ensure_ascii=False)
    return (
        f", name it in missing=[{word}], or take the whole column as categories: "
        f"one_hot([{column}])"
    )

import json

from .input_error import InputError


def column_of_texts(rows, names, missing, fill=None):
    """Return the texts of the only one of these columns.

    A missing one becomes the `fill`; it is an error if that is None.
    """
    if len(names) != 1:
        lengths = {name: sum(map(len, rows.columns[name].texts)) for name in names}
        longest = json.dumps(max(names, key=lengths.__getitem__), ensure_ascii=False)
        raise InputError(
            f"{rows.where(0)}: the words are those of one column, but the features are "
            f"{names}; name it, such as of={longest} in the transform"
        )
    texts = rows.texts(names[0])
    for row, text in enumerate(texts.tolist()):
        if text.strip() and text.lower() not in missing["texts"]:
            continue
        if fill is None:
            what = f"{rows.where(row)}, column {names[0]!r}: the text is missing"
            raise InputError(f"{what}; fill it in, or leave the row out")
        texts[row] = fill
    return texts

import json

from .input_error import InputError


def column_of_texts(rows, names, missing):
    """Return the texts of a table whose only feature is a column of texts."""
    if len(names) != 1:
        lengths = {name: sum(map(len, rows.columns[name].texts)) for name in names}
        longest = json.dumps(max(names, key=lengths.__getitem__), ensure_ascii=False)
        raise InputError(
            f"{rows.where(0)}: the words are those of one column, but the features are "
            f"{names}; name it, such as features=[{longest}]"
        )
    texts = rows.texts(names[0])
    for row, text in enumerate(texts.tolist()):
        if not text.strip() or text.lower() in missing["texts"]:
            what = f"{rows.where(row)}, column {names[0]!r}: the text is missing"
            raise InputError(f"{what}; fill it in, or leave the row out")
    return texts

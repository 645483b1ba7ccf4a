import csv

from .input_error import InputError


def csv_reader(lines, delimiter, quote):
    """Return a reader of rows; spaces before a cell, and around, are not of it."""
    csv.field_size_limit(2**31 - 1)  # texts may be long
    return csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=quote,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        skipinitialspace=True,
        strict=True,
    )


def csv_rows(path, lines, first, delimiter, quote):
    """Yield each row that has a value, after the number of the line where it begins.

    `first` is the number of the first line.
    """
    reader, line = csv_reader(lines, delimiter, quote), first
    try:
        for row in reader:
            if any(row):
                yield line, row
            line = first + reader.line_num
    except csv.Error as error:
        raise InputError(f"{path}, line {line}: {error}; check the quotes") from None

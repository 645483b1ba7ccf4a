import csv
import gzip

from .file_errors import file_errors


def read_columns(path, names):
    """Read the columns of a CSV file with these names, as texts; `.gz` is unpacked."""
    with file_errors(
        path, f"it should be a CSV file in UTF-8 with {' and '.join(names)}"
    ):
        csv.field_size_limit(2**31 - 1)  # texts may be long
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8-sig", newline="") as file:
            table, rows = csv.DictReader(file, strict=True), []
            if lacking := [n for n in names if n not in (table.fieldnames or ())]:
                raise ValueError(f"there is no column {lacking[0]}")
            for row in table:
                rows.append([row[name] for name in names])
                if None in row or not all(rows[-1]):
                    raise ValueError(f"line {table.line_num}: a cell is empty or extra")
        if not rows:
            raise ValueError("there is no row below the names")
        return [*zip(*rows)]

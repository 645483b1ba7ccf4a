import csv


def csv_logger(path, rows, mode, separator):
    """Write or append rows of the history, the names first if the file is empty."""
    with open(path, mode, encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=separator, lineterminator="\n")
        if rows and file.tell() == 0:
            writer.writerow(rows[0])
        writer.writerows(row.values() for row in rows)

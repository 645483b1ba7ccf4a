def report_table(report):
    """Return the scores of classes as lines of text, a class in each."""
    left = max(map(len, report))
    lines = [" " * left + "  precision  recall      f1  support"]
    for name, row in report.items():
        scores = f"{row['precision']:9.4f}  {row['recall']:6.4f}  {row['f1']:6.4f}"
        lines.append(f"{name:{left}}  {scores}  {row['support']:7}")
    return "\n".join(lines)

import re


def localized(text, decimal, thousands):
    """Return a number as Python writes it; nothing if it is none in this notation."""
    whole, point, rest = text.strip(" ").partition(decimal)
    if thousands and thousands in whole:
        groups = r"[-+]?\d{1,3}(" + re.escape(thousands) + r"\d{3})+"
        whole = whole.replace(thousands, "") if re.fullmatch(groups, whole) else "."
    return "" if "." in whole + rest else whole + "." * len(point) + rest

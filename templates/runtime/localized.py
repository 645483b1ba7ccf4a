import re


def localized(text, decimal, thousands, signs=""):
    """Return a number as Python writes it; nothing if it is none in this notation.

    The `signs` may stand before it or after it, such as $ or %.
    """
    text = text.strip(" ")
    if signs:
        some = f"[{re.escape(signs)} ]+"
        text = re.sub(f"^([-+]?){some}|{some}$", r"\1", text)
    whole, point, rest = text.partition(decimal)
    if thousands and thousands in whole:
        groups = r"[-+]?\d{1,3}(" + re.escape(thousands) + r"\d{3})+"
        whole = whole.replace(thousands, "") if re.fullmatch(groups, whole) else "."
    return "" if "." in whole + rest else whole + "." * len(point) + rest

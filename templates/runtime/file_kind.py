UTF_16 = 'text in UTF-16; write encoding="utf-16", or save it as UTF-8'
KINDS = {
    b"\xff\xfe": UTF_16,
    b"\xfe\xff": UTF_16,
    b"\xd0\xcf\x11\xe0": "an Excel workbook; save its sheet as CSV",
    b"PAR1": "a Parquet file; save it as CSV",
    b"%PDF": "a PDF document; save its table as CSV",
    b"<!doctype html": "a page of HTML; download the file itself",
    b"<html": "a page of HTML; download the file itself",
    b"version https://git-lfs": "a pointer of Git LFS; `git lfs pull` gets the file",
}


def file_kind(head, encoding):
    """Say what a file is that begins so, and the way out; nothing if it may be text."""
    if head[:4] == b"PK\3\4":
        if b"[Content_Types].xml" in head or b"xl/" in head or b"docProps" in head:
            return KINDS[b"\xd0\xcf\x11\xe0"]
        return "a ZIP archive; unpack it"
    start = head.lstrip(b"\xef\xbb\xbf \r\n").lower()
    for sign, kind in KINDS.items():
        if head.startswith(sign) or start.startswith(sign):
            return "" if kind == UTF_16 and encoding.startswith("utf-16") else kind
    return ""

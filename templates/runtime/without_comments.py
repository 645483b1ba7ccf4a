def without_comments(lines, comment, quote):
    """Yield lines up to where a comment begins outside of quotes."""
    inside = False  # a cell may go on in the next line
    for line in lines:
        pieces, kept = line.split(quote) if quote else [line], line
        for i, piece in enumerate(pieces):
            if comment in piece and inside == i % 2:
                pieces[i:] = [piece.partition(comment)[0]]
                kept = (quote or "").join(pieces).rstrip() + "\n"
                inside = False
                break
        else:
            inside ^= (len(pieces) - 1) % 2
        yield kept

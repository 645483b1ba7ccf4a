import string

PUNCTUATION = dict.fromkeys(map(ord, string.punctuation))


def tokens(text):
    """Return the words of a text in lower case, without breaks and punctuation."""
    return text.lower().replace("<br />", " ").translate(PUNCTUATION).split()

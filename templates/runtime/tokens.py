import string

PUNCTUATION = dict.fromkeys(map(ord, string.punctuation))


def tokens(text):
    """The words of a text in lower case, without HTML's breaks and punctuation."""
    return text.lower().replace("<br />", " ").translate(PUNCTUATION).split()

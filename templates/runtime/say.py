import sys


def say(options, *words):
    """Print a notice on standard error, unless --quiet; a bar there gives way."""
    if sys.stderr and not options.quiet:
        wiped = "\r\033[K" * sys.stderr.isatty()
        print(wiped + " ".join(map(str, words)), file=sys.stderr)

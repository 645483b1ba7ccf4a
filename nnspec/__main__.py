"""`nnspec`, and `python -m nnspec`."""

# `signal` itself is made of this, and takes so long to load that a Ctrl-C hits it.
import _signal  # type: ignore[import-not-found]
import gc
import sys

gc.disable()  # a command ends before collecting would pay


def main() -> int:
    """The command line; an interrupt while it loads ends it without a traceback."""
    handler = _signal.getsignal(_signal.SIGINT)
    if handler is _signal.default_int_handler:
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    from nnspec import cli  # noqa: PLC0415

    _signal.signal(_signal.SIGINT, handler)
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())

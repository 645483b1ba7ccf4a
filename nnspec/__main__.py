"""`nnspec`, and `python -m nnspec`."""

import gc
import signal
import sys

gc.disable()  # a command ends before collecting would pay


def main() -> int:
    """The command line; an interrupt while it loads ends it without a traceback."""
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from nnspec import cli  # noqa: PLC0415

    signal.signal(signal.SIGINT, handler)
    return cli.main()


if __name__ == "__main__":
    sys.exit(main())

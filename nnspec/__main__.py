"""`nnspec`, and `python -m nnspec`."""

import gc
import sys

gc.disable()  # a command ends before collecting would pay

from nnspec.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())

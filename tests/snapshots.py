"""The messages of nnspec, the tables of the docs and the man page, as files hold them.

A file of tests/diagnostics/ is named for the code that it is about, CODE.txt, or
CODE.VARIANT.txt for another case. It holds a spec, the command, and what that prints:

    network {
      ...
    $ nnspec check CODE.nn
    error[CODE]: ...

A table of the same name, CODE.csv, is there as data.csv.

`goldens` tells what each file should hold; `renew` writes it.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import tempfile
from pathlib import Path

from nnspec import explain
from nnspec.cli import main
from nnspec.compiler import check
from nnspec.drawing import diagram_of, svg
from nnspec.manual import manual
from nnspec.reference import markdown
from nnspec.source import Source
from tests.conftest import ROOT

DIAGNOSTICS = sorted((ROOT / "tests" / "diagnostics").glob("*.txt"))
MANUAL = ROOT / "docs" / "nnspec.1"
LANGUAGE = ROOT / "docs" / "language.md"
ERRORS = ROOT / "docs" / "errors.md"
PICTURES = sorted((ROOT / "docs" / "graphs").glob("*.svg"))
_COMMAND = b"$ nnspec "
_BEGIN, _END = "<!-- reference: begin -->\n", "<!-- reference: end -->\n"


def goldens() -> dict[Path, bytes]:
    """Each file, and what it should hold."""
    pages = {
        LANGUAGE: language(),
        MANUAL: manual().encode(),
        ERRORS: explain.markdown().encode(),
    }
    pictures = {path: picture(path) for path in PICTURES}
    return {**{path: diagnosed(path) for path in DIAGNOSTICS}, **pages, **pictures}


def picture(path: Path) -> bytes:
    """The picture of the network in tests/networks/ that has its name."""
    spec = ROOT / "tests" / "networks" / f"{path.stem}.nn"
    model = check(Source(spec.name, spec.read_text(encoding="utf-8"))).model
    assert model is not None
    return svg(diagram_of(model)).encode()


def diagnosed(path: Path) -> bytes:
    """A spec and its command, and what the command prints now."""
    spec, _, rest = path.read_bytes().partition(_COMMAND)
    line = rest.partition(b"\n")[0]
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path(path.stem + ".nn").write_bytes(spec)
        if (table := path.with_suffix(".csv")).exists():
            shutil.copy(table, "data.csv")
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
            main(line.decode().split())
    return spec + _COMMAND + line + b"\n" + output.getvalue().encode()


def language() -> bytes:
    """The page of the language, its reference that of the table."""
    before, _, rest = LANGUAGE.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    return f"{before}{_BEGIN}\n{markdown()}\n{_END}{after}".encode()


def renew() -> None:
    """Write every file that is not what it should be, and name it."""
    for path, data in goldens().items():
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)
            print(path.name)

"""`nnspec run`: compiles a spec to the cache and runs the script."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import Namespace
from hashlib import sha256
from pathlib import PurePath

from nnspec.commands import specs
from nnspec.commands.cache import own_folder
from nnspec.commands.files import hides_module, replace_file, spec_folder, way


def run(options: Namespace) -> int:
    """Run `options.spec` in the current folder, data paths relative to the spec."""
    analysis, _ = specs.model(options.spec, options.set)
    folder = own_folder("scripts") / _key(options)
    stem = PurePath(analysis.source.name).stem
    path = folder / f"{stem}{'_model' * hides_module(stem)}.py"
    way_to_spec = way(folder, spec_folder(options.spec))
    script = specs.script(options.spec, analysis, way_to_spec)
    replace_file(path, script.encode())
    return _execute([sys.executable, str(path), *options.arguments])


def _key(options: Namespace) -> str:
    """A folder name for the spec, and for what is set: such runs may go on at once."""
    path = os.path.abspath(options.spec)
    return sha256(repr((path, options.set)).encode()).hexdigest()[:20]


def _execute(command: list[str]) -> int:
    """Run a command in place of this one: its signals and exit code are its own."""
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    with subprocess.Popen(command) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:  # the console has told the script as well
                continue

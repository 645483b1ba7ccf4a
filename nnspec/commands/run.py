"""`nnspec run`: compiles a spec to the cache and runs the script."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from argparse import Namespace
from hashlib import sha256
from pathlib import PurePath

from nnspec import script_options
from nnspec.commands import specs
from nnspec.commands.cache import own_folder
from nnspec.commands.files import hides_module, replace_file
from nnspec.commands.terminal import USAGE, Stop
from nnspec.origin import Origin


def run(options: Namespace) -> int:
    """Run `options.spec` in the current folder, data paths relative to the spec."""
    _verify_order(options.spec, options.arguments)
    analysis, _ = specs.model(options.spec, options.set)
    stem = PurePath(analysis.source.name).stem
    path = own_folder("scripts") / _key(options)
    path /= f"{stem}{'_model' * hides_module(stem)}.py"
    # The script runs here, so it finds and names data files as its user does.
    settings = specs.settings(options.set)
    given = [word for setting in settings for word in ("--set", setting)]
    command = shlex.join(["nnspec", "run", *given, str(PurePath(options.spec))])
    origin = Origin(_folder(options.spec), command, settings)
    script = specs.script(options.spec, analysis, origin)
    replace_file(path, script.encode())
    return _execute([sys.executable, str(path), *options.arguments])


def _verify_order(spec: str, arguments: list[str]) -> None:
    """The spec comes before the command of the script."""
    if spec in script_options.COMMANDS and arguments and not os.path.exists(spec):
        first, *others = arguments
        use = shlex.join(["nnspec", "run", first, spec, *others])
        raise Stop(USAGE, f"`{spec}` is a command of the script", f"write `{use}`")


def _folder(spec: str) -> str:
    """The folder of a spec, as from here."""
    return "." if spec == specs.STDIN else PurePath(spec).parent.as_posix()


def _key(options: Namespace) -> str:
    """A folder name for the use: runs of other specs or values may go on at once."""
    use = os.getcwd(), str(PurePath(options.spec)), specs.settings(options.set)
    return sha256(repr(use).encode()).hexdigest()[:20]


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

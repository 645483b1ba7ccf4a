"""What completes commands in a shell, made of the table of commands."""

from nnspec.completion.bash import bash
from nnspec.completion.fish import fish
from nnspec.completion.zsh import zsh

SCRIPTS = {"bash": bash, "zsh": zsh, "fish": fish}

__all__ = ["SCRIPTS"]

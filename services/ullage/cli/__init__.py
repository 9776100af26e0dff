"""The command line: `ullage COMMAND`, and the only place where the parts meet."""

from ullage.cli.commands import app, main

__all__ = ["app", "main"]

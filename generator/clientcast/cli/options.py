"""The options that commands share."""

from pathlib import Path
from typing import Any

import click

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class Folder(click.Path):
    """A folder to write, which must be named: an empty text would be the working folder."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        if value == "":
            self.fail("the name of a folder is empty", param, ctx)
        return super().convert(value, param, ctx)


FOLDER = Folder(file_okay=False, path_type=Path)
FORCE = click.option(
    "--force",
    is_flag=True,
    help="Overwrite generated files that were edited. [default: refuse]",
)
ONLY = click.option(
    "--only",
    multiple=True,
    metavar="OPERATION",
    help='These operations alone: a tag, "METHOD /path" or operationId. Repeatable.',
)
SKIP = click.option(
    "--skip",
    multiple=True,
    metavar="OPERATION",
    help="Leave these operations out, and what is wrong with them. Repeatable.",
)
TRUSTED_SERVER = click.option(
    "--trusted-server",
    "servers",
    multiple=True,
    metavar="URL",
    help="Credentials may go to this server of another host. Repeatable.",
)
ENVIRONMENT = click.option(
    "--environment",
    multiple=True,
    metavar="NAME",
    help="The client may read this environment variable. Repeatable.",
)
WITHIN = click.option(
    "--within",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="References to files stay in this folder. [default: the document's]",
)

"""Options that several commands have."""

from pathlib import Path
from typing import Any

import click

from clientcast.conventions import NAMINGS
from clientcast.diagnostic import printable
from clientcast.formatters import FORMATTERS
from clientcast.spec import Spec, SpecError, parse_spec

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class SpecType(click.ParamType[Spec]):
    """A document: a file, a URL, an application, or standard input."""

    name = "document"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Spec:
        try:
            return parse_spec(value, Path())
        except SpecError as error:
            self.fail(printable(str(error)), param, ctx)


class Folder(click.Path):
    """Path of a folder to write, which cannot be empty: that would be the working directory."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        if value == "":
            self.fail("the path of the folder is empty", param, ctx)
        return super().convert(value, param, ctx)


SPEC = click.option(
    "--spec",
    type=SpecType(),
    metavar="FILE|URL|MODULE:APP|-",
    help="A document outside pyproject.toml; - is standard input.",
)
FOLDER = Folder(file_okay=False, path_type=Path)
PROJECT = click.option(
    "--project",
    type=FOLDER,
    help="The folder of a project around the package, ready for `uv build`.",
)
FORCE = click.option(
    "--force",
    is_flag=True,
    help="Overwrite generated files that were edited. [default: refuse]",
)
MERGE = click.option(
    "--merge",
    is_flag=True,
    help="Merge edited files with the new output, as git does. Conflicts write nothing.",
)
CONFLICT_MARKERS = click.option(
    "--conflict-markers",
    is_flag=True,
    help="Merge, and write conflicts as markers in the files.",
)
DIFF = click.option(
    "--diff", is_flag=True, help="Show what would change, and write nothing."
)
ONLY = click.option(
    "--only",
    multiple=True,
    metavar="OPERATION",
    help='Include only these operations: a tag, "METHOD /path" or operationId. Repeatable.',
)
SKIP = click.option(
    "--skip",
    multiple=True,
    metavar="OPERATION",
    help="Leave these operations out, with their mistakes. Repeatable.",
)
TRUSTED_SERVER = click.option(
    "--trusted-server",
    "servers",
    multiple=True,
    metavar="URL",
    help="Allow credentials for this server of another host. Repeatable.",
)
ENVIRONMENT = click.option(
    "--environment",
    multiple=True,
    metavar="NAME",
    help="Allow the client to read this environment variable. Repeatable.",
)
LENIENT = click.option(
    "--lenient",
    is_flag=True,
    help="Accept what has no meaning, such as a $ref that leads nowhere: for other people's documents.",
)
ALLOW_PRIVATE = click.option(
    "--allow-private",
    is_flag=True,
    help="Allow a URL to lead into a private network. [default: refuse]",
)
OVERLAY = click.option(
    "--overlay",
    "overlays",
    type=FILE,
    multiple=True,
    help="Apply this OpenAPI overlay to the document first. Repeatable.",
)
LOCKED = click.option(
    "--locked",
    is_flag=True,
    help="Refuse a document that is no file if it has changed since clientcast.json.",
)
WITHIN = click.option(
    "--within",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Refuse references to files outside this folder. [default: the document's]",
)
FORMATTER = click.option(
    "--formatter",
    type=click.Choice(FORMATTERS),
    help="Format the modules with this. [default: ruff]",
)
TESTING = click.option(
    "--testing/--no-testing",
    default=None,
    help="Add a fake of the API, for tests of code that uses it. [default: yes]",
)
NAMING = click.option(
    "--naming",
    type=click.Choice(NAMINGS),
    help="Name methods by what tells them apart, or by operationId. [default: short]",
)
INFER_PAGINATION = click.option(
    "--infer-pagination/--no-infer-pagination",
    default=None,
    help="Page the operations that look paged. [default: check proposes it in notes]",
)

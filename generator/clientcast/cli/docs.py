"""The command `clientcast docs`."""

from collections.abc import Mapping
from pathlib import Path

import click

from clientcast.cli.completion import complete_documents_and_folders
from clientcast.cli.jobs import progress
from clientcast.cli.options import FOLDER, FORCE
from clientcast.cli.writing import write_pages
from clientcast.config import (
    ConfigError,
    NoProjectError,
    docs_folder,
    guide_folder,
    package_folders,
)
from clientcast.diagnostic import printable
from clientcast.docs import (
    PackageError,
    Reference,
    extract,
    is_package,
    read_package,
    references_json,
    render_folder,
)
from clientcast.docs import (
    json_schema as reference_schema,
)
from clientcast.faults import working_on
from clientcast.summary import pluralize


@click.command()
@click.argument(
    "clients",
    nargs=-1,
    metavar="[NAME|PATH]...",
    shell_complete=complete_documents_and_folders,
)
@click.option("--output", type=FOLDER, help="The folder of the pages. [default: docs]")
@click.option(
    "--site",
    is_flag=True,
    help="A static site with search instead. [default folder: site]",
)
@FORCE
@click.option("--json", "print_json", is_flag=True, help="Print all as JSON instead.")
@click.option("--json-schema", is_flag=True, help="Print the schema of that JSON.")
def docs(
    clients: tuple[str, ...],
    output: Path | None,
    site: bool,
    force: bool,
    print_json: bool,
    json_schema: bool,
) -> None:
    """Write the reference of generated packages as Markdown pages.

    A client is a name in pyproject.toml, or the folder of a generated package. The pages are
    read from its code; no spec is needed. A site begins with the Markdown pages of the folder
    `guide` in pyproject.toml, if there is one.

    \b
    Examples:
      clientcast docs --site
      clientcast docs src/acme/okta --output reference
    """
    if (print_json or json_schema) and (site or output):
        raise click.UsageError("JSON is printed; --site and --output go with pages")
    if json_schema:
        click.echo(reference_schema(), nl=False)
        return
    packages = {
        folder: _reference(folder, label) for folder, label in _packages(clients)
    }
    references = list(packages.values())
    if print_json:
        click.echo(references_json(references), nl=False)
        return
    folder, label = _docs_folder(output, site)
    if is_package(folder):
        raise click.UsageError(f"{label} is a package; name another folder for pages")
    files = _site(packages) if site else render_folder(references)
    did = write_pages(folder, label, files, force)
    total = sum(len(reference.operations) for reference in references)
    click.echo(
        f"{pluralize(len(references), 'client')}, {pluralize(total, 'operation')}, {did}"
    )


def _packages(clients: tuple[str, ...]) -> tuple[tuple[Path, str], ...]:
    try:
        return package_folders(Path.cwd(), clients)
    except NoProjectError as error:
        hint = "name the folder of a package"
        raise click.UsageError(printable(f"{error}; {hint}")) from None
    except ConfigError as error:
        raise click.UsageError(printable(str(error))) from None


def _reference(folder: Path, label: str) -> Reference:
    try:
        with working_on(label):
            package = read_package(folder, label)
            reference = extract(package)
    except PackageError as error:
        raise click.ClickException(printable(str(error))) from None
    for path in package.edited_files:
        note = (
            "edited since it was generated; the reference docs describe the edited file"
        )
        click.echo(printable(f"{label}/{path}: {note}"), err=True)
    return reference


def _site(packages: Mapping[Path, Reference]) -> dict[str, str]:
    from clientcast.docs.guide import GuideError, read_guide
    from clientcast.docs.site import SiteError, render_site

    try:
        named = guide_folder(Path.cwd())
        guide = None if named is None else read_guide(*named)
        with progress("site"):
            return render_site(packages, guide)
    except ConfigError as error:
        raise click.UsageError(printable(str(error))) from None
    except (GuideError, SiteError) as error:
        lines = map(printable, str(error).splitlines())
        raise click.ClickException("\n".join(lines)) from None


def _docs_folder(output: Path | None, site: bool) -> tuple[Path, str]:
    if output is not None:
        return output, printable(output.as_posix())
    try:
        folder, label = docs_folder(Path.cwd(), site=site)
    except NoProjectError:
        default_name = "site" if site else "docs"
        return Path(default_name), default_name
    except ConfigError as error:
        raise click.UsageError(printable(str(error))) from None
    return folder, printable(label)

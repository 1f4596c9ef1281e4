"""The command `clientcast vendor`."""

import os
from pathlib import Path

import click

from clientcast.cache import user_cache
from clientcast.cli.completion import complete_clients
from clientcast.cli.jobs import output_errors
from clientcast.cli.options import FOLDER, TESTING
from clientcast.cli.packages import describe_origin
from clientcast.cli.writing import Edits, write_package
from clientcast.diagnostic import printable
from clientcast.import_path import import_path
from clientcast.manifest import MANIFEST
from clientcast.provenance import read_provenance
from clientcast.summary import describe_import
from clientcast.vendored import read_home_client


@click.command()
@click.argument("name", shell_complete=complete_clients)
@click.argument("dest", type=FOLDER)
@TESTING
def vendor(name: str, dest: Path, testing: bool | None) -> None:
    """Copy a client that comes with clientcast into your code.

    DEST is the folder of the package, such as src/acme/okta, which you import as acme.okta.
    `clientcast check DEST` tells later whether it was edited or is behind,
    and `clientcast update DEST` updates it.

    \b
    Example:
      clientcast vendor okta src/acme/okta
    """
    label = printable(dest.as_posix())
    folder = Path(os.path.realpath(dest))
    import_name = import_path(folder)
    with output_errors():
        files = read_home_client(name, import_name, testing=testing is not False)
    if not import_name:
        raise click.UsageError(
            f"{label}: '{printable(folder.name)}' is not a name of a Python package;"
            f" choose a folder such as {printable((dest.parent / name).as_posix())}"
        )
    _refuse_other_folder(folder, label, name, files)
    written = write_package(folder, label, files, Edits(), user_cache(os.environ))
    new = read_provenance(files[MANIFEST])
    origin = f"{describe_origin(new, new)}, " if new is not None else ""
    click.echo(f"{name}: {origin}{written.summary}")
    click.echo(describe_import([import_name]))


def _refuse_other_folder(
    folder: Path, label: str, name: str, files: dict[str, str]
) -> None:
    """Refuse a folder with anything but the same files."""
    from clientcast.comparison import compare

    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if (folder / MANIFEST).is_file():
        with output_errors():
            changes = compare(folder, files)
        if not changes:
            return
        raise click.ClickException(
            f"{label} already has a client: see `clientcast check {label}` and"
            f" `clientcast update {label}`"
        )
    example = printable((Path(label) / name).as_posix())
    raise click.ClickException(
        f"{label} is not empty: name a folder for the package alone, such as {example}"
    )

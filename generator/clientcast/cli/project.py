"""The option `--project`: the files around the package of a job."""

from collections.abc import Mapping
from pathlib import Path

import click
from msgspec.structs import replace

from clientcast.cli.jobs import output_errors
from clientcast.cli.writing import print_differences
from clientcast.comparison import Change
from clientcast.config import Job
from clientcast.diagnostic import printable
from clientcast.docs import (
    PackageError,
    Reference,
    extract,
    is_package,
    make_package,
    read_package,
)
from clientcast.faults import working_on
from clientcast.project import (
    NameProblem,
    Project,
    compare_project,
    make_project,
    project_texts,
    write_project,
)
from clientcast.summary import describe_changes


class JobProject:
    """The project of a job.

    Attributes:
        job: The job, with its package in the project.
        is_prepared: Whether the files beside the package are prepared.
        changes: The changes to them, once they are.
    """

    def __init__(
        self, folder: Path, job: Job, *, is_configured: bool, force: bool = False
    ) -> None:
        """Initialize the project.

        Args:
            folder: The folder of the project.
            job: The job.
            is_configured: Whether the settings name its package.
            force: Whether edited files are overwritten.
        """
        if is_package(folder):
            raise click.UsageError(
                printable(f"{folder.as_posix()} is a package; name another folder")
            )
        self._project = _make_project(folder, job.package if is_configured else None)
        self._force = force
        path = self._project.package_path
        label = f"{self._project.label}/{path}"
        self.job = replace(job, output=folder / path, output_label=label)
        self.changes: tuple[Change, ...] = ()
        self.is_prepared = False

    @property
    def label(self) -> str:
        """The path of the project in messages."""
        return self._project.label

    def prepare(self, files: Mapping[str, str] | None) -> None:
        """Prepare the files beside the package; a foreign file in the way is an error.

        Args:
            files: The texts of the package; None if its folder has them.
        """
        reference = self._reference(files)
        self._texts = project_texts(
            reference, self._project.distribution, self._project.package
        )
        with output_errors():
            self.changes = compare_project(
                self._project.folder, self._texts.files, force=self._force
            ).written
        self.is_prepared = True

    def preview(self) -> str:
        """Print the differences of the files, and return the summary."""
        print_differences(self.changes)
        did = describe_changes(self.changes, printable(self.label))
        return self._summary(did.replace(" changed in ", " would change in "))

    def write(self) -> str:
        """Write the files, print what was changed or kept, and return the summary."""
        label, texts = printable(self.label), self._texts
        with output_errors():
            changes = write_project(
                self._project.folder, texts.files, force=self._force
            )
        for note in texts.notes:
            click.echo(f"{label}/pyproject.toml: {printable(note)}", err=True)
        for change in changes.kept:
            note = "edited since it was generated; kept"
            if change.path == "pyproject.toml":
                note += f"; the version of the document is {texts.version}"
            note += "; --force overwrites it"
            click.echo(f"{label}/{printable(change.path)}: {note}", err=True)
        return self._summary(describe_changes(changes.written, label))

    def _summary(self, did: str) -> str:
        return f"{self._project.distribution} {self._texts.version}: {did}"

    def _reference(self, files: Mapping[str, str] | None) -> Reference:
        label = self.job.output_label
        try:
            with working_on(label):
                package = (
                    read_package(self.job.output, label)
                    if files is None
                    else make_package(self._project.package, label, files)
                )
                return extract(package)
        except PackageError as error:
            raise click.ClickException(printable(str(error))) from None


def _make_project(folder: Path, package: str | None) -> Project:
    try:
        return make_project(folder, package)
    except NameProblem as problem:
        raise click.UsageError(printable(f"--project: {problem}")) from None

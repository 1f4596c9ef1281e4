"""Settings of a project: `[tool.clientcast]` in its `pyproject.toml`.

A document is a path in `specs`, a table in `specs`, or a table in `documents`, which has its name
on the command line. All are read alike: what a table does not set is set for all documents.
"""

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from clientcast.conventions import NAMINGS, Conventions
from clientcast.customization import UNCHANGED, Customization
from clientcast.customization_settings import CLIENT_KEYS, read_customization
from clientcast.diagnostic import Diagnostic, did_you_mean
from clientcast.filenames import fold_case, is_device
from clientcast.formatters import FORMATTERS, Formatter
from clientcast.import_path import import_path, is_module_name
from clientcast.load import Content
from clientcast.plain import escape, is_list, is_mapping, mapping
from clientcast.settings import ConfigError, NoProjectError, Table, find_settings
from clientcast.spec import (
    STANDARD_INPUT,
    Spec,
    SpecError,
    parse_spec,
    spec_label,
    spec_stem,
)
from clientcast.trust import NO_TRUST, Trust, trusted_server_problem

__all__ = [
    "ConfigError",
    "Job",
    "NoProjectError",
    "docs_folder",
    "guide_folder",
    "is_package_name",
    "load_jobs",
    "make_package_name",
    "package_folders",
]

_LISTS = {
    "only": ("operations", "GET /path"),
    "skip": ("operations", "GET /path"),
    "trusted_servers": ("origins", "https://uploads.example.com"),
    "environment": ("variables", "AWS_REGION"),
}
"""Settings that list values: the noun of the values, and an example."""
_SHARED = ("output", "within", "formatter", "naming", "testing", "infer_pagination")
"""Settings of all documents that a document may have for itself."""
_KEYS = ("specs", "documents", *_SHARED, "lenient", *_LISTS, "docs", "guide")
_DOCUMENT_KEYS = (
    "spec",
    "package",
    "allow_private",
    "overlays",
    *CLIENT_KEYS,
    *_SHARED,
    "lenient",
    *_LISTS,
)
_NON_WORD_CHARACTERS = re.compile(r"\W+")


class Job(Struct, frozen=True):
    """A document and the folder of its package.

    Attributes:
        name: The name on the command line.
        spec: The document.
        output: The folder of the package, which has the name of the package.
        spec_label, output_label: The same paths in messages.
        only, skip: The operations to include and to leave out.
        within: The folder that references to other files must stay in; None for that of the spec.
        trust: The servers and environment variables that are allowed.
        formatter: The formatter of the package's modules.
        content: The content of a document that is no file, or why it could not be loaded.
        locked: Whether another document than the last one is refused, if it is no file.
        customization: Changes to the document.
        conventions: Choices that decide what callers see.
    """

    name: str
    spec: Spec
    output: Path
    spec_label: str
    output_label: str
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    within: Path | None = None
    trust: Trust = NO_TRUST
    formatter: Formatter = "ruff"
    content: Content | Diagnostic | None = None
    locked: bool = False
    customization: Customization = UNCHANGED
    conventions: Conventions = Conventions()

    @property
    def package(self) -> str:
        """The name of the package: that of its folder."""
        return os.path.basename(os.path.abspath(self.output))

    @property
    def import_name(self) -> str:
        """The dotted name that the package is imported by, or its name if it cannot be imported."""
        return import_path(self.output) or self.package


def load_jobs(start: Path, names: tuple[str, ...] = ()) -> tuple[Job, ...]:
    """Load the jobs of the project that a folder belongs to.

    Args:
        start: The folder to search for `pyproject.toml`, upwards.
        names: The names of the specs; all if empty.

    Raises:
        ConfigError: A file, setting, spec or name is missing or invalid.
    """
    settings = find_settings(start)
    settings.refuse_unknown(_KEYS)
    found: dict[str, Job] = {}
    labels: dict[str, str] = {}
    for name, document in _documents(settings):
        job = _job(name, document)
        if name in found:
            other = found[name].spec_label
            raise settings.error(
                f"two specs have the name '{name}', {other} and {job.spec_label}:"
                f" give one of them another, as in {_example(job.spec_label)}"
            )
        other = labels.setdefault(fold_case(job.output_label), job.output_label)
        if other != job.output_label or any(
            job.output == o.output for o in found.values()
        ):
            raise settings.error(
                f"the packages of two specs have the same folder, {other} and"
                f" {job.output_label}: give one of them another 'package' or 'output'"
            )
        found[name] = job
    for name in names:
        if name not in found:
            hint = did_you_mean(name, found) or f"the specs are {', '.join(found)}"
            raise ConfigError(f"there is no spec '{name}' in {settings.file}: {hint}")
    return tuple(job for job in found.values() if not names or job.name in names)


def _documents(settings: Table) -> Iterator[tuple[str, Table]]:
    """Yield the name of each document, and its table with what is set for all."""
    specs = settings.values.get("specs", [])
    named = settings.values.get("documents", {})
    if not is_list(specs) or not all(
        isinstance(s, str) or is_mapping(s) for s in specs
    ):
        raise settings.error(
            f"'specs' of {settings.label} must be a list of paths, or of tables as in"
            f" {_example('specs/api.yaml')}"
        )
    if not is_mapping(named) or not all(map(is_mapping, named.values())):
        raise settings.error(
            "'documents' must have a table for each document, as in"
            f' [{settings.label[1:-1]}.documents.billing] with spec = "specs/billing.yaml"'
        )
    if not specs and not named:
        raise settings.error(
            f"'specs' of {settings.label} must be a list of paths, or 'documents' have a table"
        )
    shared = {key: settings.values[key] for key in _SHARED if key in settings.values}
    by_name = _settings_by_name(settings)
    known: list[str] = []
    for index, spec in enumerate(specs):
        values, label = {"spec": spec}, settings.label
        if is_mapping(spec):
            values = spec
            label = f"the document {spec['spec']}" if "spec" in spec else "a document"
        pointer = f"/tool/clientcast/specs/{index}"
        table = Table(settings.file, label, values, pointer)
        name = _package_name(table, spec_stem(_spec(table)))
        known.append(name)
        yield name, _with_defaults(table, {**shared, **by_name.pop(name, {})})
    for name, values in named.items():
        pointer = f"/tool/clientcast/documents/{escape(name)}"
        table = Table(settings.file, f"the document '{name}'", mapping(values), pointer)
        known.append(name)
        yield name, _with_defaults(table, {**shared, **by_name.pop(name, {})})
    for name, values in by_name.items():
        hint = did_you_mean(name, known) or f"the specs are {', '.join(known)}"
        raise settings.error(
            f"'{next(iter(values))}' has an unknown spec '{name}': {hint}"
        )


def _with_defaults(table: Table, defaults: dict[str, object]) -> Table:
    table.refuse_unknown(_DOCUMENT_KEYS)
    for key in defaults.keys() & table.values.keys() - {*_SHARED}:
        raise table.error(f"'{key}' is set for {table.label} twice: remove one")
    if "output" not in table.values and "output" not in defaults:
        raise table.error(
            "'output' of [tool.clientcast] must be a path: the folder of all packages"
        )
    return replace(table, values={**defaults, **table.values})


def _settings_by_name(settings: Table) -> dict[str, dict[str, object]]:
    """Return what the settings of all documents set for single ones, by name."""
    found: dict[str, dict[str, object]] = {}
    for name in settings.texts("lenient", "specs", "billing"):
        found.setdefault(name, {})["lenient"] = True
    for key, (noun, item) in _LISTS.items():
        table = settings.values.get(key, {})
        if not is_mapping(table):
            raise settings.error(
                f"'{key}' of {settings.label} lists {noun} by spec:"
                f' {key} = {{billing = ["{item}"]}}'
            )
        for name, values in table.items():
            found.setdefault(name, {})[key] = values
    return found


def _job(name: str, document: Table) -> Job:
    root = document.file.parent
    spec = _spec(document)
    output = document.path("output").rstrip("/") or "/"
    package = _package_name(document, name)
    lists = {key: document.texts(key, *words) for key, words in _LISTS.items()}
    for server in lists["trusted_servers"]:
        problem = trusted_server_problem(server)
        if problem:
            raise document.error(f"'trusted_servers' of {document.label}: {problem}")
    within = document.path("within") if "within" in document.values else None
    return Job(
        name,
        spec,
        root / output / package,
        document.path("spec") if isinstance(spec, Path) else spec_label(spec),
        f"{output}/{package}",
        lists["only"],
        lists["skip"],
        root / within if within is not None else None,
        Trust(
            lists["trusted_servers"],
            lists["environment"],
            document.boolean("lenient"),
        ),
        document.choice("formatter", FORMATTERS, "ruff"),
        customization=read_customization(document),
        conventions=Conventions(
            document.choice("naming", NAMINGS, "short"),
            document.boolean("testing", default=True),
            (
                document.boolean("infer_pagination")
                if "infer_pagination" in document.values
                else None
            ),
        ),
    )


def _spec(document: Table) -> Spec:
    text = document.path("spec")
    if text == STANDARD_INPUT:
        raise document.error("'-' is no document of a project: give it with --spec")
    try:
        return parse_spec(
            text,
            document.file.parent,
            allow_private=document.boolean("allow_private"),
        )
    except SpecError as error:
        raise document.error(str(error)) from None


def _package_name(document: Table, name: str) -> str:
    """Return the name of the package of a document: as it is set, or made from another name.

    Raises:
        ConfigError: It has none, and one has to be set.
    """
    if "package" in document.values:
        package = document.text("package", "the name of a package")
        if not is_package_name(package):
            raise document.error(
                f"'{package}' is not a name of a Python package: 'package' of {document.label}"
            )
        return package
    package = make_package_name(name)
    if not is_package_name(package):
        spec = document.path("spec")
        problem = (
            "is a reserved file name on Windows"
            if is_device(package)
            else "is not a name of a Python package"
        )
        raise document.error(
            f"'{name}' of {spec} {problem}: choose one, as in {_example(spec)}"
        )
    return package


def make_package_name(name: str) -> str:
    """Return a name with an underscore in place of what a name of Python cannot have."""
    normalized = unicodedata.normalize("NFKC", name)
    return _NON_WORD_CHARACTERS.sub("_", normalized).strip("_")


def _example(spec: str) -> str:
    """Return settings that name the package of a document."""
    stem = _NON_WORD_CHARACTERS.sub("_", Path(spec).stem).strip("_")
    return f'{{spec = "{spec}", package = "{stem}_api"}}'


def is_package_name(name: str) -> bool:
    """Return whether `import NAME` finds a folder of this name, on every system."""
    return (
        is_module_name(name)
        and unicodedata.normalize("NFKC", name) == name
        and not is_device(name)
    )


def package_folders(
    start: Path, clients: tuple[str, ...]
) -> tuple[tuple[Path, str], ...]:
    """Return the folders of generated packages, each with its label for messages.

    Args:
        start: The folder to search for `pyproject.toml`, upwards.
        clients: Names of specs, or paths of packages; all of the project if empty.

    Raises:
        ConfigError: There is no such project, or no such name and no such folder.
    """
    found: dict[Path, str] = {}
    for client in clients or (None,):
        try:
            named = load_jobs(start, () if client is None else (client,))
        except ConfigError:
            if client is None or (
                client.isidentifier() and not (start / client).is_dir()
            ):
                raise
            found[start / client] = Path(client).as_posix()
        else:
            found |= {job.output: job.output_label for job in named}
    return tuple(found.items())


def docs_folder(start: Path, *, site: bool) -> tuple[Path, str]:
    """Return the folder of the reference docs of a project, with its label for messages.

    It is the setting `docs`, by default `docs` beside `pyproject.toml`; for a site, `site`.

    Args:
        start: The folder to search for `pyproject.toml`, upwards.
        site: Whether the docs are a site.

    Raises:
        ConfigError: There is no `pyproject.toml`, or its setting is not a path.
    """
    settings = find_settings(start)
    settings.refuse_unknown(_KEYS)
    named = "docs" in settings.values and not site
    label = settings.path("docs") if named else "site" if site else "docs"
    return settings.file.parent / label, label


def guide_folder(start: Path) -> tuple[Path, str] | None:
    """Return the folder of the pages that a project writes by hand, with its label; None if unset.

    Raises:
        ConfigError: The setting is not a path.
    """
    try:
        settings = find_settings(start)
    except NoProjectError:
        return None
    settings.refuse_unknown(_KEYS)
    if "guide" not in settings.values:
        return None
    label = settings.path("guide")
    return settings.file.parent / label, label

"""Settings of a project: `[tool.clientcast]` in its `pyproject.toml`."""

import keyword
import tomllib
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from clientcast.diagnostic import did_you_mean
from clientcast.formatters import FORMATTERS, Formatter
from clientcast.filenames import fold_case, is_device
from clientcast.plain import is_list, is_mapping, mapping, texts
from clientcast.trust import NO_TRUST, Trust, trusted_server_problem

_LIST_SETTINGS = {
    "only": ("operations", "GET /path"),
    "skip": ("operations", "GET /path"),
    "trusted_servers": ("origins", "https://uploads.example.com"),
    "environment": ("variables", "AWS_REGION"),
}
"""Settings that list values by spec: the noun of the values, and an example."""
_KEYS = ("specs", "output", "docs", "within", "lenient", "formatter", *_LIST_SETTINGS)


class ConfigError(Exception):
    """Invalid settings, or a name that they do not have."""


class NoProjectError(ConfigError):
    """No `pyproject.toml` with `[tool.clientcast]` here or above."""


@dataclass(frozen=True, slots=True)
class Job:
    """A document and the folder of its package.

    Attributes:
        name: The name on the command line.
        spec_label, output_label: The same paths in messages.
        only, skip: The operations to include and to leave out.
        within: The folder that references to other files must stay in; None for that of the spec.
        trust: The servers and environment variables that are allowed.
        formatter: The formatter of the package's modules.
    """

    name: str
    spec: Path
    output: Path
    spec_label: str
    output_label: str
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    within: Path | None = None
    trust: Trust = NO_TRUST
    formatter: Formatter = "ruff"


def load_jobs(start: Path, names: tuple[str, ...] = ()) -> tuple[Job, ...]:
    """Load the jobs of the project that a folder belongs to.

    Args:
        start: The folder to search for `pyproject.toml`, upwards.
        names: The names of the specs; all if empty.

    Raises:
        ConfigError: A file, setting, spec or name is missing or invalid.
    """
    file = _find_pyproject(start)
    settings = _read_settings(file)
    specs, output = settings.get("specs"), _path_setting(file, settings, "output")
    if not is_list(specs) or not specs or len(texts(specs)) != len(specs):
        raise ConfigError(
            f"{file}: 'specs' of [tool.clientcast] must be a list of paths"
        )
    within = _path_setting(file, settings, "within") if "within" in settings else None
    lenient = _lenient_setting(file, settings)
    formatter = _formatter_setting(file, settings)
    found: dict[str, Job] = {}
    names_by_folded_name: dict[str, str] = {}
    for spec in texts(specs):
        name = Path(spec).stem
        if not _is_package_name(name):
            raise ConfigError(
                f"{file}: '{name}' of {spec} is not a name of a Python package"
            )
        if is_device(name):
            raise ConfigError(
                f"{file}: '{name}' of {spec} is a reserved file name on Windows"
            )
        if name in found:
            raise ConfigError(f"{file}: two specs have the name '{name}'")
        first_name = names_by_folded_name.setdefault(fold_case(name), name)
        if first_name != name:
            raise ConfigError(
                f"{file}: specs '{first_name}' and '{name}' differ in case only"
            )
        root = file.parent
        if not (root / spec).is_file():
            raise ConfigError(f"{file}: there is no file {spec}")
        found[name] = Job(
            name,
            root / spec,
            root / output / name,
            spec,
            f"{output.rstrip('/')}/{name}",
            _list_setting(file, settings, "only", name),
            _list_setting(file, settings, "skip", name),
            root / within if within is not None else None,
            Trust(
                _trusted_servers(file, settings, name),
                _list_setting(file, settings, "environment", name),
                name in lenient,
            ),
            formatter,
        )
    for key in ("lenient", *_LIST_SETTINGS):
        for name in lenient if key == "lenient" else mapping(settings.get(key)):
            if name not in found:
                hint = did_you_mean(name, found) or f"the specs are {', '.join(found)}"
                raise ConfigError(
                    f"{file}: '{key}' has an unknown spec '{name}': {hint}"
                )
    for name in names:
        if name not in found:
            hint = did_you_mean(name, found) or f"the specs are {', '.join(found)}"
            raise ConfigError(f"there is no spec '{name}' in {file}: {hint}")
    return tuple(job for job in found.values() if not names or job.name in names)


def _trusted_servers(
    file: Path, settings: dict[str, object], name: str
) -> tuple[str, ...]:
    """Return the valid `trusted_servers` of a spec."""
    servers = _list_setting(file, settings, "trusted_servers", name)
    for server in servers:
        problem = trusted_server_problem(server)
        if problem:
            raise ConfigError(f"{file}: 'trusted_servers' of {name}: {problem}")
    return servers


def _lenient_setting(file: Path, settings: dict[str, object]) -> tuple[str, ...]:
    """Return the names of the specs that are read as by `--lenient`."""
    names = settings.get("lenient", [])
    if not is_list(names) or len(texts(names)) != len(names):
        raise ConfigError(
            f"{file}: 'lenient' of [tool.clientcast] must be a list of specs, such as"
            ' ["billing"]'
        )
    return texts(names)


def _formatter_setting(file: Path, settings: dict[str, object]) -> Formatter:
    setting = settings.get("formatter", "ruff")
    for formatter in FORMATTERS:
        if formatter == setting:
            return formatter
    raise ConfigError(
        f"{file}: 'formatter' of [tool.clientcast] must be one of {', '.join(FORMATTERS)}"
    )


def _list_setting(
    file: Path, settings: dict[str, object], key: str, name: str
) -> tuple[str, ...]:
    """Return the values that a setting lists for a spec."""
    table = settings.get(key, {})
    join_names = table.get(name, []) if is_mapping(table) else None
    if not is_list(join_names) or len(texts(join_names)) != len(join_names):
        item_noun, item = _LIST_SETTINGS[key]
        example = f'{key} = {{{name} = ["{item}"]}}'
        raise ConfigError(
            f"{file}: '{key}' of [tool.clientcast] lists {item_noun} by spec: {example}"
        )
    return texts(join_names)


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
    file = _find_pyproject(start)
    label = (
        "site"
        if site
        else _path_setting(file, {"docs": "docs", **_read_settings(file)}, "docs")
    )
    return file.parent / label, label


def _is_package_name(name: str) -> bool:
    """Return whether `import NAME` finds a folder of this name."""
    return (
        name.isidentifier()
        and not keyword.iskeyword(name)
        and unicodedata.normalize("NFKC", name) == name
    )


def _path_setting(file: Path, settings: dict[str, object], key: str) -> str:
    path = settings.get(key)
    if not isinstance(path, str) or not path or "\0" in path:
        raise ConfigError(f"{file}: '{key}' of [tool.clientcast] must be a path")
    return path


def _find_pyproject(start: Path) -> Path:
    for folder in (start, *start.parents):
        file = folder / "pyproject.toml"
        if file.is_file() and "clientcast" in _tool_tables(file):
            return file
    raise NoProjectError(
        "there is no pyproject.toml with [tool.clientcast] here or above"
    )


def _tool_tables(file: Path) -> dict[str, object]:
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: {error}") from None
    return mapping(content.get("tool"))


def _read_settings(file: Path) -> dict[str, object]:
    settings = _tool_tables(file)["clientcast"]
    if not is_mapping(settings):
        raise ConfigError(f"{file}: [tool.clientcast] must be a table")
    for key in settings:
        if key not in _KEYS:
            hint = did_you_mean(key, _KEYS) or f"the settings are {', '.join(_KEYS)}"
            raise ConfigError(
                f"{file}: [tool.clientcast] has no setting '{key}': {hint}"
            )
    return settings

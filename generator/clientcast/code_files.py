"""The files of a package: rendered and verified, by two processes if there are many."""

from collections.abc import Iterable, Mapping
from functools import partial

from msgspec import Struct

from clientcast.cache import Cache
from clientcast.docs import (
    MAX_LENGTH,
    Outline,
    extract,
    make_package,
    outline_reference,
    readme,
    short_readme,
)
from clientcast.faults import working_on
from clientcast.forks import MANY_OPERATIONS, Forked
from clientcast.formatters import Formatter
from clientcast.render import (
    MANIFEST,
    Module,
    manifest,
    modules_of,
    other_files,
    render_modules,
)
from clientcast.verify import Examined, Refusal, examine, verify_examined
from clientcast.view import ASYNC, SYNC, Package


class _Part(Struct, frozen=True):
    """Modules of a package.

    Attributes:
        files: The text of each, by path.
        examined: What they declare and import; None if templates cannot produce them.
    """

    files: dict[str, str]
    examined: Examined | None


def code_files(
    package: Package, formatter: Formatter, cache: Cache
) -> tuple[dict[str, str], Refusal | None]:
    """Return the files of a package without its README and manifest, and their refusal, if any.

    A fork makes the modules of one client while this process makes those of the other.

    Args:
        package: The view of the package.
        formatter: The formatter of the modules.
        cache: The cache of formatted modules.
    """
    make = partial(_make, formatter=formatter, cache=cache)
    modules = [*modules_of(package)]
    if _count_methods(package) < MANY_OPERATIONS:
        parts = [make(modules)]
    else:
        shared = [module for module in modules if module.mode is None]
        sync, asynchronous = (
            [module for module in modules if module.mode is mode]
            for mode in (SYNC, ASYNC)
        )
        rest = partial(make, [*asynchronous, *shared[1::2]])
        with Forked(rest, _Part, is_large=True) as forked:
            parts = [make([*sync, *shared[::2]]), forked.result()]
    others = other_files(package)
    files = {path: text for part in parts for path, text in part.files.items()} | others
    examined = [*(part.examined for part in parts), examine(others)]
    return files, verify_examined(files, examined)


def with_reference_docs(
    files: Mapping[str, str], package: Package, outline: Outline
) -> dict[str, str]:
    """Return the code, its README and the manifest of both, all of which are new."""
    documents = ("README.md", MANIFEST)
    code = {path: text for path, text in files.items() if path not in documents}
    with working_on("README.md"):
        if outline.minimum_length > MAX_LENGTH:
            code["README.md"] = short_readme(outline_reference(outline))
        else:
            described = {**code, MANIFEST: manifest(package, code)}
            name = outline.package
            code["README.md"] = readme(extract(make_package(name, name, described)))
    code[MANIFEST] = manifest(package, code)
    return dict(sorted(code.items()))


def _make(modules: Iterable[Module], formatter: Formatter, cache: Cache) -> _Part:
    files = render_modules(modules, formatter, cache)
    return _Part(files, examine(files))


def _count_methods(package: Package) -> int:
    return sum(len(r.methods) for module in package.resources for r in module.resources)

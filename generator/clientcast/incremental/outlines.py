"""Outlines of packages: what their README is made of."""

from clientcast import view
from clientcast.docs import Outline, docstring_summary
from clientcast.import_path import is_module_name


def package_outline(package: view.Package, name: str) -> Outline:
    """Return the outline of a package for its README.

    Args:
        package: The package.
        name: The dotted name to import it by, if it is one.
    """
    prefixes = (view.SYNC.class_prefix, view.ASYNC.class_prefix)
    client = package.client
    return Outline(
        package=name if all(map(is_module_name, name.split("."))) else "",
        title=package.title,
        version=package.version,
        digest=package.spec_digest,
        api=package.api_metadata,
        client=client.name,
        async_client=f"{view.ASYNC.class_prefix}{client.name}",
        client_docstrings=(
            client.docstrings[prefixes[0]],
            client.docstrings[prefixes[1]],
        ),
        method_summaries=method_summaries(package),
        models=frozenset(name for module in package.models for name in module.names),
    )


def method_summaries(package: view.Package) -> dict[str, str]:
    """Return the summary of each synchronous method by its dotted name."""
    modules = (r for module in package.resources for r in module.resources)
    mode = view.SYNC.class_prefix
    return {
        f"{resource.path}.{method.name}".lstrip("."): docstring_summary(
            method.docstrings[mode]
        )
        for resource in (*package.client.resources, *modules)
        for method in resource.methods
    }

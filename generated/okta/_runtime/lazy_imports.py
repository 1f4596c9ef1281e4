"""Lazy imports of the names of a package, on first access (PEP 562)."""

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module


def lazy_getattr(
    package: str, modules: Mapping[str, Sequence[str]]
) -> Callable[[str], object]:
    """Return the `__getattr__` of a package.

    Args:
        package: The `__name__` of the package.
        modules: The names to import, by module of the package.
    """
    module_of = {name: module for module, names in modules.items() for name in names}

    def get_attribute(name: str) -> object:
        if name not in module_of:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{module_of[name]}"), name)

    return get_attribute

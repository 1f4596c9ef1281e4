"""Access to the parts of a generated package, which is imported by its name."""

import importlib


def client_class_name(package: str) -> str:
    """Return the name of the synchronous client of a package."""
    module = importlib.import_module(f"{package}.client")
    runtime = importlib.import_module(f"{package}._runtime.client.base")
    return next(
        name
        for name, member in vars(module).items()
        if isinstance(member, type)
        and issubclass(member, runtime.Client)
        and member.__module__ == module.__name__
    )

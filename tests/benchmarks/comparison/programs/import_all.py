"""Imports all modules of a package: `import_all.py FOLDER PACKAGE`."""

import pkgutil
import sys
from importlib import import_module


def main(folder: str, name: str) -> None:
    sys.path.insert(0, folder)
    package = import_module(name)
    for info in pkgutil.walk_packages(package.__path__, f"{name}."):
        import_module(info.name)


if __name__ == "__main__":
    main(*sys.argv[1:])

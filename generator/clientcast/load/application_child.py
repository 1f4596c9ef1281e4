"""Program that imports an application, and writes its document or its error into a file.

It runs on the Python of the application, so it imports nothing of clientcast.
"""

import importlib
import json
import os
import sys
from typing import Any

NOTHING = object()


class Failure(Exception):
    """The application has no document."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


def main() -> None:
    """Write the document of `module` and `attribute` to a path."""
    module, attribute, path, limit = sys.argv[1:]
    # What the application prints is not the output of clientcast.
    os.dup2(2, 1)
    sys.path[0] = os.getcwd()
    try:
        result = {"document": plain(document(module, attribute), int(limit))}
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # Also `sys.exit()` of the application.
        result = {"error": described(error)}
    with open(path, "w", encoding="utf-8") as file:
        json.dump(result, file)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # The threads of the application are not waited for.


def document(module: str, attribute: str) -> Any:
    """Return the document of an application."""
    found: Any = importlib.import_module(module)
    for name in attribute.removesuffix("()").split("."):
        parent, found = found, getattr(found, name, NOTHING)
        if found is NOTHING:
            names = [n for n in dir(parent) if has_document(getattr(parent, n, None))]
            hint = f"it has the application {module}:{names[0]}" if names else ""
            raise Failure(f"there is no '{name}' in {module}", hint)
    if attribute.endswith("()"):
        found = found()
    if callable(getattr(found, "openapi", None)):
        return found.openapi()
    schema = getattr(found, "openapi_schema", None)  # Litestar
    if schema is not None and callable(getattr(schema, "to_schema", None)):
        return schema.to_schema()
    hint = f"if it is a function that returns one: {module}:{attribute}()"
    raise Failure(
        f"'{attribute}' is a {type(found).__name__}, which has no openapi()",
        hint if callable(found) and not attribute.endswith("()") else "",
    )


def has_document(value: Any) -> bool:
    """Return whether a value of a module is an application."""
    return not isinstance(value, type) and (
        callable(getattr(value, "openapi", None)) or hasattr(value, "openapi_schema")
    )


def plain(value: Any, limit: int) -> Any:
    """Return a document as plain data."""
    for name in ("model_dump_json", "to_json"):
        if not issubclass(type(value), (dict, str, bytes)) and hasattr(value, name):
            value = getattr(value, name)()
    if isinstance(value, (str, bytes)):
        value = json.loads(value)
    if not issubclass(type(value), dict):
        raise Failure(f"openapi() returns a {type(value).__name__}, not a document")
    text = json.dumps(value, allow_nan=False)
    if len(text) > limit:
        raise Failure(f"the document is larger than {limit >> 20} MiB")
    return value


def described(error: BaseException) -> "dict[str, Any]":
    """Return an exception as data, with the last place in the code of the application."""
    message, hint = str(error), getattr(error, "hint", "")
    if not isinstance(error, Failure):
        message = (
            f"{type(error).__name__}: {message}" if message else type(error).__name__
        )
        if isinstance(error, ModuleNotFoundError):
            hint = f"is it installed for {sys.executable}?"
    file: str = ""
    line: "int | None" = None
    if isinstance(error, SyntaxError) and error.filename:
        file, line = os.path.realpath(error.filename), error.lineno
    root = os.path.realpath(os.getcwd()) + os.sep
    frame = error.__traceback__
    while frame is not None:
        name = frame.tb_frame.f_code.co_filename
        name = name if name.startswith("<") else os.path.realpath(name)
        is_own = name.startswith(root) and not is_installed(name[len(root) :])
        if is_own and name != os.path.realpath(__file__):
            file, line = name, frame.tb_lineno
        frame = frame.tb_next
    return {"message": message, "hint": hint, "file": file, "line": line}


def is_installed(path: str) -> bool:
    """Return whether a path is in a virtual environment within the folder."""
    return any(
        part in ("site-packages", "dist-packages") for part in path.split(os.sep)
    )


if __name__ == "__main__":
    main()
